import { type CharSet, charSet } from './char-set.ts';
import { type Pattern, PatternFault, patternLengthMax } from './pattern.ts';
import { readClass } from './pcre2-class.ts';
import { type Pcre2Reader, readEscapedChar, shorthand } from './pcre2-escape.ts';
import { foldedChar, regularPattern } from './regular.ts';
import { choice, empty, type Syntax, sequence } from './syntax.ts';

/**
 * The regular part of PCRE2: literals, `.`, classes, groups `( ) (?: ) (?<name> )`, choices, `* + ? {n,m}` greedy or lazy, `^ $ \A \z \Z \b \B`,
 * and `(?i)` at the beginning. Look-around, back-references, recursion and possessive or atomic groups are refused: no engine can promise a bounded
 * time for them, and a log line is written by whoever wants to.
 */
export function compilePcre2(source: string, options: { ignoreCase?: boolean } = {}): Pattern {
  if (source.length > patternLengthMax)
    throw new PatternFault(`the pattern is longer than ${patternLengthMax} characters`, 0);
  const flag = /^\(\?i\)/.exec(source)?.[0] ?? '';
  const ignoreCase = options.ignoreCase === true || flag !== '';
  const reader: Pcre2Reader = { source, at: flag.length, groups: 0, depth: 0, ignoreCase };
  const syntax = readChoice(reader);
  if (reader.at < source.length) throw new PatternFault('`)` closes no group', reader.at);
  return regularPattern(syntax, reader.groups, ignoreCase);
}

const repeatMax = 200;

function readChoice(reader: Pcre2Reader): Syntax {
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    alternatives.push(readSequence(reader));
  }
  return choice(alternatives);
}

function readSequence(reader: Pcre2Reader): Syntax {
  const items: Syntax[] = [];
  for (;;) {
    const char = reader.source[reader.at];
    if (char === undefined || char === '|' || (char === ')' && reader.depth > 0)) return sequence(items);
    if (char === ')') throw new PatternFault('`)` closes no group', reader.at);
    items.push(readRepeated(reader, readItem(reader, char)));
  }
}

function readItem(reader: Pcre2Reader, char: string): Syntax {
  if (char === '(') return readGroup(reader);
  if (char === '[') return { kind: 'set', set: readClass(reader) };
  if (char === '\\') return readEscape(reader);
  if ('*+?'.includes(char)) throw new PatternFault(`\`${char}\` has nothing to repeat`, reader.at);
  reader.at++;
  if (char === '^') return { kind: 'assert', what: 'begin' };
  if (char === '$') return { kind: 'assert', what: 'endOrNewline' };
  if (char === '.') return { kind: 'set', set: notNewline };
  return literal(reader, char);
}

const literal = (reader: Pcre2Reader, char: string): Syntax =>
  reader.ignoreCase ? foldedChar(char) : { kind: 'char', char };

function readGroup(reader: Pcre2Reader): Syntax {
  const openedAt = reader.at;
  if (reader.depth >= 30) throw new PatternFault('groups are nested too deeply', openedAt);
  const head = /^\((?:\?:|\?P?<([A-Za-z_]\w*)>|\?'([A-Za-z_]\w*)'|(?!\?|\*))/.exec(reader.source.slice(openedAt));
  if (!head) {
    const shown = reader.source.slice(openedAt, openedAt + 4);
    throw new PatternFault(
      `\`${shown}\` (look-around, atomic group, recursion or inner option) is not supported`,
      openedAt,
    );
  }
  reader.at += head[0].length;
  const index = head[0] === '(?:' ? 0 : ++reader.groups;
  reader.depth++;
  const item = readChoice(reader);
  if (reader.source[reader.at] !== ')') throw new PatternFault('`(` is never closed', openedAt);
  reader.at++;
  reader.depth--;
  return index === 0 ? item : { kind: 'group', index, item };
}

function readRepeated(reader: Pcre2Reader, item: Syntax): Syntax {
  const found = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{1,4})?)?\})([?+])?/.exec(reader.source.slice(reader.at));
  if (!found) return item;
  const [whole, sign, low, comma, high, mode] = found;
  if (mode === '+') throw new PatternFault('possessive repetition is not supported', reader.at);
  const min = sign ? Number(sign === '+') : Number(low);
  const max = sign ? (sign === '?' ? 1 : Number.POSITIVE_INFINITY) : upperBound(min, comma, high);
  if (min > repeatMax || (max !== Number.POSITIVE_INFINITY && (max > repeatMax || max < min))) {
    throw new PatternFault(`a repetition must be between 0 and ${repeatMax}, the lower bound first`, reader.at);
  }
  if (item.kind === 'assert') throw new PatternFault('an anchor cannot be repeated', reader.at);
  reader.at += whole.length;
  if (/^[*+?]/.test(reader.source.slice(reader.at)))
    throw new PatternFault('a repetition of a repetition needs a group', reader.at);
  return max === 0 ? empty : { kind: 'repeat', item, min, max, greedy: mode !== '?' };
}

const upperBound = (min: number, comma: string | undefined, high: string | undefined) =>
  comma === undefined ? min : high === undefined ? Number.POSITIVE_INFINITY : Number(high);

const notNewline: CharSet = charSet([[10, 10]], true);

const anchors: Readonly<Record<string, Syntax>> = {
  A: { kind: 'assert', what: 'begin' },
  z: { kind: 'assert', what: 'end' },
  Z: { kind: 'assert', what: 'endOrNewline' },
  b: { kind: 'assert', what: 'wordEdge' },
  B: { kind: 'assert', what: 'noWordEdge' },
};

function readEscape(reader: Pcre2Reader): Syntax {
  const letter = reader.source[reader.at + 1] ?? '';
  const anchor = anchors[letter];
  const short = shorthand[letter];
  if (anchor || short) reader.at += 2;
  if (anchor) return anchor;
  if (short) return { kind: 'set', set: charSet(short.ranges, short.negated) };
  return literal(reader, readEscapedChar(reader));
}
