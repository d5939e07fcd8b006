import type { ScanCounts, WorkItem } from './folder-scanner.ts';
import type { SkippedMount } from './mount-points.ts';
import type { ScopePlan } from './scope.ts';

/** What a worker is told at its start. */
export type WorkerPlan = {
  /** Which of the workers it is. */
  readonly index: number;
  readonly scope: ScopePlan;
  readonly mounts: readonly SkippedMount[];
  readonly hashBytesMax: number;
  readonly trusts: boolean;
  readonly keepsBlocks: boolean;
  /** The database to compare with: an open file, and where in it what stands. */
  readonly known: { readonly file: number; readonly memory: SharedArrayBuffer } | undefined;
  readonly links: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
};

export type ToWorker = { readonly items: readonly WorkItem[] } | { readonly end: true };

export type FromWorker =
  | { readonly blocks: Uint8Array }
  | { readonly differences: Uint8Array }
  /** Some of the folders that wait here, for a worker that has none. */
  | { readonly share: readonly WorkItem[] }
  /** Nothing left to do here. */
  | { readonly idle: true }
  | { readonly done: WorkerReport };

export type WorkerReport = {
  readonly counts: ScanCounts;
  readonly bytesHashed: number;
  readonly denied: readonly string[];
  readonly skippedMounts: readonly string[];
};

/** Memory that all threads of a scan share: what is wanted of the workers, and how far each is. */
export class Control {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #progress: Float64Array;

  /** @param of how many workers, or the memory of another thread */
  constructor(of: number | SharedArrayBuffer) {
    this.memory = typeof of === 'number' ? new SharedArrayBuffer(16 + of * 16) : of;
    this.#words = new Int32Array(this.memory, 0, 4);
    this.#progress = new Float64Array(this.memory, 16);
  }

  /** @param count of workers that have nothing to do */
  setHungry(count: number): void {
    Atomics.store(this.#words, 0, count);
  }

  /** Takes on to feed a hungry worker. @returns false where none is */
  feed(): boolean {
    if (Atomics.load(this.#words, 0) <= 0) return false;
    return Atomics.sub(this.#words, 0, 1) > 0;
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, 1) !== 0;
  }

  stop(): void {
    Atomics.store(this.#words, 1, 1);
  }

  tell(worker: number, entries: number, bytes: number): void {
    this.#progress[worker * 2] = entries;
    this.#progress[worker * 2 + 1] = bytes;
  }

  progress(): { entries: number; bytes: number } {
    let [entries, bytes] = [0, 0];
    for (let index = 0; index < this.#progress.length; index += 2) {
      entries += this.#progress[index]!;
      bytes += this.#progress[index + 1]!;
    }
    return { entries, bytes };
  }
}
