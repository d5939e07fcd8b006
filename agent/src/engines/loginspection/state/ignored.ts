import type { FirstSightPart, LogEvent } from '../event.ts';
import { partOf } from './first-sight.ts';

/** Entries that are kept at most; the oldest go. */
const entriesMax = 10_000;

/** In the order in which they stand in OSSEC's file. */
const parts: readonly FirstSightPart[] = ['name', 'id', 'dstuser', 'srcip', 'dstip', 'data', 'location'];

/** What `<ignore>` of one rule puts on the list, and `<check_if_ignored>` of another finds there: events of the same values are passed over. */
export class Ignored {
  #entries = new Set<string>();
  #isChanged = false;

  takeChanged(): boolean {
    const was = this.#isChanged;
    this.#isChanged = false;
    return was;
  }

  get entries(): Iterable<string> {
    return this.#entries;
  }

  restore(entries: readonly string[]): void {
    for (const entry of entries) this.#entries.add(entry);
  }

  clear(): void {
    if (this.#entries.size > 0) this.#entries = new Set();
  }

  add(event: LogEvent, counted: readonly FirstSightPart[]): void {
    this.#entries.add(describe(event, counted));
    this.#isChanged = true;
    if (this.#entries.size <= entriesMax) return;
    for (const oldest of this.#entries) {
      this.#entries.delete(oldest);
      return;
    }
  }

  has(event: LogEvent, counted: readonly FirstSightPart[]): boolean {
    return this.#entries.size > 0 && this.#entries.has(describe(event, counted));
  }
}

function describe(event: LogEvent, counted: readonly FirstSightPart[]): string {
  return parts.map((part) => (counted.includes(part) ? partOf(event, part) : '')).join('\0');
}
