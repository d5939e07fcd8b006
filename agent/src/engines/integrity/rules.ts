import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { severityId } from '@sakimori/contract/severity';
import type { Entry } from './entry.ts';
import { PathSet, pathsOfPolicy } from './path-set.ts';

export type IntegrityRule = IntegrityPolicy['rules'][number];
export type Attribute = IntegrityRule['attributes'][number];

/**
 * `inside`: some rule watches the path. `toward`: a folder that no rule watches, but below which a watched path lies or may come to be.
 * `none`: nothing here concerns us.
 */
export type Relation = 'inside' | 'toward' | 'none';

type Ready = { readonly rule: IntegrityRule; readonly include: PathSet; readonly exclude: PathSet };

/** The rules of a policy, ready to be asked about a path. */
export class RuleSet {
  readonly #rules: readonly Ready[];
  readonly #never: PathSet;
  readonly #everyRuleWantsContent: boolean;

  /**
   * @param never paths that are not watched whatever the policy says: the agent's own folder, whose writes would make detections without end.
   * @throws PolicyFault for an invalid path.
   */
  constructor(rules: readonly IntegrityRule[], never: readonly string[] | PathSet) {
    // The gravest rule first, so that the first match gives the detection its severity.
    this.#rules = [...rules]
      .sort((a, b) => severityId(b.severity) - severityId(a.severity))
      .map((rule) => ({
        rule,
        include: pathsOfPolicy(rule.include, rule.exact),
        exclude: pathsOfPolicy(rule.exclude, rule.exact),
      }));
    this.#never = never instanceof PathSet ? never : pathsOfPolicy(never);
    this.#everyRuleWantsContent = rules.every(wantsContent);
  }

  /** Those of the rules that may be watched in real time. */
  inRealTime(): RuleSet {
    const rules = this.#rules.map(({ rule }) => rule);
    return new RuleSet(
      rules.filter(({ realTime }) => realTime !== false),
      this.#never,
    );
  }

  relate(path: string): Relation {
    if (this.#never.covers(path)) return 'none';
    let toward = false;
    for (const rule of this.#rules) {
      if (isIn(rule, path)) return 'inside';
      toward ||= mayHoldMore(rule, path);
    }
    return toward ? 'toward' : 'none';
  }

  /** May a watched path lie below this folder? */
  leadsOn(folder: string): boolean {
    return !this.#never.covers(folder) && this.#rules.some((rule) => mayHoldMore(rule, folder));
  }

  /** The rules that watch this path where it is of one of these types, the gravest first. */
  rulesFor(path: string, ...types: readonly Entry['type'][]): IntegrityRule[] {
    if (this.#never.covers(path)) return [];
    return this.#rules.filter((rule) => isOfKind(rule.rule, types) && isIn(rule, path)).map(({ rule }) => rule);
  }

  /** Must the content of this file be known, or do its attributes do? */
  needsContent(path: string): boolean {
    return this.#everyRuleWantsContent || this.rulesFor(path, 'file').some(wantsContent);
  }

  /** In a folder of relation `toward`: the names worth a look, or `undefined` for all of them. */
  stepsFrom(folder: string): ReadonlySet<string> | undefined {
    const names = new Set<string>();
    for (const { include } of this.#rules) {
      const steps = include.coversBelow(folder) ? undefined : include.stepsFrom(folder);
      if (!steps) return undefined;
      for (const name of steps) names.add(name);
    }
    return names;
  }
}

const isIn = ({ include, exclude }: Ready, path: string): boolean => include.covers(path) && !exclude.covers(path);

const mayHoldMore = ({ include, exclude }: Ready, folder: string): boolean =>
  (include.leadsOn(folder) || include.coversBelow(folder)) && !exclude.coversBelow(folder);

const isOfKind = ({ kind }: IntegrityRule, types: readonly Entry['type'][]): boolean =>
  kind === undefined || types.some((type) => (type === 'directory') === (kind === 'directory'));

const wantsContent = ({ attributes }: IntegrityRule): boolean => attributes.includes('content');
