import { Random } from './random.ts';

/** Rule files of a given size, the same for the same number: texts, expressions and groups of children, as customers write them. */
export function generatedRules(count: number): string {
  const random = new Random(count);
  const rules: string[] = [];
  for (let index = 0; index < count; index++) {
    const id = 800_000 + index;
    const word = `${random.word(5)} ${random.word(6)}`;
    const parent = index % 10 === 0 ? '' : `\n    <if_sid>${id - (index % 10)}</if_sid>`;
    rules.push(`  <rule id="${id}" level="${3 + random.below(9)}">${index % 3 === 0 ? '' : parent}
    ${conditionFor(index, word)}
    <description>Generated ${index}</description>
  </rule>`);
  }
  return `<group name="generated,">\n${rules.join('\n')}\n</group>\n`;
}

function conditionFor(index: number, word: string): string {
  if (index % 4 === 0) return `<match>${word}|${word.toUpperCase()} failed</match>`;
  if (index % 4 === 1) return `<regex>${word} \\S+ from (\\d+.\\d+)</regex>`;
  if (index % 4 === 2) return `<match_pcre2>^${word}|${word}$</match_pcre2>`;
  return `<pcre2>(?:${word}|error): \\w+=(\\S+) code=\\d{1,5}</pcre2>`;
}
