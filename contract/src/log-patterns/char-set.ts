/**
 * A set of characters: a table for the first 256, and whether all above are in it. In byte mode there is nothing above; the sets of
 * OSSEC's own dialects say nothing about single characters there.
 */
export interface CharSet {
  readonly table: Uint8Array;
  readonly above: boolean;
}

export type Range = readonly [number, number];

export function charSet(ranges: readonly Range[], negated = false): CharSet {
  const table = new Uint8Array(256).fill(negated ? 1 : 0);
  for (const [from, to] of ranges) {
    for (let code = from; code <= Math.min(to, 255); code++) table[code] = negated ? 0 : 1;
  }
  return { table, above: negated };
}

export const negatedSet = ({ table, above }: CharSet): CharSet => ({
  table: table.map((bit) => 1 - bit),
  above: !above,
});

export function unionOf(sets: readonly CharSet[]): CharSet {
  const table = new Uint8Array(256);
  for (const set of sets) for (let code = 0; code < 256; code++) if (set.table[code] === 1) table[code] = 1;
  return { table, above: sets.some(({ above }) => above) };
}

/** With each ASCII letter also the other case of it. */
export function withBothCases({ table, above }: CharSet): CharSet {
  const both = Uint8Array.from(table);
  for (let lower = 97; lower <= 122; lower++) {
    if (table[lower] === 1 || table[lower - 32] === 1) both[lower] = both[lower - 32] = 1;
  }
  return { table: both, above };
}

export function intersects(one: CharSet, other: CharSet): boolean {
  if (one.above && other.above) return true;
  for (let code = 0; code < 256; code++) if (one.table[code] === 1 && other.table[code] === 1) return true;
  return false;
}

/** Whether both cases of a letter stand in it, or none, for all ASCII letters. */
export function ignoresCase({ table }: CharSet): boolean {
  for (let lower = 97; lower <= 122; lower++) if (table[lower] !== table[lower - 32]) return false;
  return true;
}

export const rangeOf = (from: string, to: string): Range => [from.charCodeAt(0), to.charCodeAt(0)];
export const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
/** The other case of an ASCII letter; any other character is its own. */
export const otherCase = (code: number): number => (isLetter(code) ? code ^ 32 : code);

/** All characters but the end of line, all characters, and the ASCII word characters. */
export const notNewline: CharSet = charSet([[10, 10]], true);
export const everything: CharSet = charSet([], true);
