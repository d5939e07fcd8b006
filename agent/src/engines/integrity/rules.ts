import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { severityId } from '@sakimori/contract/severity';
import { PathSet } from './path-set.ts';

export type IntegrityRule = IntegrityPolicy['rules'][number];
export type Attribute = IntegrityRule['attributes'][number];

/**
 * `inside`: some rule watches the path. `toward`: a folder that no rule watches, but below which a watched path lies or may come to be.
 * `none`: nothing here concerns us.
 */
export type Relation = 'inside' | 'toward' | 'none';

/** The rules of a policy, ready to be asked about a path. */
export class RuleSet {
  readonly #rules: readonly { rule: IntegrityRule; include: PathSet; exclude: PathSet }[];
  readonly #never: PathSet;

  /**
   * @param never paths that are not watched whatever the policy says: the agent's own folder, whose writes would make detections without end.
   * @throws PolicyFault for an invalid path.
   */
  constructor(rules: readonly IntegrityRule[], never: readonly string[]) {
    // The gravest rule first, so that the first match gives the detection its severity.
    this.#rules = [...rules]
      .sort((a, b) => severityId(b.severity) - severityId(a.severity))
      .map((rule) => ({ rule, include: new PathSet(rule.include), exclude: new PathSet(rule.exclude) }));
    this.#never = new PathSet(never);
  }

  relate(path: string): Relation {
    if (this.#never.covers(path)) return 'none';
    let toward = false;
    for (const { include, exclude } of this.#rules) {
      if (exclude.covers(path)) continue;
      if (include.covers(path)) return 'inside';
      toward ||= include.leadsOn(path);
    }
    return toward ? 'toward' : 'none';
  }

  /** The rules that watch this path, the gravest first. */
  rulesFor(path: string): IntegrityRule[] {
    if (this.#never.covers(path)) return [];
    return this.#rules
      .filter(({ include, exclude }) => include.covers(path) && !exclude.covers(path))
      .map(({ rule }) => rule);
  }

  /** In a folder of relation `toward`: the names worth a look, or `undefined` for all of them. */
  stepsFrom(folder: string): ReadonlySet<string> | undefined {
    const names = new Set<string>();
    for (const { include } of this.#rules) {
      const steps = include.stepsFrom(folder);
      if (!steps) return undefined;
      for (const name of steps) names.add(name);
    }
    return names;
  }
}
