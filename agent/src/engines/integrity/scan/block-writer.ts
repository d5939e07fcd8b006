import { blockHeadBytes } from './folder-block.ts';

const firstBytes = 256 * 1024;

/** Builds blocks (`folder-block.ts`) one after the other in one piece of memory. */
export class BlockWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(firstBytes);
  view: DataView = new DataView(this.buffer.buffer);
  /** Where the next record goes. */
  at = 0;
  #start = 0;
  #count = 0;

  /** @param folder byte string */
  begin(folder: string, part: number, partsLog: number, isDenied: boolean): void {
    this.#start = this.at;
    this.#count = 0;
    this.reserve(blockHeadBytes + folder.length);
    this.buffer.writeUInt32LE(folder.length, this.#start + 8);
    this.buffer.writeUInt16LE(part, this.#start + 12);
    this.buffer[this.#start + 14] = partsLog;
    this.buffer[this.#start + 15] = isDenied ? 1 : 0;
    this.buffer.write(folder, this.#start + blockHeadBytes, 'latin1');
    this.at += blockHeadBytes + folder.length;
  }

  /** Makes room for so many bytes at `at`. `buffer` and `view` may be others afterwards. */
  reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, this.at + bytes));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }

  /** The bytes from `at` on, so many, are a record. */
  commit(length: number): void {
    this.at += length;
    this.#count += 1;
  }

  append(record: Uint8Array): void {
    this.reserve(record.length);
    this.buffer.set(record, this.at);
    this.commit(record.length);
  }

  /** @param keep or forget the block, where only its comparison was of interest */
  end(keep: boolean): void {
    this.buffer.writeUInt32LE(this.at - this.#start, this.#start);
    this.buffer.writeUInt32LE(this.#count, this.#start + 4);
    if (!keep) this.at = this.#start;
  }

  /** What was kept, as a copy; begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = Uint8Array.prototype.slice.call(this.buffer, 0, this.at) as Uint8Array<ArrayBuffer>;
    this.at = 0;
    return taken;
  }
}
