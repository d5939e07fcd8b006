/**
 * Work of many senders, a few pieces at a time. Who waits is served in turn, sender by sender: one that floods waits behind itself and nobody
 * else. Nothing is queued here but promises; a sender that reads on only after its turn holds no memory.
 */
export class FairTurns {
  readonly #slots: number;
  /** In the order in which they are next. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;

  /** @param slots pieces of work at one time */
  constructor(slots: number) {
    this.#slots = slots;
  }

  async run<Result>(sender: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#slots) await this.#turn(sender);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #turn(sender: string): Promise<void> {
    return new Promise((begin) => {
      const queue = this.#waiting.get(sender);
      if (queue) queue.push(begin);
      else this.#waiting.set(sender, [begin]);
    });
  }

  /** The slot goes from one to the next, so that nobody slips in between. */
  #next(): void {
    const [first] = this.#waiting;
    if (!first) {
      this.#running -= 1;
      return;
    }
    const [sender, queue] = first;
    const begin = queue.shift()!;
    this.#waiting.delete(sender);
    if (queue.length > 0) this.#waiting.set(sender, queue);
    begin();
  }
}
