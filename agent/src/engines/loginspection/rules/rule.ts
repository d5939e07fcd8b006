import type { Category, LogEvent } from '../event.ts';
import type { Place } from '../fault.ts';
import type { Pattern } from '../patterns/index.ts';

/** Whether an event fulfils one condition of a rule. */
export type Condition = (event: LogEvent) => boolean;

/** Two events count together only where this value is the same, or is not. An event without the value counts with none. */
export interface Relation {
  readonly kind: 'same' | 'different';
  readonly value: (event: LogEvent) => string | undefined;
}

/**
 * How `frequency` counts.
 * `as-written`: the rule fires at the `frequency`-th event (Wazuh's way, and that of our own rules); another attacker's events never disturb.
 * `ossec`: at event `frequency` + 2, and one fired rule stops the search for all, as OSSEC up to 4.x does it.
 */
export type Counting = 'as-written' | 'ossec';

/** What a rule with `if_matched_*` looks for among the events before. */
export interface Composite {
  readonly counting: Counting;
  /** Events needed before the present one. */
  readonly earlierNeeded: number;
  readonly timeframeMs: number;
  readonly relations: readonly Relation[];
  readonly source:
    | { readonly kind: 'rule'; readonly id: number }
    | { readonly kind: 'group'; readonly group: Pattern }
    | { readonly kind: 'regex'; readonly regex: Pattern };
}

/** One `<rule>`. Mutable inside, because `overwrite="yes"` changes a rule where it stands. */
export interface Rule {
  readonly id: number;
  level: number;
  description: string;
  /** Comma-separated, as OSSEC joins them: the group's name and each `<group>`. */
  groups: string;
  attack: readonly string[];
  category: Category;
  conditions: readonly Condition[];
  composite: Composite | undefined;
  /** A match is passed on to children only; by itself it is none. */
  noAlert: boolean;
  /** `<options>no_log`: counts for composites, but is not reported. */
  noLog: boolean;
  /** Seconds in which the rule stays silent after it matched. */
  ignoreSeconds: number;
  /** Where among its siblings: higher first. */
  rank: number;
  readonly place: Place;
  /** Composites (by id) that look among this rule's events, by `if_matched_sid` or `if_matched_group`. */
  readonly feeds: Set<number>;
}

/** A place of a rule in the tree. The same rule may stand in several. */
export interface RuleNode {
  readonly rule: Rule;
  readonly children: RuleNode[];
}

export interface RuleSet {
  readonly roots: readonly RuleNode[];
  readonly rules: ReadonlyMap<number, Rule>;
  /** Those with `if_matched_*`, in the order of the files. */
  readonly composites: readonly (Rule & { readonly composite: Composite })[];
}
