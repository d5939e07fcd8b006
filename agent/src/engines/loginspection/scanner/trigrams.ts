/**
 * Three characters in a row as one number below `trigrams`: five bits of each, which are the same for a capital and its small letter. Others
 * may have the same number.
 */
export const trigrams = 1 << 15;

/** The number of the trigram that ends with a character, from that of the one before. */
export const nextTrigram = (before: number, code: number): number => ((before << 5) | (code & 31)) & (trigrams - 1);

/** How often characters come in logs, for 1,000: what is rare is looked for. */
const frequent: Readonly<Record<string, number>> = {
  ' ': 110,
  e: 62,
  t: 42,
  a: 40,
  o: 40,
  i: 42,
  n: 40,
  s: 42,
  r: 42,
  d: 26,
  c: 24,
  l: 24,
  u: 18,
  m: 18,
  p: 18,
  f: 14,
  h: 14,
  g: 12,
  w: 10,
  b: 9,
  y: 8,
  v: 8,
  '.': 24,
  ':': 18,
  '-': 14,
  '/': 20,
  '=': 9,
  '[': 8,
  ']': 8,
  '(': 6,
  ')': 6,
  ',': 8,
  _: 5,
  k: 5,
  x: 4,
  '"': 5,
};
const frequencyOf = (char: string): number => frequent[char] ?? (/\d/.test(char) ? 28 : 1);

/**
 * Where the rarest trigram of a text begins, the first of several; by what was counted where there is such a count.
 * @param parity 0 for those that begin at an even place of the text, 1 for an odd one
 */
export function rarestTrigram(text: string, parity: 0 | 1, counted?: Uint32Array): number {
  let best = parity as number;
  let bestFrequency = Number.POSITIVE_INFINITY;
  for (let start = parity as number; start + 3 <= text.length; start += 2) {
    const frequency = counted ? counted[trigramAt(text, start)]! : guess(text.slice(start, start + 3));
    if (frequency >= bestFrequency) continue;
    best = start;
    bestFrequency = frequency;
  }
  return best;
}

const guess = (three: string) => [...three].reduce((product, char) => product * frequencyOf(char), 1);

/** @param text in lower case */
export function trigramAt(text: string, start: number): number {
  let number = 0;
  for (let index = start; index < start + 3; index++) number = nextTrigram(number, text.charCodeAt(index));
  return number;
}
