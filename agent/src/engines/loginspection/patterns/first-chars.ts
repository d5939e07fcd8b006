import type { CharSet } from './char-set.ts';
import { op } from './program.ts';

/**
 * Which ASCII characters a match can begin with, as a table of 128; undefined where it may be empty, for then it begins anywhere. Other
 * characters always may. A search passes over most of a line by this table alone.
 */
export function firstChars(code: Int32Array, sets: readonly CharSet[]): Uint8Array | undefined {
  const table = new Uint8Array(128);
  const seen = new Set<number>();
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const operation = code[at * 3] as number;
    const first = code[at * 3 + 1] as number;
    if (operation === op.match) return undefined;
    if (operation === op.char) {
      if (first < 128) table[first] = 1;
    } else if (operation === op.set) {
      const { ascii } = sets[first]!;
      for (let char = 0; char < 128; char++) if (ascii[char] === 1) table[char] = 1;
    } else if (operation === op.split) open.push(first, code[at * 3 + 2] as number);
    else if (operation === op.jump) open.push(first);
    // What takes no character (a capture, an anchor) may hold; what stands behind it decides.
    else open.push(at + 1);
  }
  return table;
}
