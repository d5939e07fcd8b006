import { readOsMatch } from '@sakimori/contract/log-patterns/read';
import type { Pattern } from './pattern.ts';
import { anchoredText } from './plain-text.ts';
import { textPattern } from './regular.ts';

/**
 * OSSEC's simple language `OS_Match`, in the meaning of OSSEC 4.x: plain text found anywhere, case ignored; `|` between alternatives, `^` at
 * the beginning of one and `$` at its end. Everything else stands for itself, `!` too. An empty alternative, and an empty pattern, always
 * match. What it found ends where the text ends; it has no captures.
 * @throws PatternFault
 */
export function compileOsMatch(source: string): Pattern {
  const parsed = readOsMatch(source);
  const pattern = (/^\^?[^$|^]+\$?$/.test(source) ? anchoredText(source) : undefined) ?? textPattern(parsed);
  return {
    test: (subject, from) => pattern.test(subject, from),
    match: (subject, from) => (pattern.test(subject, from) ? { end: subject.text.length, captures: [] } : undefined),
    capture(subject, from, captures) {
      captures.count = 0;
      return this.end(subject, from);
    },
    end: (subject, from) => (pattern.test(subject, from) ? subject.text.length : -1),
    needs: pattern.needs,
    beginnings: pattern.beginnings,
  };
}
