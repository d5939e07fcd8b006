/**
 * Lets so many in at once; the others wait in the order in which they came. In a storm the batches of hundreds of agents would take every
 * connection to the database, and mail, console and heartbeats none.
 */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
