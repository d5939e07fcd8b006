import { createHash, hash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, read as readLater, readSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Content } from './file-record.ts';
import type { HardLinks } from './hard-links.ts';

/** `O_NONBLOCK`: what became a pipe since its folder was listed must not hold us. `O_NOFOLLOW`: nor may a link lead us elsewhere. */
const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const chunkBytes = 256 * 1024;
/** SHA-256 of nothing, as a byte string. */
const hashOfNothing = hash('sha256', Buffer.alloc(0), 'latin1');
const bigint = { bigint: true } as const;
const readAsync = promisify(readLater);

/** `gone`: no longer there. `other`: there, but no regular file (any more). `denied`: may not be opened. */
export type ReadResult = 'read' | 'gone' | 'other' | 'denied';

/**
 * Opens a regular file once and takes attributes and SHA-256 from the same open file, so that the two belong together whatever happens to its
 * name meanwhile. Exactly as many bytes are hashed as the file had when it was opened: a file that grows does not hold us, and its hash and size fit
 * each other. One that shrinks meanwhile is read again.
 */
export class ContentReader {
  /** Of the last file that was read. */
  stat!: BigIntStats;
  content: Content = 'none';
  /** Byte string of 32, where `content` is `hashed`. */
  sha256 = '';
  /** Of all files so far. */
  bytesHashed = 0;
  readonly #links: HardLinks | undefined;
  readonly #pulse: () => void;
  readonly #buffer = Buffer.allocUnsafeSlow(chunkBytes);
  /** Reading must leave no trace in access times, where we may have it so. */
  #noTrace = process.geteuid?.() === 0 ? constants.O_NOATIME : 0;

  /** @param pulse called between the pieces of a large file */
  constructor(links: HardLinks | undefined, pulse: () => void) {
    this.#links = links;
    this.#pulse = pulse;
  }

  /** @param bytesMax of a larger file only the attributes are taken */
  read(path: string | Buffer, bytesMax: number): ReadResult {
    let file: number;
    try {
      file = this.#open(path);
    } catch (error) {
      return resultOf(error);
    }
    try {
      this.stat = fstatSync(file, bigint);
      if ((Number(this.stat.mode) & constants.S_IFMT) !== constants.S_IFREG) return 'other';
      this.#readContent(file, bytesMax);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      this.content = 'unreadable';
    } finally {
      closeSync(file);
    }
    return 'read';
  }

  /** As `read`, but a file of more than a piece is read in the thread pool, so that the thread has time for others meanwhile. One at a time. */
  async readPatiently(path: string | Buffer, bytesMax: number): Promise<ReadResult> {
    let file: number;
    try {
      file = this.#open(path);
    } catch (error) {
      return resultOf(error);
    }
    try {
      this.stat = fstatSync(file, bigint);
      if ((Number(this.stat.mode) & constants.S_IFMT) !== constants.S_IFREG) return 'other';
      const size = Number(this.stat.size);
      if (size <= chunkBytes || size > bytesMax) this.#readContent(file, bytesMax);
      else await this.#hashPatiently(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
      this.content = 'unreadable';
    } finally {
      closeSync(file);
    }
    return 'read';
  }

  async #hashPatiently(file: number): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const size = Number(this.stat.size);
      const sum = createHash('sha256');
      let at = 0;
      for (let bytes = 1; at < size && bytes > 0; at += bytes) {
        bytes = (await readAsync(file, this.#buffer, 0, Math.min(chunkBytes, size - at), at)).bytesRead;
        sum.update(this.#buffer.subarray(0, bytes));
      }
      this.bytesHashed += at;
      this.content = 'hashed';
      this.sha256 = sum.digest('latin1');
      // Shorter than it was: another look, once.
      if (at === size || tries > 0) return;
      this.stat = fstatSync(file, bigint);
    }
  }

  #open(path: string | Buffer): number {
    try {
      return openSync(path, flags | this.#noTrace);
    } catch (error) {
      // Some mounts and user namespaces refuse it even to root.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM' || this.#noTrace === 0) throw error;
      const file = openSync(path, flags);
      this.#noTrace = 0;
      return file;
    }
  }

  #readContent(file: number, bytesMax: number): void {
    if (this.stat.size > BigInt(bytesMax)) {
      this.content = 'large';
      return;
    }
    this.content = 'hashed';
    const known = this.stat.nlink > 1n ? this.#links?.find(this.stat) : undefined;
    this.sha256 = known ?? this.#hash(file);
    if (known === undefined && this.stat.nlink > 1n) this.#links?.add(this.stat, this.sha256);
  }

  #hash(file: number): string {
    let found = this.#hashOnce(file, 0);
    // Shorter than it was: what was read and what is known of it do not fit. Another look; a file that is cut all the time keeps what the second gave.
    if (found === undefined) {
      this.stat = fstatSync(file, bigint);
      found = this.#hashOnce(file, 0) ?? hashOfNothing;
    }
    return found;
  }

  #hashOnce(file: number, from: number): string | undefined {
    const size = Number(this.stat.size);
    if (size === 0) return hashOfNothing;
    if (size > chunkBytes) return this.#hashInPieces(file, size);
    let at = 0;
    for (let read = 1; at < size && read > 0; at += read) {
      read = readSync(file, this.#buffer, at, size - at, from + at);
    }
    this.bytesHashed += at;
    return at === size ? hash('sha256', this.#buffer.subarray(0, size), 'latin1') : undefined;
  }

  #hashInPieces(file: number, size: number): string | undefined {
    const sum = createHash('sha256');
    let at = 0;
    for (let read = 1; at < size && read > 0; at += read) {
      read = readSync(file, this.#buffer, 0, Math.min(chunkBytes, size - at), at);
      sum.update(read === chunkBytes ? this.#buffer : this.#buffer.subarray(0, read));
      this.bytesHashed += read;
      this.#pulse();
    }
    return at === size ? sum.digest('latin1') : undefined;
  }
}

function resultOf(error: unknown): ReadResult {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone';
  return code === 'ELOOP' || code === 'ENXIO' ? 'other' : 'denied';
}
