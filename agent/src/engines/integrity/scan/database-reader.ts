import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import {
  checkFormatLine,
  DatabaseFault,
  type DatabaseHead,
  endMark,
  headBytesMax,
  sealBytes,
} from './database-format.ts';
import { parseHead } from './database-head.ts';
import { recordHeadBytes, recordLength } from './file-record.ts';
import { type BlockHead, blockHeadBytes, readBlockHead } from './folder-block.ts';
import { KnownBlocks } from './known-blocks.ts';

const chunkBytes = 1024 * 1024;
const firstLineBytesMax = 200;

/** A database that was read once from end to end: its seal is right, and it is known where the block of each folder stands. */
export type Database = {
  readonly head: DatabaseHead;
  readonly blocks: KnownBlocks;
  readonly entries: number;
  readonly seal: string;
  close(): void;
};

/**
 * @throws DatabaseFault when it is none, damaged, or of another version
 * @throws the error of the system when it cannot be read
 */
export function openDatabase(path: string): Database {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new DatabaseFault('damaged', 'it is no regular file');
    const { head, bodyAt } = readHead(file, stat.size);
    const seal = checkSeal(file, stat.size);
    const { heads, entries } = listBlocks(file, bodyAt, stat.size - sealBytes);
    const blocks = new KnownBlocks(file, heads.length);
    for (const { head: block, at } of heads) {
      if (!blocks.add(block, at)) throw damaged('a folder is there twice');
    }
    return { head, blocks, entries, seal, close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

const damaged = (how: string) => new DatabaseFault('damaged', `it is damaged: ${how}`);

function readHead(file: number, size: number): { head: DatabaseHead; bodyAt: number } {
  const start = Buffer.alloc(firstLineBytesMax);
  const firstEnd = start.subarray(0, readSync(file, start, 0, firstLineBytesMax, 0)).indexOf('\n');
  checkFormatLine(start.toString('latin1', 0, Math.max(0, firstEnd)));
  if (size < firstEnd + 1 + sealBytes) throw damaged('it is cut');
  let bytes = Buffer.alloc(0);
  for (let length = 64 * 1024; length <= headBytesMax; length *= 4) {
    bytes = Buffer.alloc(length);
    bytes = bytes.subarray(0, readSync(file, bytes, 0, length, firstEnd + 1));
    const end = bytes.indexOf('\n');
    if (end >= 0) return { head: parseHead(bytes.toString('utf8', 0, end)), bodyAt: firstEnd + 1 + end + 1 };
    if (bytes.length < length) break;
  }
  throw damaged('its head has no end');
}

/** @returns the seal in hexadecimal digits */
function checkSeal(file: number, size: number): string {
  const sum = createHash('sha256');
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  const sealAt = size - 32;
  for (let at = 0; at < sealAt; ) {
    const read = readSync(file, chunk, 0, Math.min(chunkBytes, sealAt - at), at);
    if (read === 0) throw damaged('it is cut');
    sum.update(chunk.subarray(0, read));
    at += read;
  }
  const seal = Buffer.alloc(32);
  readSync(file, seal, 0, 32, sealAt);
  if (!sum.digest().equals(seal)) throw damaged('its seal does not fit its content');
  return seal.toString('hex');
}

/** Goes through all blocks. A right seal may still stand below wrong lengths, since anybody can make one: nothing here may run out of bounds. */
function listBlocks(
  file: number,
  from: number,
  end: number,
): { heads: { head: BlockHead; at: number }[]; entries: number } {
  const heads: { head: BlockHead; at: number }[] = [];
  const window = new Window(file, end + sealBytes);
  let entries = 0;
  let at = from;
  while (at < end) {
    const head = window.blockAt(at, end);
    entries += head.count;
    heads.push({ head, at });
    at += head.byteLength;
  }
  const tail = window.bytes(end, 12);
  if (at !== end || tail.readUInt32LE(0) !== endMark) throw damaged('it has no end');
  if (tail.readBigUInt64LE(4) !== BigInt(entries)) throw damaged('the number of its records is wrong');
  return { heads, entries };
}

/** A piece of the file in memory that moves on. */
class Window {
  readonly #file: number;
  readonly #size: number;
  #buffer = Buffer.allocUnsafeSlow(chunkBytes);
  #start = 0;
  #length = 0;

  constructor(file: number, size: number) {
    this.#file = file;
    this.#size = size;
  }

  bytes(at: number, length: number): Buffer {
    if (at < 0 || at + length > this.#size) throw damaged('a length in it is wrong');
    if (at < this.#start || at + length > this.#start + this.#length) this.#move(at, length);
    return this.#buffer.subarray(at - this.#start, at - this.#start + length);
  }

  #move(at: number, length: number): void {
    if (this.#buffer.length < length) this.#buffer = Buffer.allocUnsafeSlow(length);
    this.#start = at;
    this.#length = readSync(this.#file, this.#buffer, 0, this.#buffer.length, at);
    if (this.#length < length) throw damaged('it is cut');
  }

  blockAt(at: number, end: number): BlockHead {
    const length = this.bytes(at, 4).readUInt32LE(0);
    if (length < blockHeadBytes || at + length > end) throw damaged('a length in it is wrong');
    const block = this.bytes(at, length);
    const folderLength = block.readUInt32LE(8);
    if (blockHeadBytes + folderLength > length) throw damaged('a length in it is wrong');
    const head = readBlockHead(block, 0);
    checkRecords(block, blockHeadBytes + folderLength, head.count);
    return head;
  }
}

function checkRecords(block: Buffer, from: number, count: number): void {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  let at = from;
  for (let index = 0; index < count; index += 1) {
    if (at + recordHeadBytes > block.length) throw damaged('a length in it is wrong');
    at += recordLength(view, at);
  }
  if (at !== block.length) throw damaged('a length in it is wrong');
}
