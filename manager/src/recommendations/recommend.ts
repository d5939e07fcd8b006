import type { HostInventory, Module, Severity } from '@sakimori/contract';
import { type AppliesTo, type Reason, whyApplies } from './conditions.ts';
import { ScannedHost } from './scanned-host.ts';

/** A rule that a host might have. Ids are unique within a module. */
export type Candidate = {
  readonly ID: number;
  readonly module: Module;
  readonly severity: Severity;
  /** Alternatives: the rule is recommended where one of them is met. None: it is never recommended. */
  readonly appliesTo: readonly AppliesTo[];
};

/** A rule that this host should have, with what on the host speaks for it. */
export type Recommendation = {
  readonly ID: number;
  readonly module: Module;
  readonly severity: Severity;
  /** One for each alternative that is met. */
  readonly reasons: readonly Reason[];
};

/** Which of the rules are worth having on this host, in the order in which they were given. */
export function recommend(inventory: HostInventory, candidates: readonly Candidate[]): Recommendation[] {
  const host = new ScannedHost(inventory);
  return candidates.flatMap(({ ID, module, severity, appliesTo }) => {
    const reasons = appliesTo.flatMap((one) => whyApplies(one, host) ?? []);
    return reasons.length > 0 ? [{ ID, module, severity, reasons }] : [];
  });
}
