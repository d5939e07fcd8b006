import type { KeptEvent } from '../kept-event.ts';

/** An event that matched a rule, kept for the composites. */
export interface Remembered {
  readonly event: KeptEvent;
  readonly ruleId: number;
  /** Highest level of a composite that has fired with it: such a one and lower ones do not use it again. */
  firedLevel: number;
}

/** What one composite may hold; the oldest go first. Bounds memory under a flood. */
const eventsMax = 4096;
const charsMax = 2_000_000;

interface Placed {
  readonly key: string;
  readonly entry: Remembered;
}

/** The events of one composite in the order of reading, and apart by key. Lets go of what is too old or too much. */
export class EventShelf {
  readonly #timeframeMs: number;
  readonly #byKey = new Map<string, Remembered[]>();
  /** All of them, oldest first; those before `#start` are gone, and let go of. */
  #order: (Placed | undefined)[] = [];
  #start = 0;
  #chars = 0;

  constructor(timeframeMs: number) {
    this.#timeframeMs = timeframeMs;
  }

  get entries(): Remembered[] {
    return this.#order.slice(this.#start).flatMap((placed) => placed?.entry ?? []);
  }

  clear(): void {
    if (this.#order.length === 0) return;
    this.#byKey.clear();
    this.#order = [];
    this.#start = 0;
    this.#chars = 0;
  }

  /** How many there are. */
  get count(): number {
    return this.#order.length - this.#start;
  }

  /** The events of one key, oldest first. */
  list(key: string): readonly Remembered[] {
    return this.#byKey.get(key) ?? [];
  }

  add(key: string, entry: Remembered): void {
    const list = this.#byKey.get(key);
    if (list) list.push(entry);
    else this.#byKey.set(key, [entry]);
    this.#order.push({ key, entry });
    this.#chars += entry.event.line.length;
    while (this.#isTooMuch(entry.event.timeMs)) this.#dropOldest();
    if (this.#start > eventsMax) {
      this.#order = this.#order.slice(this.#start);
      this.#start = 0;
    }
  }

  #isTooMuch(nowMs: number): boolean {
    const oldest = this.#order[this.#start]!.entry.event.timeMs;
    const { count } = this;
    return nowMs - oldest > this.#timeframeMs || (count > 1 && (count > eventsMax || this.#chars > charsMax));
  }

  #dropOldest(): void {
    const { key, entry } = this.#order[this.#start]!;
    this.#order[this.#start++] = undefined;
    this.#chars -= entry.event.line.length;
    const list = this.#byKey.get(key)!;
    list.shift();
    if (list.length === 0) this.#byKey.delete(key);
  }
}
