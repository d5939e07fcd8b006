import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import type { LogFormat } from '../event.ts';
import {
  bornMsOf,
  emptyFingerprint,
  type Fingerprint,
  fileKeyOf,
  fingerprintOf,
  fits,
  headBytes,
  holdsPosition,
  isFullHead,
  type Position,
  readBeginning,
  readHead,
  tailBytes,
} from './position.ts';
import { type Flush, type Reading, readPiece } from './records/reading.ts';
import type { Gather } from './records/record.ts';
import { isBecomeOf } from './rotation-names.ts';
import { type TextReader, textReaderFor } from './text.ts';

/** How a source wants its files read. */
export interface Manner {
  readonly format: LogFormat;
  readonly reading: Reading;
}

/** Read at once; small, so that the agent stays answerable. */
const chunkBytes = 256 * 1024;
const chunk = Buffer.alloc(chunkBytes + tailBytes);
/** So much of nothing (a hole in the file) is not read through: its writer would keep the agent busy for ever. */
const holeBytesMax = 1024 * 1024 * 1024;

/** Where to begin in a file. */
export type Start = { readonly at: 'beginning' | 'end' } | { readonly at: 'position'; readonly position: Position };

/**
 * Opens a regular file for reading. Never waits: a path that has become a pipe or a device meanwhile is refused.
 * @throws the error of `open(2)`; one with the code `NOT_A_FILE`
 */
export function openLog(path: string): { fd: number; stat: Stats } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, stat };
  closeSync(fd);
  throw Object.assign(new Error(`${path} is no regular file`), { code: 'NOT_A_FILE' });
}

/** One open log. Keeps the file open under whatever name, so that a rename loses nothing and the inode is not given to another. */
export class FollowedFile {
  path: string;
  /** The log whose file this is or was, whatever it is called now. */
  log: string;
  readonly key: string;
  /** Since when no source names this file any more (it was rotated away), by the monotonic clock. */
  retiringSinceMs: number | undefined;
  /** When something was last found in it, by the monotonic clock. */
  grewMs = 0;
  /** Still reading what was written before the agent looked: those lines are older than the clock says. */
  isBehind = false;
  /** A copy of a file that is followed itself: not read, until the original was truncated. */
  isCopy = false;
  /** Something may have been written since it was last read to its end. */
  isDirty = true;
  /** Lines that were longer than is looked at, and bytes of holes that were passed over. */
  cut = 0;
  holeBytes = 0;
  readonly bornMs: number;
  readonly #fd: number;
  #manner: Manner;
  #modifiedMs: number;
  #reader: TextReader;
  #gather: Gather | undefined;
  /** The bytes from a little before the position up to where reading goes on. */
  #window: Buffer = Buffer.alloc(0);
  /** How many of them stand before the position. */
  #lead = 0;
  #readOffset = 0;
  #skipping = false;
  #head: Fingerprint = emptyFingerprint;
  #reportedAt = '';
  /** How the log begins that this may be a copy of, until it is known. */
  #original: Fingerprint | undefined;

  /** @throws the error of `open(2)`; one with the code `NOT_A_FILE`, or `OTHER_FILE` where the file does not hold the position */
  constructor(path: string, start: Start, manner: Manner) {
    this.path = path;
    this.log = path;
    this.#manner = manner;
    const { fd, stat } = openLog(path);
    this.#fd = fd;
    this.key = fileKeyOf(stat);
    this.bornMs = bornMsOf(stat);
    this.#modifiedMs = stat.mtimeMs;
    if (start.at === 'position' && !holdsPosition(fd, stat, start.position)) {
      closeSync(fd);
      throw Object.assign(new Error(`${path} is another file than the one that was read`), { code: 'OTHER_FILE' });
    }
    this.#reader = this.#readerNow();
    this.#gather = manner.reading.gather?.(path);
    if (start.at === 'end') this.#seek(stat.size - (stat.size % this.#reader.unitBytes), !this.#endsLine(stat.size));
    if (start.at === 'position') this.#seek(start.position.offset, start.position.skipping);
    this.#head = readHead(fd);
  }

  get manner(): Manner {
    return this.#manner;
  }

  /** What is read from now on is read so. */
  set manner(manner: Manner) {
    if (manner === this.#manner) return;
    this.#manner = manner;
    this.#reader = this.#readerNow();
    this.#gather = manner.reading.gather?.(this.path);
  }

  get position(): Position {
    return {
      path: this.path,
      ...(this.log === this.path ? {} : { log: this.log }),
      file: this.key,
      offset: this.#positionOffset,
      skipping: this.#skipping,
      head: this.#head,
      tail: fingerprintOf(this.#window.subarray(0, this.#lead)),
      bornMs: this.bornMs,
      modifiedMs: this.#modifiedMs,
    };
  }

  /** Whether there is something that was read and not given out, since its end was not seen. */
  get isWaiting(): boolean {
    return this.#window.length > this.#lead;
  }

  /** Whether it has another size or time than when it was last read. */
  get hasChanged(): boolean {
    const { size, mtimeMs } = fstatSync(this.#fd);
    return size !== this.#readOffset || mtimeMs !== this.#modifiedMs;
  }

  /** Whether what was read before is not there any more. */
  get isReplaced(): boolean {
    const overlap = Math.min(tailBytes, this.#window.length);
    const known = this.#window.subarray(this.#window.length - overlap);
    const now = Buffer.alloc(overlap);
    const bytes = readSync(this.#fd, now, 0, overlap, this.#readOffset - overlap);
    if (bytes < overlap || !now.equals(known)) return true;
    return this.#readOffset === overlap && !this.#hasHead(readBeginning(this.#fd));
  }

  /** Whether it holds what was read up to a position. */
  holds(position: Position): boolean {
    return holdsPosition(this.#fd, fstatSync(this.#fd), position);
  }

  /** Nothing was read of it, and it was empty: what it holds next need not be the first that came into it. */
  get isBlank(): boolean {
    return this.#readOffset === 0 && this.#head.length === 0;
  }

  /** When it was last written to, milliseconds. */
  get writtenMs(): number {
    return fstatSync(this.#fd).mtimeMs;
  }

  /**
   * It came beside a log with a name that a rotation gives: its lines were read there, if it is a copy.
   * @param byContent whether to look at how it begins; otherwise the name decides
   */
  takeForCopyOf(log: FollowedFile, byContent: boolean): void {
    this.isCopy = true;
    this.log = log.log;
    this.#original = byContent ? log.#head : undefined;
  }

  /** What it is called now. A name that rotation gives leaves it the log that it was. */
  rename(path: string): void {
    this.path = path;
    if (!isBecomeOf(path, this.log)) this.log = path;
  }

  #decideCopy(): void {
    if (!this.#original || fstatSync(this.#fd).size < this.#original.length) return;
    const { length, sha256 } = this.#original;
    this.isCopy = length > 0 && readHead(this.#fd, length).sha256 === sha256;
    this.#original = undefined;
  }

  /** Begins anew at the first byte. */
  restart(): void {
    this.#seek(0, false);
    this.#modifiedMs = fstatSync(this.#fd).mtimeMs;
    this.#head = readHead(this.#fd);
    this.#reader = this.#readerNow();
    this.isDirty = true;
  }

  /** Goes to a place given by another file of the same content. @returns false when this one does not hold it */
  resume(position: Position): boolean {
    if (!this.holds(position)) return false;
    this.#seek(position.offset, position.skipping);
    this.#original = undefined;
    this.isDirty = true;
    return true;
  }

  /**
   * The next records; undefined when there is nothing new; `replaced` when the file was cut or rewritten under us, so that what was read before is gone from
   * here. What was read before is looked at in the same call: nobody can exchange it between.
   */
  read(nowMs: number): string[] | 'replaced' | undefined {
    this.#decideCopy();
    if (this.isCopy) return undefined;
    const overlap = Math.min(tailBytes, this.#window.length);
    const bytes = readSync(this.#fd, chunk, 0, chunkBytes + overlap, this.#readOffset - overlap);
    const known = this.#window.subarray(this.#window.length - overlap);
    if (bytes < overlap || !chunk.subarray(0, overlap).equals(known)) return 'replaced';
    if (this.#readOffset === overlap && !this.#hasHead(chunk.subarray(0, bytes))) return 'replaced';
    const stat = fstatSync(this.#fd);
    if (bytes === overlap) {
      if (stat.size < this.#readOffset) return 'replaced';
      this.#modifiedMs = stat.mtimeMs;
      return undefined;
    }
    if (!isFullHead(this.#head)) this.#takeHead(this.#readOffset === overlap ? chunk.subarray(0, bytes) : undefined);
    if (this.#passHole(stat, chunk.subarray(overlap, bytes))) return [];
    this.#readOffset += bytes - overlap;
    this.#modifiedMs = stat.mtimeMs;
    this.grewMs = nowMs;
    this.#window = Buffer.concat([this.#window, chunk.subarray(overlap, bytes)]);
    return this.#take('nothing');
  }

  /** What waits for its end, given out as it is. */
  flush(what: Flush): string[] {
    return this.isCopy ? [] : this.#take(what);
  }

  /** The position, when it differs from the one given out last. */
  takeMovedPosition(): Position | undefined {
    const mark = `${this.path}\n${this.#positionOffset}\n${this.#skipping}\n${this.#head.length}`;
    if (mark === this.#reportedAt) return undefined;
    this.#reportedAt = mark;
    return this.position;
  }

  close(): void {
    closeSync(this.#fd);
  }

  get #positionOffset(): number {
    return this.#readOffset - (this.#window.length - this.#lead);
  }

  #take(flush: Flush): string[] {
    const pending = this.#window.subarray(this.#lead);
    const piece = readPiece(pending, { reader: this.#reader, gather: this.#gather }, this.#skipping, flush);
    this.#skipping = piece.skipping;
    this.cut += piece.cut;
    const done = this.#lead + piece.used;
    this.#lead = Math.min(tailBytes, done);
    this.#window = Buffer.from(this.#window.subarray(done - this.#lead));
    return [...piece.records];
  }

  /** A sparse file of any size costs its maker nothing. */
  #passHole(stat: Stats, bytes: Buffer): boolean {
    const left = stat.size - this.#readOffset;
    if (left <= holeBytesMax || stat.blocks * 512 > left / 2 || bytes.some((byte) => byte !== 0)) return false;
    this.holeBytes += left;
    this.#seek(stat.size, true);
    return true;
  }

  /** Whether the file's first bytes are those it was known by; so near to its beginning nothing else would tell. */
  #hasHead(beginning: Buffer): boolean {
    const { length } = this.#head;
    return beginning.length >= length && fits(beginning.subarray(0, length), this.#head);
  }

  /** @param beginning the file's first bytes, where they were read just now */
  #takeHead(beginning = readBeginning(this.#fd)): void {
    if (!this.#hasHead(beginning)) return;
    const hadAny = this.#head.length > 1;
    this.#head = fingerprintOf(beginning.subarray(0, headBytes));
    if (!hadAny) this.#reader = this.#readerNow();
  }

  #readerNow(): TextReader {
    const beginning = Buffer.alloc(2);
    const length = readSync(this.#fd, beginning, 0, 2, 0);
    return textReaderFor(this.#manner.reading.encoding, beginning.subarray(0, length));
  }

  #seek(offset: number, skipping: boolean): void {
    const before = Buffer.alloc(Math.min(tailBytes, offset));
    const length = readSync(this.#fd, before, 0, before.length, offset - before.length);
    this.#window = before.subarray(0, length);
    this.#lead = length;
    this.#readOffset = offset;
    this.#skipping = skipping;
  }

  #endsLine(size: number): boolean {
    const { newline } = this.#reader;
    if (size === 0) return true;
    const last = Buffer.alloc(newline.length);
    readSync(this.#fd, last, 0, last.length, Math.max(0, size - last.length));
    return last.equals(newline);
  }
}
