import { convertOsRegex } from './os-convert.ts';
import { type Pattern, PatternFault, patternLengthMax } from './pattern.ts';
import { parsePcre2 } from './pcre2-parse.ts';
import { plainOptions } from './pcre2-reader.ts';
import { anchoredText, isPlainText } from './plain-text.ts';
import { textPattern } from './regular.ts';

/**
 * OSSEC's `OS_Regex`, in the meaning of OSSEC 4.x, which rewrites it for PCRE2 (UTF, case ignored): `\w \W \d \D \s \S \p \t \.` are the classes
 * (`\s` the space alone, `\w` with `@`, `_`, `-`, and `\.` any character), `\( \) \[ \] \{ \} \\ \$ \| \<` are literals, `^` and `$` the two ends,
 * `|` a choice, `( )` a capture. `+` and `*` repeat only what stands right behind a backslash (`\d+`, `\.*`); elsewhere they are plain characters,
 * as are `.` `?` `[ ]` `{ }`.
 * @throws PatternFault
 */
export function compileOsRegex(source: string): Pattern {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
  if (source === '') throw new PatternFault('the pattern is empty', 0);
  const plain = isPlainText(source) ? anchoredText(source) : undefined;
  if (plain) return plain;
  const { text, places } = convertOsRegex(source);
  try {
    return textPattern(parsePcre2(text, { ...plainOptions, ignoreCase: true }));
  } catch (error) {
    if (error instanceof PatternFault) throw new PatternFault(error.message, places[error.at] ?? source.length);
    throw error;
  }
}
