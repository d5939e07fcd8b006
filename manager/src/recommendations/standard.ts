import { type Severity, severityId } from '@sakimori/contract';
import type { Recommendation } from './recommend.ts';

/** The service assigns what is recommended **and** at least of this severity (specification: 推奨設定かつ重要度「高」以上). */
const standardSeverity: Severity = 'high';

export const isStandard = ({ severity }: { readonly severity: Severity }): boolean =>
  severityId(severity) >= severityId(standardSeverity);

/** The rules that the service's standard assigns to the host. */
export const standardOf = (recommended: readonly Recommendation[]): number[] =>
  recommended.filter(isStandard).map(({ ID }) => ID);

export type Deviations = {
  /** Recommended, and left out by the standard for their lower severity. Shown, so that somebody may decide otherwise. */
  readonly leftOut: readonly number[];
  /** Assigned though the standard does not ask for them: somebody decided otherwise. */
  readonly deviations: readonly number[];
  /** Asked for by the standard and not assigned. */
  readonly missing: readonly number[];
};

/**
 * How an assignment stands to the service's standard.
 * @param recommended of one module
 * @param assigned ids of the rules of that module which the host has
 */
export function deviationsOf(recommended: readonly Recommendation[], assigned: readonly number[]): Deviations {
  const standard = new Set(standardOf(recommended));
  const has = new Set(assigned);
  return {
    leftOut: recommended.filter((one) => !isStandard(one)).map(({ ID }) => ID),
    deviations: [...has].filter((id) => !standard.has(id)),
    missing: [...standard].filter((id) => !has.has(id)),
  };
}
