import { type CharSet, charSet, negatedSet, type Range, unionOf, withBothCases } from './char-set.ts';
import { readEscapedChar, readProperty, shorthand } from './pcre2-escape.ts';
import type { Pcre2Reader } from './pcre2-reader.ts';

const upper: Range = [65, 90];
const lower: Range = [97, 122];
const digit: Range = [48, 57];
/** Classes in the C locale. */
const posix: Readonly<Record<string, readonly Range[]>> = {
  alpha: [upper, lower],
  digit: [digit],
  alnum: [upper, lower, digit],
  word: [upper, lower, digit, [95, 95]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [upper],
  lower: [lower],
  xdigit: [digit, [65, 70], [97, 102]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  graph: [[33, 126]],
  print: [[32, 126]],
  ascii: [[0, 127]],
};

/** Reads `[…]`; the reader stands on the bracket. */
export function readClass(reader: Pcre2Reader): CharSet {
  const openedAt = reader.at;
  reader.at++;
  const negated = reader.char === '^';
  if (negated) reader.at++;
  const parts: CharSet[] = [];
  const reading: Reading = { openedAt, quoted: false };
  for (let first = true; ; first = false) {
    skipIdle(reader, reading);
    if (reader.char === ']' && !first && !reading.quoted) break;
    parts.push(readPart(reader, reading));
  }
  reader.at++;
  const set = unionOf(parts);
  const cased = reader.options.ignoreCase ? withBothCases(set) : set;
  return negated ? negatedSet(cased) : cased;
}

interface Reading {
  readonly openedAt: number;
  /** Between `\Q` and `\E`. */
  quoted: boolean;
}

/** What stands for nothing: the marks of quoting and, with `(?xx)`, blanks. */
function skipIdle(reader: Pcre2Reader, reading: Reading): void {
  for (;;) {
    if (reader.char === undefined) throw reader.fault('`[` is never closed', reading.openedAt);
    if (reader.looksAt('\\E')) reading.quoted = false;
    else if (reader.looksAt('\\Q') && !reading.quoted) reading.quoted = true;
    else {
      if (reader.options.extendedMore && !reading.quoted && /[ \t]/.test(reader.char)) reader.at++;
      else return;
      continue;
    }
    reader.at += 2;
  }
}

function readPart(reader: Pcre2Reader, reading: Reading): CharSet {
  if (!reading.quoted) {
    const set = readNamedSet(reader);
    if (set) {
      // As in PCRE2: a hyphen behind such a set is one only at the very end.
      if (/^-[^\]]/.test(reader.source.slice(reader.at, reader.at + 2))) {
        throw reader.fault('a range in brackets cannot begin with a set of characters', reader.at);
      }
      return set;
    }
  }
  const from = readChar(reader, reading);
  const dashAt = reader.at;
  skipIdle(reader, reading);
  if (reader.char !== '-' || reading.quoted) return charSet([[from, from]]);
  reader.at++;
  skipIdle(reader, reading);
  if (reader.looksAt(']') && !reading.quoted) {
    reader.at = dashAt;
    return charSet([[from, from]]);
  }
  if (
    !reading.quoted &&
    (/\\[dDwWsShHvVNpPR]/y.test(reader.source.slice(reader.at, reader.at + 2)) || posixHere(reader))
  ) {
    throw reader.fault('a range in brackets cannot end with a set of characters', dashAt);
  }
  const to = readChar(reader, reading);
  if (to < from) throw reader.fault('a range in brackets runs backwards', dashAt);
  return charSet([[from, to]]);
}

function posixHere(reader: Pcre2Reader): RegExpExecArray | null {
  const at = reader.at;
  const found = reader.take(/\[([:.=])(\^?)([a-z]*)\1\]/y);
  reader.at = at;
  return found;
}

function readNamedSet(reader: Pcre2Reader): CharSet | undefined {
  const named = posixHere(reader);
  if (named) {
    const [whole, kind, negation, name] = named;
    const folded = reader.options.ignoreCase && (name === 'upper' || name === 'lower') ? 'alpha' : (name ?? '');
    const ranges = kind === ':' ? posix[folded] : undefined;
    if (!ranges) throw reader.fault(`\`${whole}\` is not supported`, reader.at);
    reader.at += whole.length;
    return charSet(ranges, negation === '^');
  }
  if (reader.char !== '\\') return undefined;
  const letter = reader.source[reader.at + 1] ?? '';
  if (letter === 'p' || letter === 'P') return readProperty(reader);
  const short = letter === 'N' ? undefined : shorthand[letter];
  if (short) reader.at += 2;
  return short;
}

function readChar(reader: Pcre2Reader, reading: Reading): number {
  const { char } = reader;
  if (char === undefined) throw reader.fault('`[` is never closed', reading.openedAt);
  if (char !== '\\' || reading.quoted) {
    reader.at++;
    return char.charCodeAt(0);
  }
  if (reader.looksAt('\\b')) {
    reader.at += 2;
    return 8;
  }
  // In brackets a number is never a reference.
  const octal = reader.take(/\\([0-7]{1,3})/y);
  if (!octal) return readEscapedChar(reader);
  const code = Number.parseInt(octal[1] ?? '', 8);
  if (code > 255) throw reader.fault('a character above 255 can stand in no byte', reader.at);
  return code;
}
