import type { LogEvent } from '../event.ts';
import type { KeptEvent } from '../kept-event.ts';
import type { Composite, ListId, Relation, Rule } from '../rules/rule.ts';

/** Events that ended at a rule above level 0 and are kept (OSSEC's `memory_size`). */
const eventsMax = 8192;
/** When there are more, at least so many go at once. */
const goneAtOnceMin = 10;
/** Events of one rule that are kept for `if_matched_sid` (OSSEC's `sid_prev_matched_max`). */
const ownMax = 128;
/** Characters of all kept lines together: long lines must not fill the memory. */
const charsMax = 16_000_000;

/** An event with the rule it ended at. */
export interface Kept {
  readonly event: KeptEvent;
  readonly rule: Rule;
}

/** One list that composites look through, oldest first. `times`: how often each event stands in it, one after the other. */
interface List {
  readonly events: KeptEvent[];
  readonly times: number[];
  /** Those before are gone. */
  start: number;
}

/**
 * What rules that count as OSSEC look back on: the lists of OSSEC 4.x with their bounds. An event that leaves the memory leaves all lists. A search
 * begins with the newest and ends, without a result, at the first event that is too old or was used by a rule of this level or a higher one.
 */
export class History {
  readonly #lists: (List | undefined)[];
  readonly #used: ListId[] = [];
  readonly #highestFrequency: number;
  /** Whether an event that is in the list of its rule is not in those of groups. */
  readonly #isInOneKind: boolean;
  /** Those before `#start` are gone, and let go of. */
  #kept: (Kept | undefined)[] = [];
  #start = 0;
  #chars = 0;

  /** Whether any rule looks back here: otherwise nothing need be remembered. */
  readonly isInUse: boolean;

  constructor(lists: number, highestFrequency: number, isInUse: boolean, isInOneKind: boolean) {
    this.isInUse = isInUse;
    this.#lists = new Array<List | undefined>(lists).fill(undefined);
    this.#highestFrequency = highestFrequency;
    this.#isInOneKind = isInOneKind;
  }

  /** All that is kept, oldest first. */
  get kept(): Kept[] {
    return this.#kept.slice(this.#start).flatMap((kept) => kept ?? []);
  }

  /** Forgets everything, in the time that what was there takes. */
  clear(): void {
    if (this.#kept.length === 0) return;
    this.#kept = [];
    this.#start = 0;
    this.#chars = 0;
    for (const id of this.#used) this.#lists[id] = undefined;
    this.#used.length = 0;
  }

  /** Keeps an event that ended at `rule`. */
  remember(event: KeptEvent, rule: Rule): void {
    if (rule.ownList !== undefined) {
      const list = this.#list(rule.ownList);
      append(list, event, 1);
      if (list.events.length - list.start > ownMax) dropOldest(list);
    }
    if (rule.ownList === undefined || !this.#isInOneKind)
      for (const [id, times] of rule.groupLists) append(this.#list(id), event, times);
    this.#kept.push({ event, rule });
    this.#chars += event.line.length;
    if (this.#kept.length - this.#start > eventsMax || this.#chars > charsMax) this.#makeRoom(event.timeMs);
  }

  /** The events that complete the composite, newest first; or undefined. Marks the newest of the list, the oldest counted and this one as used. */
  complete(rule: Rule, composite: Composite, event: LogEvent): KeptEvent[] | undefined {
    if (rule.lookback === 'everything') return this.#completeByText(rule, composite, event);
    const list = rule.lookback === undefined ? undefined : this.#lists[rule.lookback];
    if (!list) return undefined;
    const search = new Search(rule, composite, event);
    for (let at = list.events.length - 1; at >= list.start; at--) {
      const verdict = search.take(list.events[at]!, list.times[at]!);
      if (verdict !== 'on') return verdict === 'found' ? search.finish(list.events.at(-1)!) : undefined;
    }
    return undefined;
  }

  #completeByText(rule: Rule, composite: Composite, event: LogEvent): KeptEvent[] | undefined {
    const search = new Search(rule, composite, event);
    for (let at = this.#kept.length - 1; at >= this.#start; at--) {
      const verdict = search.take(this.#kept[at]!.event, 1);
      if (verdict !== 'on') return verdict === 'found' ? search.finish(this.#kept.at(-1)!.event) : undefined;
    }
    return undefined;
  }

  #list(id: ListId): List {
    const list = this.#lists[id];
    if (list) return list;
    const made: List = { events: [], times: [], start: 0 };
    this.#used.push(id);
    this.#lists[id] = made;
    return made;
  }

  /** OSSEC compares the age of an event in seconds with the highest `frequency` of any rule; so do we, for what composites see depends on it. */
  #makeRoom(nowMs: number): void {
    let gone = 0;
    while (this.#kept.length - this.#start > 1) {
      const { event, rule } = this.#kept[this.#start]!;
      const age = seconds(nowMs) - seconds(event.timeMs);
      if (gone >= goneAtOnceMin && age <= this.#highestFrequency && this.#chars <= charsMax) break;
      this.#kept[this.#start++] = undefined;
      gone++;
      this.#chars -= event.line.length;
      if (rule.ownList !== undefined) this.#forget(rule.ownList, event);
      for (const id of rule.groupLists.keys()) this.#forget(id, event);
    }
    if (this.#start > eventsMax) {
      this.#kept = this.#kept.slice(this.#start);
      this.#start = 0;
    }
  }

  /** The oldest event of the memory is the oldest of each list it is still in. */
  #forget(id: ListId, event: KeptEvent): void {
    const list = this.#lists[id];
    if (list && list.events[list.start] === event) dropOldest(list);
  }
}

const seconds = (timeMs: number): number => Math.floor(timeMs / 1000);

function append(list: List, event: KeptEvent, times: number): void {
  list.events.push(event);
  list.times.push(times);
}

function dropOldest(list: List): void {
  list.start++;
  if (list.start < 1024 && list.start * 2 < list.events.length) return;
  list.events.splice(0, list.start);
  list.times.splice(0, list.start);
  list.start = 0;
}

/** One search of one composite. */
class Search {
  readonly #event: LogEvent;
  readonly #level: number;
  readonly #composite: Composite;
  /** Events of an earlier second are too old. */
  readonly #fromSecond: number;
  /** The values of the present event, one for each relation. */
  readonly #values: (string | undefined)[];
  readonly #counted: KeptEvent[] = [];
  #left: number;

  constructor(rule: Rule, composite: Composite, event: LogEvent) {
    this.#event = event;
    this.#level = rule.level;
    this.#composite = composite;
    this.#fromSecond = seconds(event.timeMs) - composite.timeframeMs / 1000;
    this.#values = composite.relations.map(({ value }) => value(event));
    this.#left = composite.earlierNeeded;
  }

  /** Looks at the next older event, which stands there `times` times. */
  take(earlier: KeptEvent, times: number): 'on' | 'found' | 'over' {
    if (earlier.second < this.#fromSecond) return 'over';
    if (earlier.firedLevel >= this.#level) return 'over';
    const { source, relations } = this.#composite;
    if (source.kind === 'regex') {
      if (earlier.category !== this.#event.category || !source.regex.test(earlier.message)) return 'on';
    }
    for (let index = 0; index < relations.length; index++) {
      const { kind, value } = relations[index]!;
      const now = this.#values[index];
      const before = value(earlier);
      if (now === undefined || before === undefined || (now === before) !== (kind === 'same')) return 'on';
    }
    this.#counted.push(earlier);
    this.#left -= times;
    return this.#left <= 0 ? 'found' : 'on';
  }

  finish(newest: KeptEvent): KeptEvent[] {
    this.#event.firedLevel = this.#level;
    this.#counted.at(-1)!.firedLevel = this.#level;
    newest.firedLevel = this.#level;
    return this.#counted;
  }
}

/** Whether two events stand to each other as the relation asks. */
export function relates({ kind, value }: Relation, current: LogEvent, earlier: KeptEvent): boolean {
  const now = value(current);
  const before = value(earlier);
  return now !== undefined && before !== undefined && (now === before) === (kind === 'same');
}
