import type { Clock } from '../../clock.ts';

const filesMax = 200;
const bytesMax = 32 * 1024 * 1024;
/** Below this a file costs what it costs to open it. */
const smallBytes = 65_536;
/** Where a sample says nothing: what slow machines do. */
const slow = { perFileMs: 0.15, perByteMs: 1000 / (200 * 1024 * 1024) };

export type Rates = { readonly perFileMs: number; readonly perByteMs: number };

/** A fair choice of files out of however many are offered, to measure what reading them costs on this host. */
export class Sample {
  readonly #clock: Clock;
  readonly #read: (path: string) => Promise<void>;
  readonly #chosen: { readonly path: string; readonly bytes: number }[] = [];
  #offered = 0;
  #rates: Rates = slow;

  constructor(clock: Clock, read: (path: string) => Promise<void>) {
    this.#clock = clock;
    this.#read = read;
  }

  /** Each file that was offered is in the sample with the same chance (reservoir sampling, Vitter's algorithm R). */
  offer(path: string, bytes: number): void {
    this.#offered += 1;
    if (this.#chosen.length < filesMax) this.#chosen.push({ path, bytes });
    else {
      const place = Math.floor(Math.random() * this.#offered);
      if (place < filesMax) this.#chosen[place] = { path, bytes };
    }
  }

  get rates(): Rates {
    return this.#rates;
  }

  /** Reads them, small ones for what a file costs, large ones for what a byte costs. */
  async measure(rest: () => Promise<void>): Promise<void> {
    const small = { ms: 0, count: 0 };
    const large = { ms: 0, bytes: 0 };
    let bytesRead = 0;
    for (const { path, bytes } of this.#chosen) {
      if (bytesRead + bytes > bytesMax) continue;
      bytesRead += bytes;
      const startMs = this.#clock.monotonicMs();
      await this.#read(path);
      const ms = this.#clock.monotonicMs() - startMs;
      if (bytes < smallBytes) {
        small.ms += ms;
        small.count += 1;
      } else {
        large.ms += ms;
        large.bytes += bytes;
      }
      await rest();
    }
    this.#rates = {
      perFileMs: small.count > 0 ? small.ms / small.count : slow.perFileMs,
      perByteMs: large.bytes > 0 ? large.ms / large.bytes : slow.perByteMs,
    };
  }
}
