import { type FileRecord, readRecord } from './file-record.ts';

/** What a scan found of one path: a record on one side alone, or one on each that differ in something. */
export type Difference = {
  /** Byte string, `` for `/`. */
  readonly folder: string;
  readonly before: FileRecord | undefined;
  readonly after: FileRecord | undefined;
};

const headBytes = 12;
const firstBytes = 16 * 1024;

/** Packs differences for the way from a worker to the main thread: u32 lengths of folder, record before and after (0 = none), then these. */
export class ChangeWriter {
  #buffer = Buffer.allocUnsafeSlow(firstBytes);
  #at = 0;

  get size(): number {
    return this.#at;
  }

  /** @param folder byte string */
  write(folder: string, before: Uint8Array | undefined, after: Uint8Array | undefined): void {
    const length = headBytes + folder.length + (before?.length ?? 0) + (after?.length ?? 0);
    if (this.#at + length > this.#buffer.length) this.#grow(length);
    pack(this.#buffer, this.#at, folder, before, after);
    this.#at += length;
  }

  #grow(by: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#at + by));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }

  /** What was written, as a copy; begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = Uint8Array.prototype.slice.call(this.#buffer, 0, this.#at) as Uint8Array<ArrayBuffer>;
    this.#at = 0;
    return taken;
  }
}

function pack(
  to: Buffer,
  at: number,
  folder: string,
  before: Uint8Array | undefined,
  after: Uint8Array | undefined,
): void {
  const [beforeLength, afterLength] = [before?.length ?? 0, after?.length ?? 0];
  const recordsAt = at + headBytes + folder.length;
  to.writeUInt32LE(folder.length, at);
  to.writeUInt32LE(beforeLength, at + 4);
  to.writeUInt32LE(afterLength, at + 8);
  to.write(folder, at + headBytes, 'latin1');
  if (before) to.set(before, recordsAt);
  if (after) to.set(after, recordsAt + beforeLength);
}

export function* readDifferences(packed: Uint8Array): Generator<Difference> {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at < bytes.length; ) {
    const [folderLength, before, after] = [0, 4, 8].map((offset) => bytes.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const recordsAt = at + headBytes + folderLength;
    yield {
      folder: bytes.toString('latin1', at + headBytes, recordsAt),
      before: before > 0 ? readRecord(bytes, recordsAt) : undefined,
      after: after > 0 ? readRecord(bytes, recordsAt + before) : undefined,
    };
    at = recordsAt + before + after;
  }
}
