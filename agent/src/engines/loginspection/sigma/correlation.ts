import type { SigmaCorrelationRule } from '@sakimori/contract/sigma/model';
import { type CountedMatch, MatchShelf } from './match-shelf.ts';
import type { SigmaView } from './view.ts';

/** Whether the matches, oldest first, are what a correlation waits for. */
type Reached = (matches: readonly CountedMatch[]) => boolean;

/** One correlation rule with what it remembers. */
export class Correlation {
  readonly rule: SigmaCorrelationRule;
  readonly #shelf: MatchShelf;
  readonly #isReached: Reached;
  readonly #counted: ReadonlySet<string>;

  constructor(rule: SigmaCorrelationRule) {
    this.rule = rule;
    this.#shelf = new MatchShelf(rule.timespanSeconds * 1000);
    this.#isReached = reachedBy(rule);
    this.#counted = new Set(rule.rules);
  }

  counts(ruleId: string): boolean {
    return this.#counted.has(ruleId);
  }

  /**
   * Takes a match of one of its rules. @returns the matches before it when with this one the number is reached, oldest first. Then the count
   * begins anew.
   */
  take(ruleId: string, view: SigmaView, timeMs: number): readonly CountedMatch[] | undefined {
    const key = this.#keyOf(ruleId, view);
    if (key === undefined) return undefined;
    const { valueField } = this.rule;
    const value = valueField === undefined ? undefined : view.values(valueField)[0]?.text;
    if (valueField !== undefined && value === undefined) return undefined;
    const match: CountedMatch = { timeMs, ruleId, value, line: view.line.text };
    const before = this.#shelf.list(key, timeMs);
    if (!this.#isReached([...before, match])) {
      this.#shelf.add(key, match, (older) => this.#isReplaced(older, match));
      return undefined;
    }
    this.#shelf.clear(key);
    return before;
  }

  /** What must be the same, as one text; an event that lacks a part of it counts with none. */
  #keyOf(ruleId: string, view: SigmaView): string | undefined {
    const parts: string[] = [];
    for (const group of this.rule.groupBy) {
      const field = typeof group === 'string' ? group : group[ruleId];
      const value = field === undefined ? undefined : view.values(field)[0]?.foldedUnicode;
      if (value === undefined) return undefined;
      parts.push(value);
    }
    return parts.join('\0');
  }

  /** Where each value or rule counts once, the newest of each is enough. */
  #isReplaced(older: CountedMatch, match: CountedMatch): boolean {
    const { type } = this.rule;
    return (
      (type === 'value_count' && older.value === match.value) || (type === 'temporal' && older.ruleId === match.ruleId)
    );
  }

  entries(): ReturnType<MatchShelf['entries']> {
    return this.#shelf.entries();
  }

  restore(key: string, match: CountedMatch): void {
    if (this.#counted.has(match.ruleId)) this.#shelf.add(key, match, (older) => this.#isReplaced(older, match));
  }
}

function reachedBy({ type, atLeast, rules }: SigmaCorrelationRule): Reached {
  switch (type) {
    case 'event_count':
      return (matches) => matches.length >= atLeast;
    case 'value_count':
      return (matches) => new Set(matches.map(({ value }) => value)).size >= atLeast;
    case 'temporal':
      return (matches) => new Set(matches.map(({ ruleId }) => ruleId)).size >= atLeast;
    case 'temporal_ordered':
      return (matches) => stepsInOrder(matches, rules) >= atLeast;
  }
}

/** How far the matches get through the rules in their order. */
function stepsInOrder(matches: readonly CountedMatch[], rules: readonly string[]): number {
  let step = 0;
  for (const { ruleId } of matches) if (ruleId === rules[step]) step++;
  return step;
}
