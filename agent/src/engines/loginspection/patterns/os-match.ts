import { foldCase } from './fold.ts';
import { type Pattern, PatternFault, patternLengthMax } from './pattern.ts';
import type { Subject } from './subject.ts';

/**
 * OSSEC's simple language `OS_Match`: plain text found anywhere, case ignored; `|` between alternatives, `^` at the beginning of one, `$` at
 * its end, and `!` as the very first character turns the answer round. Everything else stands for itself. An empty alternative always matches.
 * Linear: it is string search. (OSSEC 4.x compiles it to PCRE2; for these forms the answers are the same.)
 */
export function compileOsMatch(source: string): Pattern {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
  const negated = source.startsWith('!');
  const alternatives = (negated ? source.slice(1) : source).split('|').map(readAlternative);
  const test = (subject: Subject, from = 0) => alternatives.some((found) => found(subject.folded, from)) !== negated;
  return {
    test,
    match: (subject, from = 0) => (test(subject, from) ? { end: subject.text.length, captures: [] } : undefined),
  };
}

type Finds = (folded: string, from: number) => boolean;

function readAlternative(source: string): Finds {
  const anchorsOnly = /^[\^$]+$/.test(source);
  const literal = anchorsOnly ? '' : foldCase(source.replace(/^\^+/, '').replace(/\$+$/, ''));
  const atBegin = anchorsOnly ? source.includes('^') : source.startsWith('^');
  const atEnd = anchorsOnly ? source.includes('$') : source.endsWith('$');
  // An anchor in the middle of plain text can hold nowhere.
  if (/[\^$]/.test(literal)) return () => false;
  if (atBegin && atEnd)
    return (folded, from) => folded.length - from === literal.length && folded.startsWith(literal, from);
  if (atBegin) return (folded, from) => folded.startsWith(literal, from);
  if (atEnd) return (folded, from) => folded.length - from >= literal.length && folded.endsWith(literal);
  return (folded, from) => folded.indexOf(literal, from) >= 0;
}
