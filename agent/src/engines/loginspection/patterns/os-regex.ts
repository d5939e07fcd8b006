import { readOsRegex } from '@sakimori/contract/log-patterns/read';
import type { Pattern } from './pattern.ts';
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
  const parsed = readOsRegex(source);
  return (isPlainText(source) ? anchoredText(source) : undefined) ?? textPattern(parsed);
}
