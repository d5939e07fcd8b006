import type { Clock } from '../../platform/index.ts';

const windowMs = 60_000;

/** Calls of each key over the last 60 seconds. What is refused is not counted, so a client that backs off gets in again. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #calls = new Map<string, Ring>();

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** @returns false where the call is one too many */
  take(key: string): boolean {
    const nowMs = this.#clock.now().getTime();
    const known = this.#calls.get(key);
    if (!known) this.#forgetIdle(nowMs);
    const ring = known ?? new Ring();
    this.#calls.set(key, ring);
    ring.dropBefore(nowMs - windowMs);
    if (ring.size >= this.#max) return false;
    ring.push(nowMs);
    return true;
  }

  #forgetIdle(nowMs: number): void {
    if (this.#calls.size < 1000) return;
    for (const [key, ring] of this.#calls) {
      ring.dropBefore(nowMs - windowMs);
      if (ring.size === 0) this.#calls.delete(key);
    }
  }
}

/** Times in the order of coming; the oldest leave first. */
class Ring {
  #times: number[] = [];
  #first = 0;
  get size(): number {
    return this.#times.length - this.#first;
  }
  push(timeMs: number): void {
    this.#times.push(timeMs);
  }
  dropBefore(timeMs: number): void {
    while (this.#first < this.#times.length && this.#times[this.#first]! <= timeMs) this.#first++;
    if (this.#first > 1024 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
  }
}
