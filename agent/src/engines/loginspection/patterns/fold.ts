/** Makes the capitals of ASCII small and leaves every other character as it is. */
export const foldAscii = (text: string): string => text.replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase());

/**
 * The text with the case taken away, character by character, so that every place in it is the same place in the original (a plain
 * `toLowerCase` may change the length). Two characters become the same where a caseless pattern takes one for the other.
 */
export const foldUnicode = (text: string): string =>
  /[^\0-\x7f]/.test(text) ? Array.from(text, foldChar).join('') : text.toLowerCase();

function foldChar(char: string): string {
  const upper = char.toUpperCase();
  const lower = (upper.length === char.length ? upper : char).toLowerCase();
  return lower.length === char.length ? (sameLetter[lower] ?? lower) : char;
}

/** Where going up and down again does not meet: the sharp s, and the Kelvin sign and its like go down by themselves. */
const sameLetter: Readonly<Record<string, string>> = { ẞ: 'ß' };
