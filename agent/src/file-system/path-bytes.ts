/**
 * A file name on Linux is bytes; it need not be UTF-8, and who wants to hide a file may choose such a name. The agent keeps a path
 * as a string in which every byte that is not UTF-8 stands as one private character U+EF80–U+EFFF, so that nothing is lost on the
 * way to the kernel and back. (The way MirBSD's OPTU encodings do it.)
 */
const firstEscape = 0xef00;
const escaped = /[\u{EF80}-\u{EFFF}]/u;
const replacement = '\uFFFD';

/** The path of these bytes. */
export function decodePath(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes(replacement) && !escaped.test(text)) return text;
  let path = '';
  for (let index = 0; index < bytes.length; ) {
    const length = characterLength(bytes, index);
    const character = bytes.toString('utf8', index, index + length);
    if (character.includes(replacement) || escaped.test(character) || length === 0) {
      path += escapeByte(bytes[index]!);
      index += 1;
    } else {
      path += character;
      index += length;
    }
  }
  return path;
}

/** What the kernel is given for this path. */
export function encodePath(path: string): string | Buffer {
  if (!escaped.test(path)) return path;
  const parts: Buffer[] = [];
  for (const character of path) {
    const code = character.codePointAt(0)!;
    parts.push(code >= 0xef80 && code <= 0xefff ? Buffer.from([code - firstEscape]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}

/** The path as a person may safely read it: bytes that are no text and control characters as `\xNN`. */
export function displayPath(path: string): string {
  return path.replaceAll(/[\u{EF80}-\u{EFFF}\p{Cc}]/gu, (character) => {
    const code = character.codePointAt(0)!;
    return `\\x${(code & 0xff).toString(16).padStart(2, '0')}`;
  });
}

/** Bytes below 0x80 are always text, so only 0x80–0xFF are ever escaped. */
const escapeByte = (byte: number) =>
  byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(firstEscape + byte);

/** Length of the UTF-8 sequence that begins here by its first byte, 0 where none can begin. */
function characterLength(bytes: Buffer, index: number): number {
  const first = bytes[index]!;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return index + length <= bytes.length ? length : 0;
}
