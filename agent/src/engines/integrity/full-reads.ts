import type { Clock } from '../../clock.ts';
import type { Baseline } from './baseline.ts';

const metaKey = 'everything-read';
const everyMs = 7 * 86_400_000;

/**
 * A scan believes inode, size and times, which no program can set back together. Only who sets the host's clock or writes to the disk past the file
 * system could: so once a week a scan reads everything.
 */
export class FullReads {
  readonly #baseline: Baseline;
  readonly #clock: Clock;
  #beganMs = 0;

  constructor(baseline: Baseline, clock: Clock) {
    this.#baseline = baseline;
    this.#clock = clock;
  }

  /** Asked at the beginning of a scan. A time in the future, too, is no reason to believe anything. */
  isDue(): boolean {
    this.#beganMs = this.#clock.nowMs();
    const agoMs = this.#beganMs - Number(this.#baseline.getMeta(metaKey) ?? Number.NaN);
    return !(agoMs >= 0 && agoMs < everyMs);
  }

  /** The scan has read everything to its end. */
  note(): void {
    this.#baseline.setMeta(metaKey, String(this.#beganMs));
  }
}
