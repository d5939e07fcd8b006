import { Refusal } from '@sakimori/contract';

const retrySeconds = 10;

/**
 * Lets so much work of one name run at once and the rest wait in the order of its coming. What waits for a lock of its own account holds a database
 * connection meanwhile, of which all accounts together have few.
 */
export class Turns {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  readonly #lines = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  /** @param waitingMax of one name; more is refused */
  constructor(atOnceMax: number, waitingMax: number) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
  }

  /** @throws Refusal `too_many_requests` where too much waits already, and whatever `work` throws */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const line = this.#lines.get(name) ?? { running: 0, waiting: [] };
    this.#lines.set(name, line);
    if (line.running < this.#atOnceMax) line.running += 1;
    else if (line.waiting.length >= this.#waitingMax) throw new Refusal('too_many_requests', { retrySeconds });
    // Whoever ends hands its place over.
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else {
        line.running -= 1;
        if (line.running === 0) this.#lines.delete(name);
      }
    }
  }
}
