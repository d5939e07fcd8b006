import type { IntegrityExclusion } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Layer, Scope } from '../../configuration/index.ts';

/** An exclusion as a policy or a computer keeps it, beside what the API has a place for. */
export type StoredExclusion = Omit<IntegrityExclusion, 'policy' | 'host'>;

export const ownExclusions = (layer: Layer | ApiObject | null | undefined): readonly StoredExclusion[] =>
  ((layer as Layer | undefined)?.['_exclusions'] as StoredExclusion[] | undefined) ?? [];

/** Those in force, from all that stands above and from the policy or computer itself. */
export const exclusionsOf = (scope: Scope): StoredExclusion[] => scope.layers.flatMap(ownExclusions);

/** The same policy or computer with these exclusions; without any, without the property. */
export function withExclusions<Of extends Layer | ApiObject>(layer: Of, exclusions: readonly StoredExclusion[]): Of {
  const { _exclusions: _, ...rest } = layer as Record<string, unknown>;
  return (exclusions.length > 0 ? { ...rest, _exclusions: exclusions } : rest) as Of;
}
