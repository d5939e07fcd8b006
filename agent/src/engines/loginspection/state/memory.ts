import type { LogEvent } from '../event.ts';
import type { KeptEvent } from '../kept-event.ts';
import type { Composite, Relation, Rule, RuleSet } from '../rules/rule.ts';
import { EventShelf, type Remembered } from './event-shelf.ts';
import { relates } from './history.ts';

/** Newest events of one key that are looked at for one line: bounds the time that a flood can take. */
const looksMax = 512;

/** A composite with the events that it may count. */
interface Watch {
  readonly composite: Composite;
  readonly shelf: EventShelf;
  /** What must be the same. */
  readonly keys: readonly Relation['value'][];
  /** What events of one key must still be asked for. */
  readonly rest: readonly Relation[];
}

/** What composites that count as written look back on: for each of them the events it may count, apart by what must be the same. */
export class CompositeMemory {
  readonly #watches = new Map<number, Watch>();
  readonly #byText: readonly Watch[];
  /** The composites that a rule feeds, made when it first ends an event. */
  readonly #fedBy = new Map<Rule, readonly Watch[]>();
  #isChanged = false;

  constructor(rules: RuleSet) {
    for (const { id, composite } of rules.composites) this.#watches.set(id, watchOf(composite));
    this.#byText = [...this.#watches.values()].filter(({ composite }) => composite.source.kind === 'regex');
  }

  /** Whether anything was remembered or used since this was last asked. */
  takeChanged(): boolean {
    const was = this.#isChanged;
    this.#isChanged = false;
    return was;
  }

  /** All that is remembered, each event once, the oldest first. */
  entries(): Remembered[] {
    const all = new Set([...this.#watches.values()].flatMap(({ shelf }) => shelf.entries));
    return [...all].sort((one, other) => one.event.timeMs - other.event.timeMs);
  }

  /** Forgets everything. */
  clear(): void {
    for (const { shelf } of this.#watches.values()) shelf.clear();
  }

  /** Whether a composite may ask for events that ended at `rule`. */
  wants(rule: Rule): boolean {
    return this.#byText.length > 0 || this.#fed(rule).length > 0;
  }

  /** Keeps an event that ended at `rule`, for the composites that may ask for it. */
  remember(event: KeptEvent, rule: Rule, firedLevel: number): void {
    const entry: Remembered = { event, ruleId: rule.id, firedLevel };
    const fed = this.#fed(rule);
    for (let index = 0; index < fed.length; index++) this.#add(fed[index]!, entry);
    for (const watch of this.#byText) {
      const { source } = watch.composite;
      if (source.kind === 'regex' && source.regex.test(event.message)) this.#add(watch, entry);
    }
  }

  #fed(rule: Rule): readonly Watch[] {
    const known = this.#fedBy.get(rule);
    if (known) return known;
    const fed = [...rule.feeds].flatMap((id) => this.#watches.get(id) ?? []);
    const own = fed.filter(({ composite }) => composite.source.kind !== 'regex');
    this.#fedBy.set(rule, own);
    return own;
  }

  #add(watch: Watch, entry: Remembered): void {
    const key = keyOf(watch, entry.event);
    if (key === undefined) return;
    watch.shelf.add(key, entry);
    this.#isChanged = true;
  }

  /**
   * The earlier events that, with this one, fulfil the composite: the newest first; or undefined. Marks them as used, so that one burst fires
   * once and the next count begins anew.
   */
  complete(rule: Rule, composite: Composite, event: LogEvent): KeptEvent[] | undefined {
    const watch = this.#watches.get(rule.id);
    if (!watch || watch.shelf.count < composite.earlierNeeded) return undefined;
    const key = keyOf(watch, event);
    if (key === undefined) return undefined;
    const list = watch.shelf.list(key);
    const used: Remembered[] = [];
    for (let index = list.length - 1; index >= 0 && list.length - index <= looksMax; index--) {
      const entry = list[index]!;
      if (event.timeMs - entry.event.timeMs > composite.timeframeMs) return undefined;
      if (!isRelated(watch, event, entry.event)) continue;
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

function watchOf(composite: Composite): Watch {
  const keys = composite.relations.filter(({ kind }) => kind === 'same').map(({ value }) => value);
  // One value is the key itself; of several a joined text could be the same though they are not.
  const rest = keys.length === 1 ? composite.relations.filter(({ kind }) => kind !== 'same') : composite.relations;
  return { composite, shelf: new EventShelf(composite.timeframeMs), keys, rest };
}

/** What must be the same, as one text; undefined for an event that lacks it. */
function keyOf({ keys }: Watch, event: LogEvent | KeptEvent): string | undefined {
  let key = '';
  for (let index = 0; index < keys.length; index++) {
    const value = keys[index]!(event);
    if (value === undefined) return undefined;
    key = index === 0 ? value : `${key}\0${value}`;
  }
  return key;
}

function isRelated({ composite, rest }: Watch, current: LogEvent, earlier: KeptEvent): boolean {
  if (composite.source.kind === 'regex' && earlier.category !== current.category) return false;
  for (let index = 0; index < rest.length; index++) if (!relates(rest[index]!, current, earlier)) return false;
  return true;
}
