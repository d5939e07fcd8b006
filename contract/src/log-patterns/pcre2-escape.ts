import { type CharSet, charSet, negatedSet, notNewline, type Range, rangeOf } from './char-set.ts';
import type { Pcre2Reader } from './pcre2-reader.ts';

const digits = [rangeOf('0', '9')];
const words = [rangeOf('A', 'Z'), rangeOf('a', 'z'), rangeOf('_', '_'), ...digits];
const spaces: readonly Range[] = [
  [9, 13],
  [32, 32],
];
const horizontal: readonly Range[] = [
  [9, 9],
  [32, 32],
  [0xa0, 0xa0],
];
const vertical: readonly Range[] = [
  [10, 13],
  [0x85, 0x85],
];

/** The sets of `\d \w \s \h \v` and, in capitals, of all characters but these. */
export const shorthand: Readonly<Record<string, CharSet>> = {
  d: charSet(digits),
  D: charSet(digits, true),
  w: charSet(words),
  W: charSet(words, true),
  s: charSet(spaces),
  S: charSet(spaces, true),
  h: charSet(horizontal),
  H: charSet(horizontal, true),
  v: charSet(vertical),
  V: charSet(vertical, true),
  N: notNewline,
};

const controls: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, e: 27, a: 7 };

/** `\p{…}` and `\P{…}`: what Unicode says of the characters below 256, for a byte is taken for such a one. */
export function readProperty(reader: Pcre2Reader): CharSet {
  const at = reader.at;
  const found = reader.take(/\\([pP])(?:\{(\^?)([\w &]+)\}|([A-Z]))/y);
  const name = found?.[3]?.replaceAll(/[\s_]/g, '') ?? found?.[4];
  if (!found || name === undefined) throw reader.fault('`\\p` needs the name of a property in braces', at);
  const set = propertySet(name);
  if (!set) throw reader.fault(`\`${found[0]}\` is not supported`, at);
  return (found[1] === 'P') !== (found[2] === '^') ? negatedSet(set) : set;
}

const special: Readonly<Record<string, string>> = {
  Any: '[^]',
  'L&': '[\\p{Lu}\\p{Ll}\\p{Lt}]',
  Xan: '[\\p{L}\\p{N}]',
  Xwd: '[\\p{L}\\p{N}_]',
  Xsp: '[\\p{Z}\\t-\\r\\x85]',
  Xps: '[\\p{Z}\\t-\\r\\x85]',
};

function propertySet(name: string): CharSet | undefined {
  try {
    const expression = new RegExp(`^${special[name] ?? `\\p{${name}}`}$`, 'u');
    const table = Uint8Array.from({ length: 256 }, (_, code) => Number(expression.test(String.fromCharCode(code))));
    return { table, above: false };
  } catch {
    return undefined;
  }
}

/** An escape that stands for one character, in or outside of brackets. */
export function readEscapedChar(reader: Pcre2Reader): number {
  const at = reader.at;
  const numbered = reader.take(
    /\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{0,2})|o\{([0-7]+)\}|(0[0-7]{0,2})|c([\x20-\x7e]))/y,
  );
  if (numbered) {
    const [, braced, hex, octalBraced, octal, control] = numbered;
    if (control !== undefined) return control.toUpperCase().charCodeAt(0) ^ 64;
    const digitsOf = braced ?? hex;
    const code =
      digitsOf !== undefined ? Number.parseInt(digitsOf || '0', 16) : Number.parseInt(octalBraced ?? octal ?? '', 8);
    if (code > 255) throw reader.fault('a character above 255 can stand in no byte', at);
    return code;
  }
  const letter = reader.source[at + 1];
  if (letter === undefined) throw reader.fault('`\\` at the end', at);
  const control = controls[letter];
  if (control === undefined && /[0-9A-Za-z]/.test(letter)) throw reader.fault(`\`\\${letter}\` is not supported`, at);
  reader.at += 2;
  return control ?? letter.charCodeAt(0);
}
