import { readPcre2 } from '@sakimori/contract/log-patterns/read';
import type { Pattern } from './pattern.ts';
import { anchoredText, isPlainText } from './plain-text.ts';
import { bytesPattern } from './regular.ts';

/**
 * PCRE2, as OSSEC 4.x compiles it for `<pcre2>` and `*_pcre2`: without UTF, so that a character is a byte of UTF-8, and without case
 * (`(?-i)` brings it back). All of the language but recursion, conditions and verbs; whatever a pattern says, its time is bounded.
 * @throws PatternFault
 */
export function compilePcre2(source: string, { ignoreCase = true }: { readonly ignoreCase?: boolean } = {}): Pattern {
  const parsed = readPcre2(source, ignoreCase);
  return (isPlainText(source) ? anchoredText(source, ignoreCase) : undefined) ?? bytesPattern(parsed);
}
