import type { Clock } from '../../../clock.ts';
import type { Log } from '../../../log.ts';
import type { LogFormat } from '../event.ts';

/** Key → text to keep, `undefined` to forget. */
export type Memory = Readonly<Record<string, string | undefined>>;

/** Records of one file or journal, in order, with what is to be kept once they are dealt with. */
export interface LineBatch {
  readonly path: string;
  readonly format: LogFormat;
  readonly lines: readonly string[];
  /** Whether they were written while nobody looked, so that their own time is nearer to the truth than the clock's. */
  readonly isBehind: boolean;
  /** To be kept in the same transaction as what the lines give. */
  readonly memory: Memory;
}

/** What sources need of the engine. */
export interface SourceHost {
  readonly clock: Clock;
  readonly log: Log;
  recall(key: string): string | undefined;
  recallKeys(): string[];
  /**
   * Deals with a batch; resolves when the next may come. `kept` resolves when its results and its memory are safe: that may take the time of a disk, and
   * batches need not wait for it one by one.
   */
  take(batch: LineBatch): Promise<{ readonly kept: Promise<void> }>;
}

/** Batches that may be on their way to the disk. */
const onTheWayMax = 16;

/** Hands batches on, one after another, without waiting for the disk at each; but never with more than a few under way. */
export class Delivery {
  readonly #host: SourceHost;
  #kept: Promise<void>[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: SourceHost) {
    this.#host = host;
  }

  /** Resolves when the next batch may come. Callers may be several: one batch at a time is dealt with. */
  give(batch: LineBatch): Promise<void> {
    const given = this.#last.then(() => this.#give(batch));
    this.#last = given.catch(() => undefined);
    return given;
  }

  async #give(batch: LineBatch): Promise<void> {
    const { kept } = await this.#host.take(batch);
    this.#kept.push(kept);
    if (this.#kept.length < onTheWayMax) return;
    await this.#kept.shift();
  }

  /** Resolves when all that was given is safe. */
  async settle(): Promise<void> {
    await this.#last;
    await Promise.all(this.#kept);
    this.#kept = [];
  }
}
