import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Work between two rests; also the longest that everything else on the agent's thread waits for its turn. */
const workMsMax = 20;
/** What was not used is kept for this long and no longer, so that a wait for the disk is no licence for a burst. */
const creditMsMax = 100;

/**
 * Keeps a long work to a share of one processor. What counts is the processor time of the whole process – hashing in helper threads and other work
 * included – and not the time that passes: who waits for the disk does not rest besides.
 */
export class CpuShare {
  readonly #clock: Clock;
  readonly #share: number;
  readonly #usedMs: () => number;
  #sinceMs: number;
  #usedAtMs: number;
  /** Processor time beyond the share; below zero what is left of it. */
  #debtMs = 0;

  /** @param usedMs processor time of this process so far: other than the kernel's in tests */
  constructor(clock: Clock, percent: number, usedMs: () => number = processorMs) {
    this.#clock = clock;
    this.#share = percent / 100;
    this.#usedMs = usedMs;
    this.#sinceMs = clock.monotonicMs();
    this.#usedAtMs = usedMs();
  }

  /** Called between small pieces of work: waits for as long as the share is overdrawn. */
  async rest(): Promise<void> {
    const debtMs = this.#settle();
    if (debtMs < workMsMax) return;
    await pause(debtMs / this.#share);
    this.#settle();
  }

  #settle(): number {
    const [nowMs, usedMs] = [this.#clock.monotonicMs(), this.#usedMs()];
    const earnedMs = (nowMs - this.#sinceMs) * this.#share;
    this.#debtMs = Math.max(-creditMsMax * this.#share, this.#debtMs + usedMs - this.#usedAtMs - earnedMs);
    [this.#sinceMs, this.#usedAtMs] = [nowMs, usedMs];
    return this.#debtMs;
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
