/**
 * The records of one folder, sorted by the bytes of their names: what a database consists of, and what is compared at a time.
 *
 *   0 u32 length of the whole block · 4 u32 number of records · 8 u32 length of the folder's path · 12 u16 part · 14 u8 binary logarithm of the
 *   number of parts · 15 u8 1 = the folder could not be listed · 16 path of the folder (`` for `/`) · records
 *
 * A folder of many names is cut in parts by a hash of the name, so that no block is large.
 */
import { hashOf } from './byte-string.ts';
import { recordLength } from './file-record.ts';

export const blockHeadBytes = 16;
/** More names than this in a folder make parts of about so many. */
const namesPerPart = 4096;
const partsLogMax = 12;

/** Binary logarithm of the number of parts for so many names. */
export const partsLogFor = (names: number): number =>
  names <= 2 * namesPerPart ? 0 : Math.min(partsLogMax, Math.ceil(Math.log2(names / namesPerPart)));

/** Hash of a name for its part. Other bits than those of an index decide. */
export const partOf = (name: string, partsLog: number): number => (hashOf(name) >>> 8) & ((1 << partsLog) - 1);

/** Where a block stands in an index. */
export const blockHash = (folder: string, part: number): number =>
  (Math.imul(hashOf(folder) ^ part, 0x9e3779b1) ^ part) >>> 0;

export type BlockHead = {
  readonly byteLength: number;
  readonly count: number;
  /** Byte string. */
  readonly folder: string;
  readonly part: number;
  readonly partsLog: number;
  readonly isDenied: boolean;
};

export function readBlockHead(bytes: Buffer, at: number): BlockHead {
  return {
    byteLength: bytes.readUInt32LE(at),
    count: bytes.readUInt32LE(at + 4),
    part: bytes.readUInt16LE(at + 12),
    partsLog: bytes[at + 14]!,
    isDenied: bytes[at + 15] === 1,
    folder: bytes.toString('latin1', at + blockHeadBytes, at + blockHeadBytes + bytes.readUInt32LE(at + 8)),
  };
}

/** Goes through the records of a block in order. */
export class BlockCursor {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the current record begins. */
  at = 0;
  /** Its name, `undefined` at the end. Byte string. */
  name: string | undefined;
  #end = 0;
  #nextAt = 0;

  /** @param bytes holds the whole block at its beginning */
  begin(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = bytes.readUInt32LE(0);
    this.#nextAt = blockHeadBytes + bytes.readUInt32LE(8);
    this.next();
  }

  /** Stands at one record alone. */
  beginRecord(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end = bytes.length;
    this.#nextAt = 0;
    this.next();
  }

  /** Nothing to go through. */
  beginEmpty(): void {
    this.name = undefined;
    this.#nextAt = 0;
    this.#end = 0;
  }

  next(): void {
    this.at = this.#nextAt;
    if (this.at >= this.#end) {
      this.name = undefined;
      return;
    }
    this.#nextAt = this.at + recordLength(this.view, this.at);
    this.name = this.bytes.toString('latin1', this.at + 60, this.at + 60 + this.view.getUint16(this.at + 2, true));
  }

  /** The bytes of the current record; they change with the next block. */
  record(): Buffer {
    return this.bytes.subarray(this.at, this.#nextAt);
  }
}
