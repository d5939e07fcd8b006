import type { ProcessActor } from '@sakimori/contract/detection';
import type { Clock } from '../../clock.ts';
import type { Suspect } from './examine.ts';

/** Paths beyond this are not kept one by one: the queue runs over and a scan finds them all. */
const suspectsMax = 50_000;
const groupMax = 500;

type Waiting = {
  readonly sinceMs: number;
  readonly dueMs: number;
  /** From when on it may go along with another that is due. */
  readonly readyMs: number;
  actor: ProcessActor | undefined;
};

/**
 * Gathers the paths of which the kernel spoke, so that the many events of one save are one look. The first event starts the wait; later ones
 * do not lengthen it.
 */
export class SuspectQueue {
  readonly #clock: Clock;
  readonly #process: (suspects: Suspect[]) => Promise<void>;
  readonly #onOverrun: () => void;
  /** Path → when the kernel first spoke of it and of whom, and when to look. */
  readonly #waiting = new Map<string, Waiting>();
  #cancelTimer: (() => void) | undefined;
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(clock: Clock, process: (suspects: Suspect[]) => Promise<void>, onOverrun: () => void) {
    this.#clock = clock;
    this.#process = process;
    this.#onOverrun = onOverrun;
  }

  /**
   * @param delayMs it is looked at after this at the latest
   * @param leastMs and after this where another is due anyway: so that what changes all the time is one look and one write to the disk, not many
   */
  add({ path, sinceMs = this.#clock.nowMs(), actor }: Suspect, delayMs: number, leastMs = delayMs): void {
    if (this.#stopped) return;
    const known = this.#waiting.get(path);
    if (known) {
      known.actor = betterKnown(known.actor, actor);
      return;
    }
    if (this.#waiting.size >= suspectsMax) {
      this.#waiting.clear();
      this.#onOverrun();
    }
    const nowMs = this.#clock.monotonicMs();
    this.#waiting.set(path, { sinceMs, dueMs: nowMs + delayMs, readyMs: nowMs + leastMs, actor });
    this.#arm(delayMs);
  }

  #arm(delayMs: number): void {
    if (this.#cancelTimer || this.#working || this.#stopped) return;
    this.#cancelTimer = this.#clock.after(delayMs, () => {
      this.#cancelTimer = undefined;
      this.#working = this.#work().finally(() => {
        this.#working = undefined;
        this.#armForNext();
      });
    });
  }

  #armForNext(): void {
    if (this.#waiting.size === 0) return;
    this.#arm(Math.max(5, this.#firstDueMs() - this.#clock.monotonicMs()));
  }

  #firstDueMs(): number {
    let firstMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#waiting.values()) firstMs = Math.min(firstMs, dueMs);
    return firstMs;
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const group = this.#takeDue();
      if (group.length === 0) return;
      await this.#process(group);
    }
  }

  #takeDue(): Suspect[] {
    const nowMs = this.#clock.monotonicMs();
    const group: Suspect[] = [];
    if (this.#firstDueMs() > nowMs) return group;
    for (const [path, { sinceMs, readyMs, actor }] of this.#waiting) {
      if (readyMs > nowMs) continue;
      group.push({ path, sinceMs, actor });
      this.#waiting.delete(path);
      if (group.length >= groupMax) break;
    }
    return group;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer?.();
    await this.#working;
  }
}

/** The first who was at it, unless a later one is known better. */
function betterKnown(first: ProcessActor | undefined, later: ProcessActor | undefined): ProcessActor | undefined {
  if (!first) return later;
  return first.unknown && later && !later.unknown && later.process.pid === first.process.pid ? later : first;
}
