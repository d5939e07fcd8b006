import { everyIntegrityAttribute } from '@sakimori/contract/policy-integrity';

/** A line that is none, counted from 1. */
export class PlainRulesFault extends Error {
  readonly line: number;
  readonly column: number;

  constructor(line: number, column: number, message: string) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

export type PlainRule = { id: string; include: string[]; exclude: string[]; attributes?: string[] };

/**
 * Rules as a person writes them, one a line:
 *
 *     /etc                          a path or pattern with all that is below it
 *     /var/log  mode,owner,group    the attributes of interest, where not all
 *     !/etc/mtab                    left out of the rules above it
 *     # remark
 *
 * A path with blanks stands in double quotes.
 * @throws PlainRulesFault
 */
export function parsePlainRules(text: string): PlainRule[] {
  const rules: PlainRule[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const number = index + 1;
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (trimmed.startsWith('!')) exclude(rules, trimmed.slice(1), number, line.indexOf('!') + 2);
    else rules.push(readRule(trimmed, number, line.indexOf(trimmed) + 1));
  }
  return rules;
}

function exclude(rules: readonly PlainRule[], text: string, line: number, column: number): void {
  const { path, rest, restColumn } = readPath(text, line, column);
  if (rest !== '') throw new PlainRulesFault(line, restColumn, 'after "!" comes a path and nothing else');
  if (rules.length === 0)
    throw new PlainRulesFault(line, column, 'there is no rule above of which it could be left out');
  for (const rule of rules) rule.exclude.push(path);
}

function readRule(text: string, line: number, column: number): PlainRule {
  const { path, rest, restColumn } = readPath(text, line, column);
  const names = rest === '' ? [] : rest.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(everyIntegrityAttribute as readonly string[]).includes(name));
  if (unknown !== undefined) {
    const known = everyIntegrityAttribute.join(', ');
    throw new PlainRulesFault(line, restColumn, `there is no attribute "${unknown}"; there are: ${known}`);
  }
  const attributes = names.length === 0 ? {} : { attributes: names };
  return { id: `line-${line}`, include: [path], exclude: [], ...attributes };
}

function readPath(text: string, line: number, column: number): { path: string; rest: string; restColumn: number } {
  const match = /^(?:"([^"]*)"|([^\s"]+))(\s+|$)(.*)$/.exec(text);
  const path = match?.[1] ?? match?.[2] ?? '';
  if (!match || !(path.startsWith('/') || path.startsWith('${env.'))) {
    throw new PlainRulesFault(line, column, 'a line begins with an absolute path, "!" or "#"');
  }
  return { path, rest: match[4]!, restColumn: column + text.length - match[4]!.length };
}
