import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

/** What identifies the beginning of a log: a copy has the same, a new or rewritten file another. */
export interface Head {
  readonly length: number;
  readonly sha256: string;
}

/** How far a file is read. Kept with the detections, in one transaction. */
export interface Position {
  readonly path: string;
  /** `device:inode`. */
  readonly file: string;
  /** Where the next unread line begins. */
  readonly offset: number;
  /** Whether the place lies inside a line that is to be passed over. */
  readonly skipping: boolean;
  readonly head: Head;
}

const headBytes = 256;
const emptyHash = createHash('sha256').digest('hex');
export const emptyHead: Head = { length: 0, sha256: emptyHash };

/** Reads the head anew, at most `length` bytes of it. */
export function readHead(fd: number, length = headBytes): Head {
  const buffer = Buffer.alloc(length);
  const bytes = readSync(fd, buffer, 0, length, 0);
  return { length: bytes, sha256: createHash('sha256').update(buffer.subarray(0, bytes)).digest('hex') };
}

/** Whether the file still begins as it did when `head` was taken. */
export function hasHead(fd: number, head: Head): boolean {
  const now = readHead(fd, head.length);
  return now.length === head.length && now.sha256 === head.sha256;
}

/** A head that is not yet full is taken again when the file has grown. */
export const isFullHead = (head: Head) => head.length === headBytes;

export const encodePosition = (position: Position): string => JSON.stringify(position);

/** Undefined for a text that is no position (an older agent, a damaged store). */
export function decodePosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Position>;
    const valid =
      typeof value.path === 'string' &&
      typeof value.file === 'string' &&
      Number.isSafeInteger(value.offset) &&
      typeof value.skipping === 'boolean' &&
      Number.isSafeInteger(value.head?.length) &&
      typeof value.head?.sha256 === 'string';
    return valid ? (value as Position) : undefined;
  } catch {
    return undefined;
  }
}
