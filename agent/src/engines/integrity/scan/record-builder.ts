import { type BigIntStats, lstatSync, readlinkSync } from 'node:fs';
import type { BlockWriter } from './block-writer.ts';
import { toKernel } from './byte-string.ts';
import type { ContentReader } from './content-reader.ts';
import {
  contentOf,
  hashBytes,
  recordHeadBytes,
  typeIndexOf,
  typeOfMode,
  types,
  withContent,
  writeHead,
  youngBit,
} from './file-record.ts';
import type { BlockCursor } from './folder-block.ts';
import type { Youth } from './youth.ts';

const fileType = types.indexOf('file');
const linkType = types.indexOf('symlink');
const bigint = { bigint: true, throwIfNoEntry: false } as const;
/** Longest target of a symbolic link (PATH_MAX, symlink(2)). */
const targetBytesMax = 4096;
/** What `build` says of a file whose content would have to be read, where it reads none. */
export const unread = -1;

export type BuilderParts = {
  readonly blocks: BlockWriter;
  readonly reader: ContentReader;
  readonly hashBytesMax: number;
  /** May a content be taken as known when inode, size, time of change (ctime) and of modification are what they were? */
  readonly trusts: boolean;
  /** False: where a content is not known by that, the builder says `unread` and leaves it to others. */
  readonly reads: boolean;
  readonly youth: Youth;
};

/** Makes the record of one name, at the place of the next record in the block. */
export class RecordBuilder {
  /** Where every content is read, a regular file is opened at once: one look fewer. */
  readonly opensFirst: boolean;
  readonly #parts: BuilderParts;
  /** Was what `build` was asked for last hidden from us? Then what is known of it stands. */
  isDenied = false;
  #base = '';
  #path: string | Buffer = '';

  constructor(parts: BuilderParts) {
    this.#parts = parts;
    this.opensFirst = !parts.trusts;
  }

  /** @param base byte string that leads the kernel to the folder */
  beginFolder(base: string): void {
    this.#base = base;
    this.#parts.youth.refresh();
  }

  /**
   * @param isFile the folder calls it a regular file
   * @param known stands at the record of the same name, where there is one
   * @returns its length; 0 = nothing is there (any more), or it is `unread`. It is not committed yet.
   */
  build(name: string, isFile: boolean, needsContent: boolean, known: BlockCursor | undefined): number {
    const { blocks, reader, hashBytesMax, trusts, reads } = this.#parts;
    blocks.reserve(recordHeadBytes + name.length + hashBytes + targetBytesMax);
    const path = toKernel(`${this.#base}/${name}`);
    this.#path = path;
    this.isDenied = false;
    if (isFile && needsContent) {
      const result = reader.read(path, hashBytesMax);
      if (result === 'gone') return 0;
      if (result === 'read') return this.#finishRead(name, known);
    }
    const stat = this.#look(path);
    if (stat === 'denied') return this.#finishDenied(known);
    if (!stat) return 0;
    writeHead(blocks.view, blocks.at, stat, name.length);
    const type = typeOfMode(Number(stat.mode));
    if (type === linkType) return this.#finishLink(name, path);
    if (type !== fileType || !needsContent) return this.#finish(name);
    if (trusts && known && this.#isUntouched(known)) return this.#finishTrusted(name, known);
    if (!reads) return unread;
    const result = reader.read(path, hashBytesMax);
    if (result === 'read') return this.#finishRead(name, known);
    if (result === 'gone') return 0;
    return result === 'other' ? this.build(name, false, false, known) : this.#finishUnreadable(name, known);
  }

  #look(path: string | Buffer): BigIntStats | undefined | 'denied' {
    try {
      return lstatSync(path, bigint);
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : 'denied';
    }
  }

  #finishDenied(known: BlockCursor | undefined): number {
    this.isDenied = true;
    if (!known) return 0;
    const record = known.record();
    this.#parts.blocks.reserve(record.length);
    this.#parts.blocks.buffer.set(record, this.#parts.blocks.at);
    return record.length;
  }

  #finish(name: string): number {
    const { buffer, at } = this.#parts.blocks;
    buffer.write(name, at + recordHeadBytes, 'latin1');
    return recordHeadBytes + name.length;
  }

  #finishLink(name: string, path: string | Buffer): number {
    const { buffer, view, at } = this.#parts.blocks;
    let target = '';
    try {
      target = readlinkSync(path, 'latin1');
    } catch {
      // Gone or replaced since we looked: the next scan sees what is there then.
      return 0;
    }
    view.setUint16(at + 6, target.length, true);
    const length = this.#finish(name);
    buffer.write(target, at + length, 'latin1');
    return length + target.length;
  }

  #finishRead(name: string, known: BlockCursor | undefined): number {
    const { blocks, reader } = this.#parts;
    writeHead(blocks.view, blocks.at, reader.stat, name.length);
    if (reader.content === 'unreadable') return this.#finishUnreadable(name, known);
    const isYoung = this.#parts.youth.isYoung(reader.stat, this.#path);
    blocks.buffer[blocks.at] = withContent(fileType, reader.content) | (isYoung ? youngBit : 0);
    const length = this.#finish(name);
    if (reader.content !== 'hashed') return length;
    blocks.buffer.write(reader.sha256, blocks.at + length, 'latin1');
    return length + hashBytes;
  }

  #finishTrusted(name: string, known: BlockCursor): number {
    const { buffer, at } = this.#parts.blocks;
    const flags = known.view.getUint8(known.at);
    buffer[at] = flags;
    const length = this.#finish(name);
    if (contentOf(flags) !== 'hashed') return length;
    known.bytes.copy(buffer, at + length, known.at + length, known.at + length + hashBytes);
    return length + hashBytes;
  }

  /** A content that may no longer be read stays known while size and time of modification do, so that its change is found once it may. */
  #finishUnreadable(name: string, known: BlockCursor | undefined): number {
    const { buffer, at, view } = this.#parts.blocks;
    if (known && contentOf(known.view.getUint8(known.at)) === 'hashed' && sameNumbers(view, at, known, [28, 36])) {
      return this.#finishTrusted(name, known);
    }
    buffer[at] = withContent(fileType, 'unreadable');
    return this.#finish(name);
  }

  #isUntouched(known: BlockCursor): boolean {
    const { view, at } = this.#parts.blocks;
    const flags = known.view.getUint8(known.at);
    if (typeIndexOf(flags) !== fileType || (flags & youngBit) !== 0) return false;
    const content = contentOf(flags);
    if (content === 'none' || content === 'unreadable') return false;
    // The limit may be another one than then.
    if (content === 'large' && view.getBigUint64(at + 28, true) <= BigInt(this.#parts.hashBytesMax)) return false;
    return sameNumbers(view, at, known, [20, 28, 36, 44, 52]);
  }
}

/** Are the 64-bit numbers at these places of both records the same? (20 inode, 28 size, 36 modified, 44 changed, 52 born) */
function sameNumbers(view: DataView, at: number, known: BlockCursor, places: readonly number[]): boolean {
  for (const place of places) {
    if (
      view.getUint32(at + place, true) !== known.view.getUint32(known.at + place, true) ||
      view.getUint32(at + place + 4, true) !== known.view.getUint32(known.at + place + 4, true)
    ) {
      return false;
    }
  }
  return true;
}
