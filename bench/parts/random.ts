/** Numbers that look like chance and are the same in every run (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** Letters and digits. */
  word(length: number): string {
    let text = '';
    while (text.length < length) text += this.below(36 ** 6).toString(36);
    return text.slice(0, length);
  }

  /** Two digits. */
  two(limit: number): string {
    return String(this.below(limit)).padStart(2, '0');
  }
}
