/**
 * Text of others made safe to show. File names, log lines and names that hosts send may hold anything: line breaks that would forge
 * headers or rows, terminal escapes, marks that turn the direction of reading (`gpj.exe`), zero bytes that the database refuses.
 */
const unsafe = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': ' ' };

/** One line in which nothing is hidden, of at most `charactersMax`. What is cut shows its beginning and its end. */
export function showLine(text: string, charactersMax = 500): string {
  // Cut first, so that a text of megabytes costs no more than a line; and again, because an escape is longer than what it stands for.
  const bounded = cutMiddle(text.toWellFormed(), charactersMax);
  const shown = bounded.replace(
    unsafe,
    (char) => named[char] ?? `\\u${char.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
  return cutMiddle(shown, charactersMax);
}

/** Several lines written by us or by the provider: line breaks stay, nothing else unsafe does. */
export const showText = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => showLine(line, 4000))
    .join('\n');

function cutMiddle(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const head = Math.ceil(charactersMax * 0.6);
  const tail = charactersMax - head - 1;
  // No half of a character stays at the cut.
  const begin = text.slice(0, head).replace(/[\ud800-\udbff]$/, '');
  const end = text.slice(text.length - tail).replace(/^[\udc00-\udfff]/, '');
  return `${begin}…${end}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char]!);
