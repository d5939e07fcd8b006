import type { LogEvent } from '../event.ts';
import type { Composite, Rule, RuleSet } from '../rules/rule.ts';
import { EventShelf, type Remembered } from './event-shelf.ts';
import { relates } from './history.ts';

/** Newest events of one key that are looked at for one line: bounds the time that a flood can take. */
const looksMax = 512;

/** What composites that count as written look back on: for each of them the events it may count, apart by what must be the same. */
export class CompositeMemory {
  readonly #composites: RuleSet['composites'];
  readonly #shelves = new Map<number, EventShelf>();
  #isChanged = false;

  constructor(rules: RuleSet) {
    this.#composites = rules.composites;
    for (const { id, composite } of rules.composites) this.#shelves.set(id, new EventShelf(composite.timeframeMs));
  }

  /** Whether anything was remembered or used since this was last asked. */
  takeChanged(): boolean {
    const was = this.#isChanged;
    this.#isChanged = false;
    return was;
  }

  /** All that is remembered, each event once, the oldest first. */
  entries(): Remembered[] {
    const all = new Set([...this.#shelves.values()].flatMap((shelf) => shelf.entries));
    return [...all].sort((one, other) => one.event.timeMs - other.event.timeMs);
  }

  /** Forgets everything. */
  clear(): void {
    for (const shelf of this.#shelves.values()) shelf.clear();
  }

  /** Keeps an event that ended at `rule`, for the composites that may ask for it. */
  remember(event: LogEvent, rule: Rule, firedLevel: number): void {
    const entry: Remembered = { event, ruleId: rule.id, firedLevel };
    for (const { id, composite } of this.#composites) {
      if (!wants(composite, id, event, rule)) continue;
      const key = keyOf(composite, event);
      if (key === undefined) continue;
      this.#shelves.get(id)?.add(key, entry);
      this.#isChanged = true;
    }
  }

  /**
   * The earlier events that, with this one, fulfil the composite: the newest first; or undefined. Marks them as used, so that one burst fires
   * once and the next count begins anew.
   */
  complete(rule: Rule, composite: Composite, event: LogEvent): LogEvent[] | undefined {
    const key = keyOf(composite, event);
    const list = key === undefined ? undefined : this.#shelves.get(rule.id)?.list(key);
    if (!list) return undefined;
    const used: Remembered[] = [];
    for (let index = list.length - 1; index >= 0 && list.length - index <= looksMax; index--) {
      const entry = list[index]!;
      if (event.timeMs - entry.event.timeMs > composite.timeframeMs) return undefined;
      if (!isRelated(composite, event, entry.event)) continue;
      if (entry.firedLevel >= rule.level) return undefined;
      used.push(entry);
      if (used.length < composite.earlierNeeded) continue;
      spend(used[0]!, rule.level);
      spend(entry, rule.level);
      this.#isChanged = true;
      return used.map((one) => one.event);
    }
    return undefined;
  }
}

function spend(entry: Remembered, level: number): void {
  entry.firedLevel = Math.max(entry.firedLevel, level);
}

function wants(composite: Composite, id: number, event: LogEvent, rule: Rule): boolean {
  return composite.source.kind === 'regex' ? composite.source.regex.test(event.message) : rule.feeds.has(id);
}

/** What must be the same, as one text; undefined for an event that lacks it. */
function keyOf(composite: Composite, event: LogEvent): string | undefined {
  const values = composite.relations.filter(({ kind }) => kind === 'same').map(({ value }) => value(event));
  return values.includes(undefined) ? undefined : values.join('\0');
}

function isRelated(composite: Composite, current: LogEvent, earlier: LogEvent): boolean {
  if (composite.source.kind === 'regex' && earlier.category !== current.category) return false;
  return composite.relations.every((relation) => relates(relation, current, earlier));
}
