import type { BigIntStats } from 'node:fs';
import { hashBytes } from './file-record.ts';

/** A power of two. What finds no place is hashed once for each of its names, no more. */
const slots = 16_384;
const probesMax = 8;
const keyNumbers = 4;
const [free, filling, full] = [0, 1, 2];

/** The hashes of files with several names, known to all workers, so that each file is read once. */
export class HardLinks {
  readonly memory: SharedArrayBuffer;
  readonly #states: Int32Array;
  readonly #keys: BigUint64Array;
  readonly #hashes: Buffer;

  constructor(memory?: SharedArrayBuffer) {
    const keysAt = slots * 4;
    const hashesAt = keysAt + slots * keyNumbers * 8;
    this.memory = memory ?? new SharedArrayBuffer(hashesAt + slots * hashBytes);
    this.#states = new Int32Array(this.memory, 0, slots);
    this.#keys = new BigUint64Array(this.memory, keysAt, slots * keyNumbers);
    this.#hashes = Buffer.from(this.memory, hashesAt, slots * hashBytes);
  }

  /** @returns the SHA-256 as a byte string */
  find(stat: BigIntStats): string | undefined {
    const first = firstSlot(stat);
    for (let probe = 0; probe < probesMax; probe += 1) {
      const slot = (first + probe) & (slots - 1);
      if (Atomics.load(this.#states, slot) !== full) continue;
      if (this.#isAt(slot, stat)) return this.#hashes.toString('latin1', slot * hashBytes, (slot + 1) * hashBytes);
    }
    return undefined;
  }

  add(stat: BigIntStats, sha256: string): void {
    const first = firstSlot(stat);
    for (let probe = 0; probe < probesMax; probe += 1) {
      const slot = (first + probe) & (slots - 1);
      if (Atomics.compareExchange(this.#states, slot, free!, filling!) !== free) continue;
      const key = slot * keyNumbers;
      this.#keys[key] = stat.dev;
      this.#keys[key + 1] = stat.ino;
      this.#keys[key + 2] = BigInt.asUintN(64, stat.ctimeNs);
      this.#keys[key + 3] = stat.size;
      this.#hashes.write(sha256, slot * hashBytes, 'latin1');
      Atomics.store(this.#states, slot, full!);
      return;
    }
  }

  /** The same object, and not changed since. */
  #isAt(slot: number, stat: BigIntStats): boolean {
    const key = slot * keyNumbers;
    return (
      this.#keys[key + 1] === stat.ino &&
      this.#keys[key] === stat.dev &&
      this.#keys[key + 2] === BigInt.asUintN(64, stat.ctimeNs) &&
      this.#keys[key + 3] === stat.size
    );
  }
}

const firstSlot = ({ ino, dev }: BigIntStats): number => Number((ino ^ (dev << 7n)) & BigInt(slots - 1));
