import { everything, notNewline, otherCase } from './char-set.ts';
import { readClass } from './pcre2-class.ts';
import { readEscapedChar, readProperty, shorthand } from './pcre2-escape.ts';
import { readGroup, readSetting } from './pcre2-group.ts';
import { type Options, Pcre2Reader } from './pcre2-reader.ts';
import { beginsRepetition, readRepeated, skipIdle } from './pcre2-repeat.ts';
import { type Assertion, choice, empty, type Syntax, sequence } from './syntax.ts';

export interface Parsed {
  readonly syntax: Syntax;
  readonly groups: number;
}

/**
 * Parses a PCRE2 pattern, as PCRE2 10.4x reads it without UTF: a character is a byte. Recursion, conditions and verbs are refused.
 * @throws PatternFault
 */
export function parsePcre2(source: string, options: Options): Parsed {
  const reader = new Pcre2Reader(source, options);
  const syntax = readChoice(reader);
  if (reader.at < source.length) throw reader.fault('`)` closes no group');
  for (const { at, to, groups } of reader.references) {
    if (typeof to === 'number' && to <= reader.groups) groups.push(to);
    else if (typeof to === 'string') groups.push(...(reader.names.get(to) ?? []));
    if (groups.length === 0) throw reader.fault(`there is no group \`${to}\``, at);
  }
  return { syntax, groups: reader.groups };
}

function readChoice(reader: Pcre2Reader): Syntax {
  const alternatives = [readSequence(reader)];
  while (reader.char === '|') {
    reader.at++;
    alternatives.push(readSequence(reader));
  }
  return choice(alternatives);
}

const inner = { choice: readChoice, sequence: readSequence };

function readSequence(reader: Pcre2Reader): Syntax {
  const items: Syntax[] = [];
  for (;;) {
    skipIdle(reader);
    const { char } = reader;
    if (char === undefined || char === '|' || char === ')') return sequence(items);
    if (readSetting(reader)) continue;
    const quoted = reader.take(/\\Q(.*?)(?:\\E|$)/sy);
    const read = quoted ? literals(reader, quoted[1] ?? '') : [readItem(reader, char)];
    const last = read.pop();
    items.push(...read);
    skipIdle(reader);
    if (last) items.push(readRepeated(reader, last));
  }
}

const literals = (reader: Pcre2Reader, text: string): Syntax[] =>
  Array.from(text, (one) => literal(reader, one.charCodeAt(0)));

function readItem(reader: Pcre2Reader, char: string): Syntax {
  if (char === '(') return readReference(reader) ?? readGroup(reader, inner);
  if (/^\[([:.=])[^\]]*\1\]/.test(reader.source.slice(reader.at, reader.at + 30))) {
    throw reader.fault('a class such as `[:alpha:]` stands within brackets only');
  }
  if (char === '[') return { kind: 'set', set: readClass(reader) };
  if (char === '\\') return readEscape(reader);
  if ('*+?'.includes(char) || beginsRepetition(reader)) throw reader.fault(`\`${char}\` has nothing to repeat`);
  reader.at++;
  const { multiline, dotAll } = reader.options;
  if (char === '^') return { kind: 'assert', what: multiline ? 'lineBegin' : 'begin' };
  if (char === '$') return { kind: 'assert', what: multiline ? 'lineEnd' : 'endOrNewline' };
  if (char === '.') return { kind: 'set', set: dotAll ? everything : notNewline };
  return literal(reader, char.charCodeAt(0));
}

const literal = (reader: Pcre2Reader, code: number): Syntax => ({
  kind: 'char',
  code,
  fold: reader.options.ignoreCase && otherCase(code) !== code,
});

const anchors: Readonly<Record<string, Assertion>> = {
  A: 'begin',
  G: 'begin',
  z: 'end',
  Z: 'endOrNewline',
  b: 'wordEdge',
  B: 'noWordEdge',
};

function readEscape(reader: Pcre2Reader): Syntax {
  const letter = reader.source[reader.at + 1] ?? '';
  if (letter === 'p' || letter === 'P') return { kind: 'set', set: readProperty(reader) };
  const reference = readReference(reader);
  if (reference) return reference;
  const what = anchors[letter];
  const set = letter === 'C' ? everything : shorthand[letter];
  if (what || set || letter === 'K' || letter === 'R') reader.at += 2;
  if (what) return { kind: 'assert', what };
  // `\K` moves the beginning of the match, and only its end and its captures count here.
  if (letter === 'K') return readBeginning(reader);
  if (letter === 'N' && reader.char === '{' && !beginsRepetition(reader)) {
    throw reader.fault('characters by name are not supported');
  }
  if (set) return { kind: 'set', set };
  if (letter === 'R') return anyNewline;
  const octal = reader.take(/\\([0-7]{2,3})/y);
  return literal(reader, octal ? Number.parseInt(octal[1] ?? '', 8) & 255 : readEscapedChar(reader));
}

function readBeginning(reader: Pcre2Reader): Syntax {
  if (reader.looks > 0) throw reader.fault('`\\K` cannot stand in look-around');
  if (/[*+?]/.test(reader.char ?? '') || beginsRepetition(reader)) throw reader.fault('`\\K` cannot be repeated');
  return empty;
}

const char = (code: number): Syntax => ({ kind: 'char', code, fold: false });
const anyNewline: Syntax = {
  kind: 'atomic',
  item: choice([sequence([char(13), char(10)]), ...[10, 11, 12, 13, 0x85].map(char)]),
};

/** `\1`, `\g{1}`, `\g{-1}`, `\k<name>`, `(?P=name)`. A number of two digits or more is a character unless there are so many groups before it. */
function readReference(reader: Pcre2Reader): Syntax | undefined {
  const { at } = reader;
  const found =
    reader.take(/\\g(?:\{([+-]?\d+)\}|([+-]?\d+))/y) ??
    reader.take(/\\(?:[kg]\{([A-Za-z_]\w*)\}|k(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'))|\(\?P=([A-Za-z_]\w*)\)/y);
  const plain = found ? null : reader.take(/\\([1-9]\d*)/y);
  if (!found && !plain) return undefined;
  const text = (found ?? plain)?.slice(1).find((part) => part !== undefined) ?? '';
  if (plain && Number(text) > 9 && Number(text) > reader.groups && !/^[89]/.test(text)) {
    reader.at = at;
    return undefined;
  }
  const to = /^[A-Za-z_]/.test(text) ? text : referred(reader, text, at);
  const groups: number[] = [];
  reader.references.push({ at, to, groups });
  return { kind: 'back', groups, fold: reader.options.ignoreCase };
}

function referred(reader: Pcre2Reader, text: string, at: number): number {
  const relative = /^[+-]/.test(text);
  const number = relative ? reader.groups + Number(text) + (text.startsWith('-') ? 1 : 0) : Number(text);
  if (number < 1) throw reader.fault(`there is no group \`${text}\``, at);
  return number;
}
