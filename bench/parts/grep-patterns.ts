import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The patterns that a folder of rules tries on messages, as far as `grep -E` can say the same: texts of `<match>` and expressions of PCRE2 without
 * look-around and the like. For a comparison of speed: what is left out makes it quicker, not slower.
 */
export function grepPatterns(folder: string): string[] {
  const patterns = new Set<string>();
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.rules.xml'))) {
    const xml = readFileSync(join(folder, name), 'utf8').replaceAll(/<!--.*?-->/gs, '');
    for (const [, element, text] of xml.matchAll(/<(match|match_pcre2|pcre2)>([^<]+)</g)) {
      const plain = (text ?? '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      const pattern = element === 'match' ? fromText(plain) : fromPcre2(plain);
      if (pattern !== undefined) patterns.add(pattern);
    }
  }
  return [...patterns];
}

const fromText = (text: string) => text.replaceAll(/[.[\]{}+?*()\\]/g, '\\$&');

function fromPcre2(text: string): string | undefined {
  const pattern = text
    .replace(/^\(\?i\)/, '')
    .replaceAll('(?:', '(')
    .replaceAll('\\d', '[0-9]')
    .replaceAll(/([+*?}])\?/g, '$1');
  return /\(\?|\\[^\w.\-()[\]{}|+*?^$/"'\\]|\$[A-Z]|\[[^\]]*\\[wsS]/.test(pattern) ? undefined : pattern;
}
