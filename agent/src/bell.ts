import type { Clock } from './clock.ts';

/** Lets one loop wait until it is called. A call while nobody waits is kept for the next wait. */
export class Bell {
  readonly #clock: Clock;
  #isRung = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Forgets a call that nobody waited for. */
  clear(): void {
    this.#isRung = false;
  }

  /**
   * Waits until it is rung, the time is over, or `other` is settled. One waiter at a time.
   * @returns what `other` resolved with, or `undefined`
   */
  async wait<T = never>(timeoutMs: number, other?: Promise<T>): Promise<T | undefined> {
    let cancel = () => {};
    const rung = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
      cancel = this.#clock.after(timeoutMs, () => resolve(undefined));
      if (this.#isRung) resolve(undefined);
    });
    try {
      return await (other ? Promise.race([other, rung]) : rung);
    } finally {
      cancel();
      this.#wake = undefined;
      this.#isRung = false;
    }
  }
}
