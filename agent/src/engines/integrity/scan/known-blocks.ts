import { readSync } from 'node:fs';
import { type BlockHead, blockHash, readBlockHead } from './folder-block.ts';

/** Hash, offset in the file, length, found. */
const slotBytes = 4 + 8 + 4 + 1;

/**
 * Where the block of each folder stands in a database: a hash table in memory that all workers share, of 34 to 68 bytes a folder. What a
 * worker looks for it reads from the file itself.
 */
export class KnownBlocks {
  readonly memory: SharedArrayBuffer;
  readonly file: number;
  readonly #slots: number;
  readonly #offsets: Float64Array;
  readonly #hashes: Uint32Array;
  readonly #lengths: Uint32Array;
  readonly #found: Uint8Array;
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);

  /** @param of how many blocks it is to hold, or the memory of one that another thread made */
  constructor(file: number, of: number | SharedArrayBuffer) {
    this.file = file;
    this.#slots = typeof of === 'number' ? 2 ** Math.ceil(Math.log2(Math.max(2, of * 2))) : of.byteLength / slotBytes;
    this.memory = typeof of === 'number' ? new SharedArrayBuffer(this.#slots * slotBytes) : of;
    this.#offsets = new Float64Array(this.memory, 0, this.#slots);
    this.#hashes = new Uint32Array(this.memory, this.#slots * 8, this.#slots);
    this.#lengths = new Uint32Array(this.memory, this.#slots * 12, this.#slots);
    this.#found = new Uint8Array(this.memory, this.#slots * 16, this.#slots);
  }

  /** @returns false when this folder and part is there already */
  add(head: BlockHead, offset: number): boolean {
    const hash = blockHash(head.folder, head.part);
    let slot = this.#firstSlot(hash);
    for (; this.#offsets[slot] !== 0; slot = (slot + 1) & (this.#slots - 1)) {
      if (this.#hashes[slot] === hash && this.#isAt(slot, head.folder, head.part)) return false;
    }
    this.#hashes[slot] = hash;
    this.#offsets[slot] = offset;
    this.#lengths[slot] = head.byteLength;
    return true;
  }

  /** The block of this folder, which is thereby found. The bytes change with the next call. */
  find(folder: string, part: number): Buffer | undefined {
    const hash = blockHash(folder, part);
    for (let slot = this.#firstSlot(hash); this.#offsets[slot] !== 0; slot = (slot + 1) & (this.#slots - 1)) {
      if (this.#hashes[slot] !== hash || !this.#isAt(slot, folder, part)) continue;
      this.#found[slot] = 1;
      return this.#buffer;
    }
    return undefined;
  }

  /** All blocks, as in `find`. */
  *all(): Generator<Buffer> {
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (this.#offsets[slot] === 0) continue;
      this.#load(slot);
      yield this.#buffer;
    }
  }

  /** The blocks that nobody has found, as in `find`. */
  *notFound(): Generator<Buffer> {
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (this.#offsets[slot] === 0 || this.#found[slot] === 1) continue;
      this.#load(slot);
      yield this.#buffer;
    }
  }

  #firstSlot(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#slots - 1);
  }

  #isAt(slot: number, folder: string, part: number): boolean {
    this.#load(slot);
    const head = readBlockHead(this.#buffer, 0);
    return head.folder === folder && head.part === part;
  }

  #load(slot: number): void {
    const length = this.#lengths[slot]!;
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length));
    for (let at = 0; at < length; ) {
      const read = readSync(this.file, this.#buffer, at, length - at, this.#offsets[slot]! + at);
      if (read === 0) throw new Error('the database was cut while it was read');
      at += read;
    }
  }
}
