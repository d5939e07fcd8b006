import type { EntityKind, EntityMatch, EntityRule } from '@sakimori/contract/integrity-entity';
import { severityId } from '@sakimori/contract/severity';
import type { Values } from './entity.ts';

/** What became of an entity. */
export type EntityChange = {
  readonly kind: EntityKind;
  readonly key: string;
  readonly before?: Values;
  readonly after?: Values;
  /** `created`, `removed`, or the attributes that differ. */
  readonly changed: readonly string[];
};

type Ready = { readonly rule: EntityRule; readonly include: Matcher[]; readonly exclude: Matcher[] };
type Matcher = (key: string, values: Values) => boolean;

/** The entity rules of a policy, ready to be asked about a change. */
export class EntityRules {
  readonly #byKind: ReadonlyMap<EntityKind, readonly Ready[]>;

  constructor(rules: readonly EntityRule[]) {
    const ready = rules
      .toSorted((a, b) => severityId(b.severity) - severityId(a.severity))
      .map((rule) => ({
        rule,
        include: rule.include.map((match) => toMatcher(match, 'some')),
        exclude: rule.exclude.map((match) => toMatcher(match, 'every')),
      }));
    this.#byKind = Map.groupBy(ready, ({ rule }) => rule.entity);
  }

  get kinds(): EntityKind[] {
    return [...this.#byKind.keys()];
  }

  /** Does some rule of the kind allow to look more often than by scans? */
  isInRealTime(kind: EntityKind): boolean {
    return (this.#byKind.get(kind) ?? []).some(({ rule }) => rule.realTime !== false);
  }

  /**
   * The gravest rule that tells of this change, and the attributes to name; undefined where none does.
   */
  judge(change: EntityChange): { rule: EntityRule; changed: string[] } | undefined {
    const states = [change.before, change.after].filter((values) => values !== undefined);
    const concerned = (this.#byKind.get(change.kind) ?? []).filter((ready) =>
      states.some((values) => isMeant(ready, change.key, values)),
    );
    const watched = new Set(concerned.flatMap(({ rule }) => rule.attributes));
    const changed = change.changed.filter((name) => watched.has(name));
    const found = concerned.find(({ rule }) => changed.some((name) => rule.attributes.includes(name)));
    return found && { rule: found.rule, changed };
  }

  /** How many of these some rule watches. */
  count(kind: EntityKind, entities: Iterable<readonly [string, Values]>): number {
    const ready = this.#byKind.get(kind) ?? [];
    let count = 0;
    for (const [key, values] of entities) if (ready.some((one) => isMeant(one, key, values))) count += 1;
    return count;
  }
}

const isMeant = ({ include, exclude }: Ready, key: string, values: Values): boolean =>
  include.some((matches) => matches(key, values)) && !exclude.some((matches) => matches(key, values));

function toMatcher({ key, where = {} }: EntityMatch, of: 'some' | 'every'): Matcher {
  const keyMatches = key === undefined ? () => true : toPattern(key);
  const conditions = Object.entries(where).map(([name, pattern]) => ({ name, matches: toPattern(pattern) }));
  return (given, values) =>
    keyMatches(given) && conditions.every(({ name, matches }) => holds(values[name], matches, of));
}

/** A list is told with commas between its items. What could not be read is nothing that a rule asks for. */
function holds(value: string | undefined, matches: (text: string) => boolean, of: 'some' | 'every'): boolean {
  if (value === undefined) return false;
  return matches(value) || (value.includes(', ') && value.split(', ')[of](matches));
}

/** `*` any characters, `?` one. Going back only to the last `*` keeps it below pattern length × text length. */
function toPattern(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => matchWild(pattern, text);
}

function matchWild(pattern: string, text: string): boolean {
  let [index, at, star, starAt] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[index] === '*') {
      [star, starAt] = [index, at];
      index += 1;
    } else if (index < pattern.length && (pattern[index] === '?' || pattern[index] === text[at])) {
      index += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      [at, index] = [starAt, star + 1];
    } else return false;
  }
  while (pattern[index] === '*') index += 1;
  return index === pattern.length;
}
