import { convertOsMatch } from './os-convert.ts';
import { type Pattern, PatternFault, patternLengthMax } from './pattern.ts';
import { parsePcre2 } from './pcre2-parse.ts';
import { plainOptions } from './pcre2-reader.ts';
import { anchoredText } from './plain-text.ts';
import { textPattern } from './regular.ts';

/**
 * OSSEC's simple language `OS_Match`, in the meaning of OSSEC 4.x: plain text found anywhere, case ignored; `|` between alternatives, `^` at
 * the beginning of one and `$` at its end. Everything else stands for itself, `!` too. An empty alternative, and an empty pattern, always
 * match. What it found ends where the text ends; it has no captures.
 */
export function compileOsMatch(source: string): Pattern {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
  const pattern =
    (/^\^?[^$|^]+\$?$/.test(source) ? anchoredText(source) : undefined) ??
    textPattern(parsePcre2(convertOsMatch(source), { ...plainOptions, ignoreCase: true }));
  return {
    test: (subject, from) => pattern.test(subject, from),
    match: (subject, from) => (pattern.test(subject, from) ? { end: subject.text.length, captures: [] } : undefined),
    end: (subject, from) => (pattern.test(subject, from) ? subject.text.length : -1),
    needs: pattern.needs,
  };
}
