/** A match that counts for a correlation. */
export interface CountedMatch {
  readonly timeMs: number;
  /** Which rule matched. */
  readonly ruleId: string;
  /** What of the event is counted by `value_count`. */
  readonly value: string | undefined;
  readonly line: string;
}

/** What one correlation may hold; the oldest go first. Bounds memory under a flood. */
const matchesMax = 4096;
const charsMax = 1_000_000;

/** The matches that one correlation counts, in the order of reading, and apart by what must be the same. */
export class MatchShelf {
  readonly #timespanMs: number;
  readonly #byKey = new Map<string, CountedMatch[]>();
  #order: { readonly key: string; readonly match: CountedMatch }[] = [];
  /** Those of `#order` before it are gone already. */
  #start = 0;
  #chars = 0;

  constructor(timespanMs: number) {
    this.#timespanMs = timespanMs;
  }

  /** Of one key, oldest first, none older than the timespan before `nowMs`. */
  list(key: string, nowMs: number): readonly CountedMatch[] {
    const list = this.#byKey.get(key) ?? [];
    const first = list.findIndex(({ timeMs }) => nowMs - timeMs <= this.#timespanMs);
    return first < 0 ? [] : list.slice(first);
  }

  /** @param isReplaced tells of an older match of the key that need not be kept beside this one */
  add(key: string, match: CountedMatch, isReplaced: (older: CountedMatch) => boolean): void {
    const list = this.#byKey.get(key);
    const replaced = list?.findIndex(isReplaced) ?? -1;
    if (replaced >= 0) list!.splice(replaced, 1);
    if (list) list.push(match);
    else this.#byKey.set(key, [match]);
    this.#order.push({ key, match });
    this.#chars += match.line.length;
    while (this.#isTooMuch(match.timeMs)) this.#dropOldest();
    if (this.#start > matchesMax) {
      this.#order = this.#order.slice(this.#start);
      this.#start = 0;
    }
  }

  /** The count of this key begins anew. */
  clear(key: string): void {
    this.#byKey.delete(key);
  }

  /** What still counts. */
  entries(): { readonly key: string; readonly match: CountedMatch }[] {
    return [...this.#byKey].flatMap(([key, list]) => list.map((match) => ({ key, match })));
  }

  #isTooMuch(nowMs: number): boolean {
    const count = this.#order.length - this.#start;
    if (count < 2) return false;
    const { timeMs } = this.#order[this.#start]!.match;
    return nowMs - timeMs > this.#timespanMs || count > matchesMax || this.#chars > charsMax;
  }

  #dropOldest(): void {
    const { key, match } = this.#order[this.#start++]!;
    this.#chars -= match.line.length;
    const list = this.#byKey.get(key);
    // A count that began anew, or a newer match, has let go of it already.
    if (list?.[0] !== match) return;
    list.shift();
    if (list.length === 0) this.#byKey.delete(key);
  }
}
