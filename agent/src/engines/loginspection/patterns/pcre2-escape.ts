import { rangeOf } from './char-set.ts';
import { PatternFault } from './pattern.ts';

export interface Pcre2Reader {
  readonly source: string;
  readonly ignoreCase: boolean;
  at: number;
  groups: number;
  depth: number;
}

const digits = [rangeOf('0', '9')];
const words = [rangeOf('A', 'Z'), rangeOf('a', 'z'), rangeOf('_', '_'), ...digits];
const spaces = [[9, 13] as const, [32, 32] as const];
const horizontal = [[9, 9] as const, [32, 32] as const, [0xa0, 0xa0] as const];

/** The ranges of `\d \w \s \h` and whether the letter was upper case (all but these), for use in and outside of brackets. */
export const shorthand: Readonly<Record<string, { ranges: readonly (readonly [number, number])[]; negated: boolean }>> =
  {
    d: { ranges: digits, negated: false },
    D: { ranges: digits, negated: true },
    w: { ranges: words, negated: false },
    W: { ranges: words, negated: true },
    s: { ranges: spaces, negated: false },
    S: { ranges: spaces, negated: true },
    h: { ranges: horizontal, negated: false },
    H: { ranges: horizontal, negated: true },
  };

const controls: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  e: '\x1b',
  a: '\x07',
};

/** An escape that stands for one character, in or outside of brackets. */
export function readEscapedChar(reader: Pcre2Reader): string {
  const rest = reader.source.slice(reader.at);
  const hex = /^\\x(?:\{([0-9a-fA-F]{1,4})\}|([0-9a-fA-F]{2}))/.exec(rest);
  if (hex) {
    reader.at += hex[0].length;
    return String.fromCharCode(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
  }
  const letter = rest[1] ?? '';
  const control = controls[letter];
  if (!control && (letter === '' || /[0-9A-Za-z]/.test(letter))) {
    throw new PatternFault(`\`\\${letter}\` is not supported`, reader.at);
  }
  reader.at += 2;
  return control ?? letter;
}
