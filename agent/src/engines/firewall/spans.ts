/**
 * A condition on a field as the values that the field may have, from zero to a last one. What a rule excludes becomes what it leaves: nft 1.0.6 joins
 * `!= a` on one field and `!= b` on the next into one comparison, which is true where only one of them is.
 */
export type Span = readonly [from: bigint, to: bigint];

/** @returns the values in as few spans as can be, in order */
export function allowedSpans(items: readonly Span[], not: boolean, last: bigint): Span[] {
  const merged = mergeSpans(items);
  return not ? complement(merged, last) : merged;
}

function mergeSpans(items: readonly Span[]): Span[] {
  const merged: [bigint, bigint][] = [];
  for (const [from, to] of [...items].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const before = merged.at(-1);
    if (before && from <= before[1] + 1n) before[1] = to > before[1] ? to : before[1];
    else merged.push([from, to]);
  }
  return merged;
}

function complement(merged: readonly Span[], last: bigint): Span[] {
  const left: Span[] = [];
  let next = 0n;
  for (const [from, to] of merged) {
    if (from > next) left.push([next, from - 1n]);
    next = to + 1n;
  }
  if (next <= last) left.push([next, last]);
  return left;
}

/** True where every value is allowed. */
export const isEvery = (spans: readonly Span[], last: bigint): boolean => spans[0]?.[0] === 0n && spans[0][1] === last;
