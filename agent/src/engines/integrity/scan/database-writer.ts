import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DatabaseHead, endMark, formatLine, sealBytes } from './database-format.ts';

/**
 * Writes a database (`database-format.ts`) beside its place and puts it there when it is whole, so that nobody ever sees a part of one.
 * Mode 0600: the list of all files and their hashes is nobody else's business.
 */
export class DatabaseWriter {
  readonly temporaryPath: string;
  readonly #path: string;
  readonly #file: number;
  readonly #sum = createHash('sha256');
  #isOpen = true;

  /** @throws the error of the system */
  constructor(path: string, head: DatabaseHead) {
    this.#path = path;
    this.temporaryPath = `${path}.new-${process.pid}`;
    rmSync(this.temporaryPath, { force: true });
    this.#file = openSync(this.temporaryPath, 'wx', 0o600);
    this.write(Buffer.from(`${formatLine}\n${JSON.stringify(head)}\n`));
  }

  write(bytes: Uint8Array): void {
    this.#sum.update(bytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at, bytes.length - at);
  }

  /**
   * @param replace take the place of what is there; else that stays, and the error is EEXIST
   * @returns SHA-256 of the database as its seal has it
   */
  finish(entries: number, replace: boolean): string {
    const end = Buffer.alloc(sealBytes - 32);
    end.writeUInt32LE(endMark, 0);
    end.writeBigUInt64LE(BigInt(entries), 4);
    this.write(end);
    const seal = this.#sum.digest();
    for (let at = 0; at < seal.length; ) at += writeSync(this.#file, seal, at, seal.length - at);
    fsyncSync(this.#file);
    this.#close();
    if (replace) renameSync(this.temporaryPath, this.#path);
    else {
      // A link, unlike a rename, does not take the place of what somebody else put there meanwhile.
      linkSync(this.temporaryPath, this.#path);
      unlinkSync(this.temporaryPath);
    }
    syncFolder(dirname(this.#path));
    return seal.toString('hex');
  }

  /** Leaves nothing behind. May be called at any time. */
  discard(): void {
    this.#close();
    rmSync(this.temporaryPath, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}

/** The name, too, must outlive a power cut. */
function syncFolder(folder: string): void {
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
