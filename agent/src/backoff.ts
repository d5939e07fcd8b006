/**
 * How long to wait after each failure in a row: doubling from `firstMs` to `mostMs`, of which a random half, so that ten thousand agents do
 * not come back at the same moment.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #failures = 0;

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  get failures(): number {
    return this.#failures;
  }

  nextMs(random = Math.random()): number {
    const fullMs = Math.min(this.#mostMs, this.#firstMs * 2 ** this.#failures);
    this.#failures += 1;
    return fullMs / 2 + (fullMs / 2) * random;
  }

  reset(): void {
    this.#failures = 0;
  }
}
