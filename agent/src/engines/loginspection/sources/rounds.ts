import type { Clock } from '../../../clock.ts';
import { errorText, type Log } from '../../../log.ts';

/** Files of which the kernel does not tell are asked this often; all of them, and the folders, every so many times. */
const lookMs = 1000;
const thoroughEvery = 10;
/** What is written within this time is read together: a busy log does not cost a disk write a line. */
const pauseMs = 100;

export interface RoundWork {
  /** Looks whether there is something to read. */
  look(isThorough: boolean): boolean;
  /** Reads what there is. */
  round(): Promise<void>;
}

/** When to read: at once after a quiet time, and not more than ten times a second. */
export class Rounds {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #work: RoundWork;
  #running: Promise<void> | undefined;
  #cancelLook: (() => void) | undefined;
  #cancelRound: (() => void) | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isWanted = false;
  #isPaused = true;
  #looks = 0;
  isStopped = false;

  constructor(clock: Clock, log: Log, work: RoundWork) {
    this.#clock = clock;
    this.#log = log;
    this.#work = work;
  }

  start(): void {
    if (this.isStopped) return;
    this.#isPaused = false;
    this.#look();
    this.wake();
  }

  /** Nothing is read until `start`. Resolves when what is under way is done. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    this.#cancelLook?.();
    await this.#running;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.#cancelRound?.();
    await this.pause();
  }

  /** There is something to read. */
  wake(): void {
    this.#isWanted = true;
    if (this.isStopped || this.#isPaused || this.#running || this.#cancelRound) return;
    const waitMs = this.#lastMs + pauseMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#run();
    else {
      this.#cancelRound = this.#clock.after(waitMs, () => {
        this.#cancelRound = undefined;
        this.#run();
      });
    }
  }

  #run(): void {
    if (this.isStopped || this.#isPaused || this.#running) return;
    this.#isWanted = false;
    this.#running = this.#work
      .round()
      .catch((error: unknown) =>
        this.#log('error', 'following the logs failed, it is tried again', { error: errorText(error) }),
      )
      .finally(() => {
        this.#running = undefined;
        this.#lastMs = this.#clock.monotonicMs();
        if (this.#isWanted) this.wake();
      });
  }

  #look(): void {
    this.#cancelLook?.();
    this.#cancelLook = this.#clock.after(lookMs, () => {
      if (!this.#running && this.#work.look(this.#looks++ % thoroughEvery === 0)) this.wake();
      if (!this.#isPaused && !this.isStopped) this.#look();
    });
  }
}
