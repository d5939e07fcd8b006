import { type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../clock.ts';

export type EventFileParts = {
  readonly clock: Clock;
  readonly path: string;
  /** Where reading goes on, as `onLines` got it. */
  readonly place: string | undefined;
  /** Resolves when the lines and the place behind them are kept; then the next ones are read. */
  readonly onLines: (lines: readonly string[], place: string) => Promise<void>;
  /** Makes the writer close the file and begin a new one under the same name. */
  readonly reopen: () => Promise<unknown>;
  readonly onFault: (error: unknown) => void;
};

const lookMs = 250;
const chunkBytes = 256 * 1024;
/** A line that is longer is passed over. */
const lineBytesMax = 1024 * 1024;
/** Put aside and begun anew when it has grown to this. */
const rotateBytes = 8 * 1024 * 1024;

/** Follows a log line by line, from the place where it stopped; every line is given exactly once, also over restarts and its own rotation. */
export class EventFile {
  readonly #parts: EventFileParts;
  readonly #asidePath: string;
  #inode = 0;
  #at = 0;
  #cancel: (() => void) | undefined;
  #watcher: FSWatcher | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #isQueued = false;

  constructor(parts: EventFileParts) {
    this.#parts = parts;
    this.#asidePath = `${parts.path}.old`;
    const [inode, at] = (parts.place ?? '').split(':').map(Number);
    if (inode && at !== undefined) [this.#inode, this.#at] = [inode, at];
  }

  start(): void {
    this.#next();
    try {
      this.#watcher = watch(dirname(this.#parts.path), () => this.#wake());
      this.#watcher.unref();
      this.#watcher.on('error', () => undefined);
    } catch {
      // Looking does it too.
    }
  }

  /** Reads what is there, and nothing after. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#watcher?.close();
    await this.#inTurn();
  }

  #wake(): void {
    if (this.#isQueued || !this.#cancel) return;
    this.#isQueued = true;
    void this.#inTurn();
  }

  #next(): void {
    this.#cancel = this.#parts.clock.after(lookMs, () => {
      void this.#inTurn().finally(() => this.#cancel && this.#next());
    });
  }

  #inTurn(): Promise<void> {
    const turn = this.#turn.then(() => {
      this.#isQueued = false;
      return this.#readOn();
    });
    this.#turn = turn.catch((error) => this.#parts.onFault(error));
    return this.#turn as Promise<void>;
  }

  async #readOn(): Promise<void> {
    // What was put aside when the agent ended is read to its end first.
    const aside = await inodeOf(this.#asidePath);
    if (aside) {
      await this.#readFile(this.#asidePath, aside.inode);
      await unlink(this.#asidePath);
    }
    const current = await inodeOf(this.#parts.path);
    if (!current) return;
    await this.#readFile(this.#parts.path, current.inode);
    if (this.#at >= rotateBytes) await this.#rotate();
  }

  async #rotate(): Promise<void> {
    await rename(this.#parts.path, this.#asidePath);
    await this.#parts.reopen();
    await this.#readFile(this.#asidePath, this.#inode);
    await unlink(this.#asidePath);
  }

  async #readFile(path: string, inode: number): Promise<void> {
    if (inode !== this.#inode) [this.#inode, this.#at] = [inode, 0];
    const file = await open(path, 'r');
    try {
      if ((await file.stat()).size < this.#at) this.#at = 0;
      while (await this.#readChunk(file)) {
        // There may be more.
      }
    } finally {
      await file.close();
    }
  }

  /** @returns whether there may be more */
  async #readChunk(file: FileHandle): Promise<boolean> {
    let size = chunkBytes;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size), 0, size, this.#at);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10);
      if (end >= 0) {
        const lines = buffer.toString('utf8', 0, end).split('\n');
        const at = this.#at + end + 1;
        await this.#parts.onLines(lines, `${this.#inode}:${at}`);
        this.#at = at;
        return bytesRead === size;
      }
      if (bytesRead < size) return false;
      if (size >= lineBytesMax) {
        this.#at += bytesRead;
        return true;
      }
      size *= 4;
    }
  }
}

async function inodeOf(path: string): Promise<{ inode: number } | undefined> {
  try {
    return { inode: (await stat(path)).ino };
  } catch {
    return undefined;
  }
}
