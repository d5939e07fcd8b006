import type { Tx } from '../platform/index.ts';
import { announceHosts } from './announce-hosts.ts';
import { updateAssignments } from './store.ts';

/**
 * Gives hosts of an account another policy of that account, and tells every manager process, whose connected agents fetch it at once.
 * Retired hosts and those that have the policy already are passed over.
 * @returns the hosts whose policy changed
 */
export async function assignPolicies(
  tx: Tx,
  accountId: string,
  hostIds: readonly string[],
  policyId: string,
): Promise<string[]> {
  const changed = await updateAssignments(tx, accountId, hostIds, policyId);
  await announceAssignment(tx, changed);
  return changed;
}

/** Tells every manager process that these hosts may have another policy: what is remembered of them is looked up anew, and their agents ask again. */
export const announceAssignment = (tx: Tx, hostIds: readonly string[]): Promise<void> =>
  announceHosts(tx, 'assignment', hostIds);
