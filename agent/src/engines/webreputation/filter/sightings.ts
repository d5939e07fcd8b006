import { shownAddress } from '@sakimori/contract/web-reputation/address';
import type { Seen } from './inspector.ts';

/** Of the same matter only the first is told at once; how many came after it follows when the window is over. */
export type Sighting<Owner> = {
  readonly seen: Seen;
  readonly shown: string;
  readonly owner: Owner | undefined;
  /** How many this one stands for. */
  readonly count: number;
  /** It is the rest of a window whose first was told before. */
  readonly isRest: boolean;
};

const windowMs = 60_000;
/** Different matters in one window; what is beyond it counts for the entry that decided, whatever the name in front of it. */
const mattersMax = 200;

type Kept<Owner> = { readonly seen: Seen; readonly owner: Owner | undefined; readonly untilMs: number; more: number };

/** Folds blocks, so that a program that tries again ten thousand times is one detection and a number. */
export class Sightings<Owner> {
  readonly #kept = new Map<string, Kept<Owner>>();
  readonly #tell: (sighting: Sighting<Owner>) => void;

  constructor(tell: (sighting: Sighting<Owner>) => void) {
    this.#tell = tell;
  }

  /** @returns whether it is a matter that is not known yet, so that it is worth looking for who did it */
  isNew(seen: Seen, nowMs: number): boolean {
    this.flush(nowMs);
    const known = this.#kept.get(this.#keyOf(seen));
    if (known) known.more += 1;
    return !known;
  }

  add(seen: Seen, owner: Owner | undefined, nowMs: number): void {
    const key = this.#keyOf(seen);
    const known = this.#kept.get(key);
    if (known) {
      known.more += 1;
      return;
    }
    this.#kept.set(key, { seen, owner, untilMs: nowMs + windowMs, more: 0 });
    this.#tell({ seen, owner, shown: shownAddress(seen.address), count: 1, isRest: false });
  }

  /** Tells what has come together in windows that are over. @param nowMs infinite: all */
  flush(nowMs: number): void {
    for (const [key, { seen, owner, untilMs, more }] of this.#kept) {
      if (untilMs > nowMs) continue;
      this.#kept.delete(key);
      if (more > 0) this.#tell({ seen, owner, shown: shownAddress(seen.address), count: more, isRest: true });
    }
  }

  /** What a container did is not what the host did. */
  #keyOf({ verdict, address, via, local }: Seen): string {
    const matter = `${verdict.reason} ${verdict.matched ?? ''}`;
    const full = `${matter} ${address.host} ${via} ${local.address}`;
    return this.#kept.size < mattersMax || this.#kept.has(full) ? full : matter;
  }
}
