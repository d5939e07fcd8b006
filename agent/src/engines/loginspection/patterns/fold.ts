/**
 * The text with the case taken away, character by character, so that every place in it is the same place in the original (a plain
 * `toLowerCase` may change the length). Follows the simple case folding of Unicode as far as logs need it.
 */
export function foldCase(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let folded = '';
  for (let index = 0; index < text.length; index++) folded += foldChar(text[index]!);
  return folded;
}

function foldChar(char: string): string {
  if (char === 'ſ') return 's';
  const lower = char.toLowerCase();
  return lower.length === 1 ? lower : char;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}
