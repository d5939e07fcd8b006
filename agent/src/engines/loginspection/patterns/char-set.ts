/**
 * A set of characters (UTF-16 code units; a pair of surrogates is handled by the matcher). The first 128 are a table, because nearly all
 * of a log is ASCII; the rest are ranges.
 */
export interface CharSet {
  /** 1 where the code unit is in the set, for 0–127. */
  readonly ascii: Uint8Array;
  /** Flat list of inclusive ranges above 127: from, to, from, to … */
  readonly ranges: readonly number[];
  /** Whether `ranges` say what is *not* in the set. */
  readonly rangesExclude: boolean;
}

export function charSet(ranges: readonly (readonly [number, number])[], negated = false): CharSet {
  const ascii = new Uint8Array(128).fill(negated ? 1 : 0);
  const above: number[] = [];
  for (const [from, to] of ranges) {
    for (let code = from; code <= Math.min(to, 127); code++) ascii[code] = negated ? 0 : 1;
    if (to > 127) above.push(Math.max(from, 128), to);
  }
  return { ascii, ranges: above, rangesExclude: negated };
}

export function hasChar(set: CharSet, code: number): boolean {
  if (code < 128) return set.ascii[code] === 1;
  let found = false;
  for (let index = 0; index < set.ranges.length && !found; index += 2) {
    found = code >= set.ranges[index]! && code <= set.ranges[index + 1]!;
  }
  return found !== set.rangesExclude;
}

/** The set whose member is every character of `text`. */
export const setOfChars = (text: string, negated = false): CharSet =>
  charSet(
    [...text].map((char) => [char.charCodeAt(0), char.charCodeAt(0)] as const),
    negated,
  );

export const rangeOf = (from: string, to: string): readonly [number, number] => [from.charCodeAt(0), to.charCodeAt(0)];
