import type { Clock } from '../../platform/index.ts';

const windowMs = 60_000;

/** So many times the calls of one key all keys of an account may make together. */
const keysPerAccount = 10;

/** Calls of each key, and of each account, over the last 60 seconds. What is refused is not counted, so a client that backs off gets in again. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #calls = new Map<string, Ring>();

  constructor(clock: Clock, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  /** @returns false where the call is one too many, of the key or of its account */
  take(key: string, accountId?: string): boolean {
    const nowMs = this.#clock.now().getTime();
    const own = this.#ringOf(`key ${key}`, nowMs);
    const shared = accountId === undefined ? undefined : this.#ringOf(`account ${accountId}`, nowMs);
    if (own.size >= this.#max || (shared && shared.size >= this.#max * keysPerAccount)) return false;
    own.push(nowMs);
    shared?.push(nowMs);
    return true;
  }

  #ringOf(name: string, nowMs: number): Ring {
    const known = this.#calls.get(name);
    if (!known) this.#forgetIdle(nowMs);
    const ring = known ?? new Ring();
    this.#calls.set(name, ring);
    ring.dropBefore(nowMs - windowMs);
    return ring;
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
