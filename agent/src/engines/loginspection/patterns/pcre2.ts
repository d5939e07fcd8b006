import { type Pattern, PatternFault, patternLengthMax } from './pattern.ts';
import { parsePcre2 } from './pcre2-parse.ts';
import { plainOptions } from './pcre2-reader.ts';
import { anchoredText, isPlainText } from './plain-text.ts';
import { bytesPattern } from './regular.ts';
import { bytesOf, textOf } from './subject.ts';

/**
 * PCRE2, as OSSEC 4.x compiles it for `<pcre2>` and `*_pcre2`: without UTF, so that a character is a byte of UTF-8, and without case
 * (`(?-i)` brings it back). All of the language but recursion, conditions and verbs; whatever a pattern says, its time is bounded.
 * @throws PatternFault
 */
export function compilePcre2(source: string, { ignoreCase = true }: { readonly ignoreCase?: boolean } = {}): Pattern {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
  if (source === '') throw new PatternFault('the pattern is empty', 0);
  const plain = isPlainText(source) ? anchoredText(source, ignoreCase) : undefined;
  if (plain) return plain;
  const bytes = bytesOf(source);
  try {
    return bytesPattern(parsePcre2(bytes, { ...plainOptions, ignoreCase }));
  } catch (error) {
    if (error instanceof PatternFault) throw new PatternFault(error.message, textOf(bytes.slice(0, error.at)).length);
    throw error;
  }
}
