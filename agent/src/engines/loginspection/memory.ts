import type { LogEvent } from './event.ts';
import type { Composite, Rule, RuleSet } from './rules/rule.ts';

/** An event that matched a rule, kept for the composites. */
export interface Remembered {
  readonly event: LogEvent;
  readonly ruleId: number;
  /** Highest level of a composite that has fired with it: such a one and lower ones do not use it again. */
  firedLevel: number;
}

/** What one list holds at most; the oldest go first. Bounds memory under a flood. */
const eventsMax = 4096;
const charsMax = 2_000_000;

class EventList {
  readonly entries: Remembered[] = [];
  #chars = 0;

  add(entry: Remembered, oldestMs: number): void {
    this.entries.push(entry);
    this.#chars += entry.event.line.length;
    let surplus = Math.max(0, this.entries.length - eventsMax);
    while (this.entries[surplus]!.event.timeMs < oldestMs) surplus++;
    if (this.#chars > charsMax) surplus = Math.max(surplus, Math.ceil(this.entries.length / 2));
    // In batches, so that a long list is not moved for every event.
    if (surplus < 256 && surplus * 2 < this.entries.length) return;
    for (const gone of this.entries.splice(0, surplus)) this.#chars -= gone.event.line.length;
  }
}

/** What composites look back on. Each list is in the order of reading. */
export class CompositeMemory {
  readonly #rules: RuleSet;
  /** By rule for `if_matched_sid`, by composite for `if_matched_group`, and under 0 all for `if_matched_regex`. */
  readonly #lists = new Map<string, EventList>();

  #isChanged = false;

  constructor(rules: RuleSet) {
    this.#rules = rules;
  }

  /** Whether anything was remembered or used since this was last asked. */
  takeChanged(): boolean {
    const was = this.#isChanged;
    this.#isChanged = false;
    return was;
  }

  /** All that is remembered, each event once, the oldest first. */
  entries(): Remembered[] {
    const all = new Set([...this.#lists.values()].flatMap((list) => list.entries));
    return [...all].sort((one, other) => one.event.timeMs - other.event.timeMs);
  }

  /** Keeps an event that ended at `rule`, when some composite may ask for it. */
  remember(event: LogEvent, rule: Rule, firedLevel: number): void {
    const entry: Remembered = { event, ruleId: rule.id, firedLevel };
    if (rule.remembered) this.#add(`rule ${rule.id}`, entry);
    for (const composite of rule.feeds) this.#add(`group ${composite}`, entry);
    if (this.#rules.remembersAll) this.#add('all', entry);
  }

  #add(key: string, entry: Remembered): void {
    const list = this.#lists.get(key) ?? new EventList();
    this.#lists.set(key, list);
    this.#isChanged = true;
    list.add(entry, entry.event.timeMs - this.#rules.timeframeMsMax);
  }

  /**
   * The earlier events that, with this one, fulfil the composite: the newest first; or undefined. Marks them as used, so that one burst fires
   * once and the next count begins anew.
   */
  complete(rule: Rule, composite: Composite, event: LogEvent): LogEvent[] | undefined {
    const list = this.#lists.get(keyOf(rule, composite))?.entries ?? [];
    const used: Remembered[] = [];
    for (let index = list.length - 1; index >= 0; index--) {
      const entry = list[index]!;
      if (event.timeMs - entry.event.timeMs > composite.timeframeMs) return undefined;
      const spent = entry.firedLevel >= rule.level;
      if (spent && composite.counting === 'ossec') return undefined;
      if (!belongs(composite, event, entry.event)) continue;
      if (spent) return undefined;
      used.push(entry);
      if (used.length < composite.earlierNeeded) continue;
      const newest = composite.counting === 'ossec' ? list.at(-1)! : used[0]!;
      newest.firedLevel = Math.max(newest.firedLevel, rule.level);
      entry.firedLevel = Math.max(entry.firedLevel, rule.level);
      this.#isChanged = true;
      return used.map((one) => one.event);
    }
    return undefined;
  }
}

function keyOf(rule: Rule, composite: Composite): string {
  if (composite.source.kind === 'rule') return `rule ${composite.source.id}`;
  return composite.source.kind === 'group' ? `group ${rule.id}` : 'all';
}

function belongs(composite: Composite, current: LogEvent, earlier: LogEvent): boolean {
  if (composite.source.kind === 'regex') {
    if (earlier.category !== current.category || !composite.source.regex.test(earlier.message)) return false;
  }
  return composite.relations.every((relation) => relation(current, earlier));
}
