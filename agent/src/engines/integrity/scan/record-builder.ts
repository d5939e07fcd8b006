import { type BigIntStats, lstatSync, readlinkSync, statfsSync } from 'node:fs';
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

const fileType = types.indexOf('file');
const linkType = types.indexOf('symlink');
const bigint = { bigint: true, throwIfNoEntry: false } as const;
/** Longest target of a symbolic link (PATH_MAX, symlink(2)). */
const targetBytesMax = 4096;
/**
 * The kernel notes a write through a memory map when the page becomes dirty, not at each write; it is clean again, so that the next write is
 * noted, after at most 30 s and a little (`vm.dirty_expire_centisecs`). Times are also only as fine as the clock's tick.
 */
const youngMs = 60_000;
/** tmpfs and ramfs: pages are never cleaned there, so a write through a memory map may leave no time at all. */
const untimedFileSystems = new Set([0x01021994, 0x858458f6]);

export type BuilderParts = {
  readonly blocks: BlockWriter;
  readonly reader: ContentReader;
  readonly hashBytesMax: number;
  /** May a content be taken as known when inode, size, time of change (ctime) and of modification are what they were? */
  readonly trusts: boolean;
  /** Milliseconds since 1970, by the clock that gives files their times. */
  readonly nowMs: () => number;
};

/** Makes the record of one name, at the place of the next record in the block. */
export class RecordBuilder {
  /** Where every content is read, a regular file is opened at once: one look fewer. */
  readonly opensFirst: boolean;
  readonly #parts: BuilderParts;
  readonly #untimedDevices = new Map<bigint, boolean>();
  #base = '';
  #youngSinceNs = 0n;

  constructor(parts: BuilderParts) {
    this.#parts = parts;
    this.opensFirst = !parts.trusts;
  }

  /** @param base byte string that leads the kernel to the folder */
  beginFolder(base: string): void {
    this.#base = base;
    this.#youngSinceNs = BigInt(Math.floor(this.#parts.nowMs()) - youngMs) * 1_000_000n;
  }

  /**
   * @param isFile the folder calls it a regular file
   * @param known stands at the record of the same name, where there is one
   * @returns its length; 0 = nothing is there (any more). It is not committed yet.
   */
  build(name: string, isFile: boolean, needsContent: boolean, known: BlockCursor | undefined): number {
    const { blocks, reader, hashBytesMax, trusts } = this.#parts;
    blocks.reserve(recordHeadBytes + name.length + hashBytes + targetBytesMax);
    const path = toKernel(`${this.#base}/${name}`);
    if (isFile && needsContent) {
      const result = reader.read(path, hashBytesMax);
      if (result === 'gone') return 0;
      if (result === 'read') return this.#finishRead(name, known);
    }
    const stat = this.#look(path);
    if (stat === 'denied') return known ? this.#copy(known) : 0;
    if (!stat) return 0;
    writeHead(blocks.view, blocks.at, stat, name.length);
    const type = typeOfMode(Number(stat.mode));
    if (type === linkType) return this.#finishLink(name, path);
    if (type !== fileType || !needsContent) return this.#finish(name);
    if (trusts && known && this.#isUntouched(known)) return this.#finishTrusted(name, known);
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

  #copy(known: BlockCursor): number {
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
    const isYoung = reader.stat.ctimeNs >= this.#youngSinceNs || this.#isUntimed(reader.stat.dev);
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
    return sameNumbers(view, at, known, [20, 28, 36, 44, 52]);
  }

  #isUntimed(device: bigint): boolean {
    const known = this.#untimedDevices.get(device);
    if (known !== undefined) return known;
    const path = toKernel(this.#base === '' ? '/' : this.#base);
    let isUntimed = true;
    try {
      isUntimed = untimedFileSystems.has(statfsSync(path).type);
    } catch {
      // Not known: then it is read every time.
    }
    this.#untimedDevices.set(device, isUntimed);
    return isUntimed;
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
