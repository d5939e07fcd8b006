import type { EntityRule } from '@sakimori/contract/integrity-entity';
import type { PolicyExclusion } from '@sakimori/contract/integrity-exclusion';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { toEpochMs } from '../../clock.ts';
import { type Environment, expandPath } from './environment.ts';
import type { IntegrityRule } from './rules.ts';

/** What a policy comes to on this host at this moment. */
export type Effective = {
  /** Rules without variables, and without what is excluded now. */
  readonly policy: IntegrityPolicy;
  readonly entities: readonly EntityRule[];
  /** Exclusions in force. */
  readonly exclusions: number;
  /** When the next of them ends (host clock, ms since the epoch): then it comes to something else. */
  readonly endsMs: number | undefined;
  /** Variables that rules name and that are not set here. */
  readonly unset: readonly string[];
};

/** Puts in the variables of this host, and leaves out what is excluded at this time. */
export function effectivePolicy(policy: IntegrityPolicy, nowMs: number, environment: Environment): Effective {
  const active = (policy.exclusions ?? []).filter(({ until }) => toEpochMs(until) > nowMs);
  const unset = new Set<string>();
  const rules = policy.rules.flatMap((rule) => {
    const include = expandAll(rule.include, environment, unset);
    // An exclusion that cannot be read excludes nothing: rather told too much than watched too little.
    const exclude = expandAll(rule.exclude, environment, new Set());
    return include.length === 0 ? [] : [withExclusions({ ...rule, include, exclude }, active)];
  });
  const ends = active.map(({ until }) => toEpochMs(until));
  const { exclusions: _, entities = [], ...rest } = policy;
  return {
    policy: { ...rest, rules },
    entities: entities.map((rule) => withoutEntities(rule, active)),
    exclusions: active.length,
    endsMs: ends.length > 0 ? Math.min(...ends) : undefined,
    unset: [...unset].sort(),
  };
}

function expandAll(paths: readonly string[], environment: Environment, unset: Set<string>): string[] {
  return paths.flatMap((path) => {
    const expanded = expandPath(path, environment);
    if ('path' in expanded) return [expanded.path];
    unset.add(expanded.unset);
    return [];
  });
}

/** An exclusion means what it names and all below it, in rules of either kind. */
function withExclusions(rule: IntegrityRule, exclusions: readonly PolicyExclusion[]): IntegrityRule {
  const paths = exclusions.flatMap(({ paths: excluded }) => excluded);
  if (paths.length === 0) return rule;
  const inExact = (path: string) => (path === '/' ? ['/**'] : [path, `${path.replace(/\/+$/, '')}/**`]);
  return { ...rule, exclude: [...rule.exclude, ...(rule.exact ? paths.flatMap(inExact) : paths)] };
}

function withoutEntities(rule: EntityRule, exclusions: readonly PolicyExclusion[]): EntityRule {
  const keys = exclusions.flatMap(({ entities }) => entities.filter(({ entity }) => entity === rule.entity));
  return keys.length === 0 ? rule : { ...rule, exclude: [...rule.exclude, ...keys.map(({ key }) => ({ key }))] };
}
