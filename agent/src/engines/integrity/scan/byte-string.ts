import { decodePath, encodePath } from '../../../file-system/path-bytes.ts';

/**
 * A byte string has one character U+0000–U+00FF for each byte of a path. Listing a folder gives it without loss whatever the names are, it sorts
 * as the bytes do, and it takes one byte of memory a byte.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII is what it asks for
const beyondAscii = /[^\u0000-\u007f]/;

/** What the kernel is given for this byte string. */
export const toKernel = (bytes: string): string | Buffer =>
  beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1') : bytes;

/** The path as rules and people know it (`path-bytes.ts`). */
export const toPath = (bytes: string): string =>
  beyondAscii.test(bytes) ? decodePath(Buffer.from(bytes, 'latin1')) : bytes;

export function fromPath(path: string): string {
  if (!beyondAscii.test(path)) return path;
  const bytes = encodePath(path);
  return typeof bytes === 'string' ? Buffer.from(bytes, 'utf8').toString('latin1') : bytes.toString('latin1');
}

/** FNV-1a, 32 bits. */
export function hashOf(bytes: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < bytes.length; index += 1) {
    hash = Math.imul(hash ^ bytes.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
