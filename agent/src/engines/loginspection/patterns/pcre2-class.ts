import { type CharSet, charSet } from './char-set.ts';
import { PatternFault } from './pattern.ts';
import { type Pcre2Reader, readEscapedChar, shorthand } from './pcre2-escape.ts';

type Range = readonly [number, number];

const posix: Readonly<Record<string, readonly Range[]>> = {
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: [[48, 57]],
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[65, 90]],
  lower: [[97, 122]],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
};

/** Reads `[…]`; the reader stands on the bracket. */
export function readClass(reader: Pcre2Reader): CharSet {
  const openedAt = reader.at;
  reader.at++;
  const negated = reader.source[reader.at] === '^';
  if (negated) reader.at++;
  const ranges: Range[] = [];
  for (let first = true; reader.source[reader.at] !== ']' || first; first = false) {
    if (reader.at >= reader.source.length) throw new PatternFault('`[` is never closed', openedAt);
    ranges.push(...readPart(reader));
  }
  reader.at++;
  return charSet(reader.ignoreCase ? ranges.flatMap(bothCases) : ranges, negated);
}

function readPart(reader: Pcre2Reader): readonly Range[] {
  const rest = reader.source.slice(reader.at);
  const named = /^\[:(\^?)(\w+):\]/.exec(rest);
  if (named) {
    const ranges = posix[named[2] ?? ''];
    if (!ranges || named[1]) throw new PatternFault(`\`${named[0]}\` is not supported`, reader.at);
    reader.at += named[0].length;
    return ranges;
  }
  const short = rest[0] === '\\' ? shorthand[rest[1] ?? ''] : undefined;
  if (short) {
    reader.at += 2;
    return short.negated ? complement(short.ranges) : short.ranges;
  }
  const from = readChar(reader).charCodeAt(0);
  if (reader.source[reader.at] !== '-' || (reader.source[reader.at + 1] ?? ']') === ']') return [[from, from]];
  const dashAt = reader.at++;
  const to = readChar(reader).charCodeAt(0);
  if (to < from) throw new PatternFault('a range in brackets runs backwards', dashAt);
  return [[from, to]];
}

function readChar(reader: Pcre2Reader): string {
  const char = reader.source[reader.at];
  if (char === undefined) throw new PatternFault('`[` is never closed', reader.at);
  if (char === '\\') return reader.source[reader.at + 1] === 'b' ? backspace(reader) : readEscapedChar(reader);
  reader.at++;
  return char;
}

function backspace(reader: Pcre2Reader): string {
  reader.at += 2;
  return '\b';
}

function complement(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const gaps: Range[] = [];
  let next = 0;
  for (const [from, to] of sorted) {
    if (from > next) gaps.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  gaps.push([next, 0xffff]);
  return gaps;
}

/** Case is taken away from the text, so a range of capitals must also hold the small letters. */
function bothCases(range: Range): Range[] {
  const from = Math.max(range[0], 65);
  const to = Math.min(range[1], 90);
  return from <= to ? [range, [from + 32, to + 32]] : [range];
}
