import type { LogEvent } from '../event.ts';
import { KeptEvent } from '../kept-event.ts';
import type { Rule, RuleSet } from '../rules/rule.ts';
import type { Past } from '../rules/walk.ts';
import { Accumulator } from './accumulator.ts';
import { Differences } from './differences.ts';
import { FirstSight } from './first-sight.ts';
import { History } from './history.ts';
import { Ignored } from './ignored.ts';
import { CompositeMemory } from './memory.ts';
import { newestThatFit, readArray, type SnapshotEntry, writeSnapshot } from './snapshot.ts';

/** What is kept over a restart, each under a name of its own. */
export const stateNames = ['composites', 'seen', 'ignored', 'differences'] as const;
export type StateName = (typeof stateNames)[number];

/** Everything that one line leaves behind for the next. */
export class EngineState implements Past {
  readonly #memory: CompositeMemory;
  readonly #history: History;
  readonly #firstSight = new FirstSight();
  readonly #differences = new Differences();
  readonly accumulator = new Accumulator();
  readonly ignored = new Ignored();
  /** When each rule with `ignore` was last told, by rule id. */
  readonly #toldMs = new Map<number, number>();
  /** Highest level of a composite that counts as written and has fired with the present event. */
  #firedLevel = 0;
  #isHistoryChanged = false;
  /** Whether a composite has `if_matched_regex`. */
  readonly #looksInMessages: boolean;

  constructor(rules: RuleSet, asLogtest: boolean) {
    const composites = [...rules.rules.values()].filter(({ composite }) => composite !== undefined);
    this.#memory = new CompositeMemory(rules);
    this.#looksInMessages = composites.some(({ composite }) => composite?.source.kind === 'regex');
    const isInUse = rules.lists > 0 || composites.some(({ lookback }) => lookback === 'everything');
    this.#history = new History(rules.lists, rules.highestFrequency, isInUse, asLogtest);
  }

  /** Forgets everything. Takes no longer than what is there. */
  clear(): void {
    this.#memory.clear();
    this.#history.clear();
    this.#firstSight.clear();
    this.#differences.clear();
    this.accumulator.clear();
    this.ignored.clear();
    if (this.#toldMs.size > 0) this.#toldMs.clear();
  }

  /** To be called before an event goes through the rules. */
  begin(): void {
    this.#firedLevel = 0;
  }

  complete(rule: Rule, event: LogEvent): readonly KeptEvent[] | undefined {
    const { composite } = rule;
    if (!composite) return [];
    if (composite.counting === 'ossec') return this.#history.complete(rule, composite, event);
    const found = this.#memory.complete(rule, composite, event);
    if (found) this.#firedLevel = Math.max(this.#firedLevel, rule.level);
    return found;
  }

  isFirstSight(event: LogEvent): boolean {
    return this.#firstSight.isFirst(event);
  }

  isDifferent(ruleId: number, event: LogEvent): boolean {
    return this.#differences.isDifferent(ruleId, event);
  }

  /** Whether the rule told something less than its `ignore` seconds ago. If not, it tells now. */
  isSilent(rule: Rule, timeMs: number): boolean {
    if (rule.ignoreSeconds === 0) return false;
    const toldMs = this.#toldMs.get(rule.id);
    if (toldMs !== undefined && Math.floor(timeMs / 1000) - Math.floor(toldMs / 1000) < rule.ignoreSeconds) return true;
    this.#toldMs.set(rule.id, timeMs);
    return false;
  }

  remember(event: LogEvent, rule: Rule): void {
    const isWanted = this.#memory.wants(rule);
    if (!isWanted && !this.#history.isInUse) return;
    const kept = new KeptEvent(event, this.#looksInMessages);
    if (isWanted) this.#memory.remember(kept, rule, this.#firedLevel);
    if (!this.#history.isInUse) return;
    this.#history.remember(kept, rule);
    this.#isHistoryChanged = true;
  }

  /** What has changed since it was last taken, as text. */
  takeSnapshots(): Partial<Record<StateName, string>> {
    const isChanged = [this.#memory.takeChanged(), this.#isHistoryChanged].includes(true);
    this.#isHistoryChanged = false;
    return {
      ...(isChanged ? { composites: writeSnapshot(this.#entries()) } : {}),
      ...(this.#firstSight.takeChanged() ? { seen: newestThatFit([...this.#firstSight.seen]) } : {}),
      ...(this.ignored.takeChanged() ? { ignored: newestThatFit([...this.ignored.entries]) } : {}),
      ...(this.#differences.takeChanged() ? { differences: newestThatFit([...this.#differences.entries]) } : {}),
    };
  }

  #entries(): SnapshotEntry[] {
    const entries = new Map<KeptEvent, SnapshotEntry>();
    for (const { event, rule } of this.#history.kept) entries.set(event, entryOf(event, rule.id, 0));
    for (const { event, ruleId, firedLevel } of this.#memory.entries())
      entries.set(event, entryOf(event, ruleId, firedLevel));
    return [...entries.values()].sort((one, other) => one.timeMs - other.timeMs);
  }

  /** An event that an earlier run remembered. */
  restoreEvent(event: LogEvent, rule: Rule, { firedLevel, usedLevel = 0 }: SnapshotEntry): void {
    event.firedLevel = usedLevel;
    this.#firedLevel = firedLevel;
    this.remember(event, rule);
  }

  /** The rest of what an earlier run kept; texts that are none are passed over. */
  restore(texts: Readonly<Partial<Record<StateName, string | undefined>>>): void {
    this.#firstSight.restore(readArray(texts.seen).filter(isText));
    this.ignored.restore(readArray(texts.ignored).filter(isText));
    this.#differences.restore(readArray(texts.differences).filter(isPair));
    this.takeSnapshots();
  }
}

function entryOf(event: KeptEvent, ruleId: number, firedLevel: number): SnapshotEntry {
  const { timeMs, format, location, line, firedLevel: usedLevel } = event;
  return { timeMs, format, location, line, ruleId, firedLevel, ...(usedLevel > 0 ? { usedLevel } : {}) };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every(isText);
