import { charSet, rangeOf, setOfChars } from './char-set.ts';
import { type Pattern, PatternFault, patternLengthMax } from './pattern.ts';
import { foldedChar, regularPattern } from './regular.ts';
import { choice, empty, type Syntax, sequence } from './syntax.ts';

/**
 * OSSEC's `OS_Regex`, in the meaning of OSSEC 4.x: case ignored; `\w \W \d \D \s \S \p \t \.` are the classes (`\s` the space alone, `\w` with
 * `@`, `_`, `-`, and `\.` any character), `\( \) \[ \] \{ \} \\ \$ \| \<` are literals, `^` and `$` the two ends, `|` a choice, `( )` a capture.
 * `+` and `*` repeat only what stands right behind a backslash (`\d+`, `\.*`); elsewhere they are plain characters, as are `.` `?` `[ ]` `{ }`.
 * A repetition takes as little as it can, except before the end of the pattern or of an alternative, where it takes all it can.
 */
export function compileOsRegex(source: string): Pattern {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
  const reader: Reader = { source, at: 0, groups: 0, depth: 0 };
  const syntax = readChoice(reader);
  if (reader.at < source.length) throw new PatternFault('`)` closes no group', reader.at);
  return regularPattern(syntax, reader.groups, true);
}

interface Reader {
  readonly source: string;
  at: number;
  groups: number;
  depth: number;
}

const upper = rangeOf('A', 'Z');
const lower = rangeOf('a', 'z');
const digit = rangeOf('0', '9');
const wordExtras = [rangeOf('@', '@'), rangeOf('_', '_'), rangeOf('-', '-')];
const punctuation = '()*+,.:;<=>?[]!"\'#%&$|{}-';

const classes: Readonly<Record<string, Syntax>> = {
  w: { kind: 'set', set: charSet([upper, lower, digit, ...wordExtras]) },
  W: { kind: 'set', set: charSet([upper, lower, digit, ...wordExtras], true) },
  d: { kind: 'set', set: charSet([digit]) },
  D: { kind: 'set', set: charSet([digit], true) },
  s: { kind: 'char', char: ' ' },
  S: { kind: 'set', set: setOfChars(' ', true) },
  p: { kind: 'set', set: setOfChars(punctuation) },
  '.': { kind: 'set', set: charSet([], true) },
  t: { kind: 'char', char: '\t' },
};
const escapable = '$(){}[]\\|<';

function readChoice(reader: Reader): Syntax {
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    alternatives.push(readSequence(reader));
  }
  return choice(alternatives);
}

function readSequence(reader: Reader): Syntax {
  const items: Syntax[] = [];
  for (;;) {
    const char = reader.source[reader.at];
    if (char === undefined || char === '|') return sequence(items);
    if (char === ')' && reader.depth > 0) return sequence(items);
    if (char === ')') throw new PatternFault('`)` closes no group', reader.at);
    if (isRepetition(reader)) repeatLast(reader, items);
    else items.push(readItem(reader, char));
  }
}

/** OSSEC looks two characters back for the backslash, whatever that backslash was for. */
const isRepetition = ({ source, at }: Reader) =>
  (source[at] === '+' || source[at] === '*') && at >= 2 && source[at - 2] === '\\';

function repeatLast(reader: Reader, items: Syntax[]): void {
  const item = items.pop() ?? empty;
  if (item.kind !== 'char' && item.kind !== 'set') {
    throw new PatternFault('a repetition may follow a single character only', reader.at);
  }
  const min = reader.source[reader.at] === '+' ? 1 : 0;
  reader.at++;
  const greedy = /^\)*(?:\||$)/.test(reader.source.slice(reader.at));
  items.push({ kind: 'repeat', item, min, max: Number.POSITIVE_INFINITY, greedy });
}

function readItem(reader: Reader, char: string): Syntax {
  if (char === '\\') return readEscape(reader);
  if (char === '(') return readGroup(reader);
  reader.at++;
  if (char === '^') return { kind: 'assert', what: 'begin' };
  if (char === '$') return { kind: 'assert', what: 'end' };
  return foldedChar(char);
}

function readEscape(reader: Reader): Syntax {
  const char = reader.source[reader.at + 1];
  const known =
    char === undefined ? undefined : (classes[char] ?? (escapable.includes(char) ? foldedChar(char) : undefined));
  if (!known) throw new PatternFault(`\`\\${char ?? ''}\` is no escape of OS_Regex`, reader.at);
  reader.at += 2;
  return known;
}

function readGroup(reader: Reader): Syntax {
  const openedAt = reader.at;
  if (reader.depth >= 20) throw new PatternFault('groups are nested too deeply', openedAt);
  const index = ++reader.groups;
  reader.at++;
  reader.depth++;
  const item = readChoice(reader);
  if (reader.source[reader.at] !== ')') throw new PatternFault('`(` is never closed', openedAt);
  reader.at++;
  reader.depth--;
  return { kind: 'group', index, item };
}
