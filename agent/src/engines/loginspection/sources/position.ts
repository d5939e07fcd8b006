import { createHash } from 'node:crypto';
import { readSync, type Stats } from 'node:fs';

/** A part of a log's content, by which it is known again. */
export interface Fingerprint {
  readonly length: number;
  readonly sha256: string;
}

/** How far a file is read. Kept with the detections, in one transaction. */
export interface Position {
  readonly path: string;
  /** The log whose file it was, where that is called otherwise now. */
  readonly log?: string;
  /** `device:inode`. */
  readonly file: string;
  /** Where the next unread record begins. */
  readonly offset: number;
  /** Whether the place lies inside a line that is to be passed over. */
  readonly skipping: boolean;
  /** The beginning of the file: a copy has the same, a new or rewritten file another. */
  readonly head: Fingerprint;
  /** What stands right before `offset`. Tells files apart that all begin with the same words. Absent in what an older agent kept. */
  readonly tail?: Fingerprint;
  /** When the file was made, milliseconds; 0 where that is not known. A new file may get the inode of one that is gone. */
  readonly bornMs?: number;
  /** When the file had last been written to. Files rotated away later hold what came after it. */
  readonly modifiedMs?: number;
}

export const headBytes = 256;
export const tailBytes = 128;

export const fingerprintOf = (bytes: Buffer): Fingerprint => ({
  length: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});
export const emptyFingerprint: Fingerprint = fingerprintOf(Buffer.alloc(0));

/** The first bytes of a file, at most `length`. */
export function readBeginning(fd: number, length = headBytes): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, 0));
}

export const readHead = (fd: number, length = headBytes): Fingerprint => fingerprintOf(readBeginning(fd, length));

/** Whether these bytes of a log are the ones the fingerprint was taken of. */
export const fits = (bytes: Buffer, fingerprint: Fingerprint): boolean =>
  bytes.length === fingerprint.length && fingerprintOf(bytes).sha256 === fingerprint.sha256;

/** A head that is not yet full is taken again when the file has grown. */
export const isFullHead = (head: Fingerprint) => head.length === headBytes;

export const fileKeyOf = (stat: Pick<Stats, 'dev' | 'ino'>) => `${stat.dev}:${stat.ino}`;

/** Kernels and file systems that do not know it show the time of the last change instead. */
export const bornMsOf = (stat: Pick<Stats, 'birthtimeMs' | 'ctimeMs'>) =>
  stat.birthtimeMs === stat.ctimeMs ? 0 : stat.birthtimeMs;

/** Whether the open file holds what the position was taken of, and goes at least as far. */
export function holdsPosition(fd: number, stat: Stats, position: Position): boolean {
  const { head, tail, offset } = position;
  if (stat.size < offset || readHead(fd, head.length).sha256 !== head.sha256) return false;
  if (!tail || tail.length === 0) return true;
  const bytes = Buffer.alloc(tail.length);
  const length = readSync(fd, bytes, 0, tail.length, offset - tail.length);
  return fits(bytes.subarray(0, length), tail);
}

/** Whether both are known to have been made at different times. */
export const isOtherBirth = (bornMs: number, position: Position): boolean =>
  bornMs > 0 && (position.bornMs ?? 0) > 0 && bornMs !== position.bornMs;

export const encodePosition = (position: Position): string => JSON.stringify(position);

/** Undefined for a text that is no position (an older agent, a damaged store). */
export function decodePosition(text: string | undefined): Position | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<Position>;
    const valid =
      typeof value.path === 'string' &&
      typeof value.file === 'string' &&
      isOffset(value.offset) &&
      typeof value.skipping === 'boolean' &&
      (value.log === undefined || typeof value.log === 'string') &&
      isFingerprint(value.head, headBytes) &&
      (value.tail === undefined || (isFingerprint(value.tail, tailBytes) && value.tail.length <= value.offset));
    return valid ? (value as Position) : undefined;
  } catch {
    return undefined;
  }
}

/** The log that a position belongs to, whatever became of its file. */
export const logOf = ({ log, path }: Position): string => log ?? path;

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isFingerprint = (value: Partial<Fingerprint> | undefined, most: number): value is Fingerprint =>
  isOffset(value?.length) && value.length <= most && typeof value.sha256 === 'string';
