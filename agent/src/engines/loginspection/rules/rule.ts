import type { Category, FirstSightPart, LogEvent, Slot } from '../event.ts';
import type { Place } from '../fault.ts';
import type { Pattern } from '../patterns/index.ts';

/** What conditions may ask that is not in the event itself: what was seen before. Asking can itself be remembered. */
export interface Recollection {
  /** Whether what `<fts>` of the decoder names has never been seen; it has been from now on. */
  isFirstSight(event: LogEvent): boolean;
  /** Whether the message differs from the last one that reached this rule from the same host; the first differs from none. */
  isDifferent(ruleId: number, event: LogEvent): boolean;
}

/** Whether an event fulfils one condition of a rule. */
export interface Condition {
  readonly holds: (event: LogEvent, past: Recollection) => boolean;
  /** Where all of it is the name of a decoder. */
  readonly decoder?: string;
  /** Where all of it is one pattern on one text: what a faster way of trying many rules at once may look at. A text that is missing never matches. */
  readonly pattern?: { readonly slot: Slot; readonly pattern: Pattern; readonly negated: boolean };
}

/** Two events count together only where this value is the same, or is not. An event without the value counts with none. */
export interface Relation {
  readonly kind: 'same' | 'different';
  readonly value: (event: Pick<LogEvent, 'textAt'>) => string | undefined;
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

/** A list of events that composites of OSSEC's counting look through, by number; the state holds what is in it. */
export type ListId = number;

/** One `<rule>`. Mutable inside, because `overwrite="yes"` changes a rule where it stands. */
export interface Rule {
  readonly id: number;
  level: number;
  description: string;
  /** Comma-separated, as OSSEC joins them: the group's name and each `<group>`. */
  groups: string;
  attack: readonly string[];
  /** `<info>` and `<cve>`: kind and text. */
  info: readonly { readonly kind: string; readonly text: string }[];
  category: Category;
  /** In the order in which they are tried. */
  conditions: readonly Condition[];
  composite: Composite | undefined;
  /** For a composite that counts as OSSEC: the list it looks through; the whole memory for `if_matched_regex`; undefined where nothing feeds it. */
  lookback: ListId | 'everything' | undefined;
  /** A match is passed on to children only; by itself it is none. */
  noAlert: boolean;
  /** `<options>no_log`: counts for composites, but is not reported. */
  noLog: boolean;
  /** Seconds in which the rule stays silent after it matched. */
  ignoreSeconds: number;
  /** `<ignore>`: events of the same values are passed over from now on by rules that check it. */
  readonly ignores: readonly FirstSightPart[];
  /** `<check_if_ignored>`. */
  readonly checksIgnored: readonly FirstSightPart[];
  /** Where among its siblings: higher first. */
  rank: number;
  readonly place: Place;
  /** Composites (by id) that look among this rule's events, by `if_matched_sid` or `if_matched_group`; those that count as written. */
  readonly feeds: Set<number>;
  /** The list that keeps this rule's own events, for `if_matched_sid`. */
  ownList: ListId | undefined;
  /** Lists of groups that this rule's events go to, and how many times each: as often as the rule stood in the tree when the list was made. */
  readonly groupLists: Map<ListId, number>;
}

/** A place of a rule in the tree. The same rule may stand in several. */
export interface RuleNode {
  readonly rule: Rule;
  readonly children: RuleNode[];
}

export interface RuleSet {
  readonly roots: readonly RuleNode[];
  readonly rules: ReadonlyMap<number, Rule>;
  /** Those with `if_matched_*` that count as written, in the order of the files. */
  readonly composites: readonly (Rule & { readonly composite: Composite })[];
  /** How many lists there are. */
  readonly lists: number;
  /** The highest `frequency` of all: OSSEC lets events go by it when its memory is full. */
  readonly highestFrequency: number;
}
