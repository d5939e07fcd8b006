import type { DetectionDraft } from '../../engine.ts';
import type { EventKey, EventMeaning } from '../compile/event-key.ts';
import { draftOf, otherEnd, type SeenEvent, unloggedDraft } from './describe.ts';

/** Like events within this time are one detection with their number. */
export const foldMs = 60_000;
/** Different ones at a time; what is above is counted for its rule alone. */
const entriesMax = 200;

type Entry = { readonly event: SeenEvent; readonly dueMs: number; more: number };
/** Packets that detections stand for. */
type Tally = { told: number };

/**
 * Makes few detections of many packets, and loses none of them: of each rule and other end the first packet is told at once, the rest with their
 * number after a minute. The kernel's counters say how many there really were; what was not logged one by one is told as a number too.
 * The sum of `packets` of all detections of a rule is the number that the kernel counted. There is one for each rule set, whose counters begin anew.
 */
export class EventFold {
  readonly #entries = new Map<string, Entry>();
  readonly #tallies = new Map<EventKey, Tally>();

  /** @returns what is told at once */
  add(event: SeenEvent, nowMs: number): DetectionDraft[] {
    const tally = this.#tallyOf(event.meaning);
    const id = `${event.meaning.key} ${otherEnd(event)}`;
    const entry = this.#entries.get(id);
    if (entry) {
      entry.more += 1;
      return [];
    }
    if (this.#entries.size >= entriesMax) return [];
    this.#entries.set(id, { event, dueMs: nowMs + foldMs, more: 0 });
    tally.told += 1;
    return [draftOf(event, 1)];
  }

  /** Takes a packet out of all figures: nobody wants to hear of it. */
  ignore(meaning: EventMeaning): void {
    this.#tallyOf(meaning).told += 1;
  }

  /** @returns what is due; with `all`, whatever is waiting */
  due(nowMs: number, all = false): DetectionDraft[] {
    const drafts: DetectionDraft[] = [];
    for (const [id, entry] of this.#entries) {
      if (!all && entry.dueMs > nowMs) continue;
      this.#entries.delete(id);
      if (entry.more === 0) continue;
      this.#tallyOf(entry.event.meaning).told += entry.more;
      drafts.push(draftOf(entry.event, entry.more));
    }
    return drafts;
  }

  /**
   * What no detection has told yet, by the kernel's counters. Call it when the packets that were logged before the counters were read have come in.
   * @param counted packets by rule since the rule set came in force
   */
  unlogged(counted: ReadonlyMap<EventKey, number>, meanings: ReadonlyMap<EventKey, EventMeaning>): DetectionDraft[] {
    const waiting = new Map<EventKey, number>();
    for (const { event, more } of this.#entries.values())
      waiting.set(event.meaning.key, (waiting.get(event.meaning.key) ?? 0) + more);
    return [...counted].flatMap(([key, packets]) => {
      const meaning = meanings.get(key);
      if (!meaning) return [];
      const tally = this.#tallyOf(meaning);
      const missing = packets - tally.told - (waiting.get(key) ?? 0);
      if (missing <= 0) return [];
      tally.told += missing;
      return [unloggedDraft(meaning, missing)];
    });
  }

  #tallyOf(meaning: EventMeaning): Tally {
    const known = this.#tallies.get(meaning.key);
    if (known) return known;
    const tally = { told: 0 };
    this.#tallies.set(meaning.key, tally);
    return tally;
  }
}
