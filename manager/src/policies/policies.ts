import { type Actor, type AssignedPolicy, type PolicyDocument, type PolicyVersion, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { changeConfiguration } from './change.ts';
import { checkConfirmation, integrityOf } from './estimates/estimates.ts';
import { importDocument } from './import-document.ts';
import { type PolicyRow, selectNewest, selectPolicies, selectVersion, type VersionRow } from './store.ts';

export async function findPolicy(tx: Tx, policyId: string): Promise<PolicyRow> {
  const [policy] = await selectPolicies(tx, { policyId });
  if (!policy) throw new Refusal('not_found', { what: 'policy' });
  return policy;
}

/** What a policy asks of its hosts now: the newest version, as agents receive it. */
export async function newestPolicy(platform: Platform, accountId: string, policyId: string): Promise<AssignedPolicy> {
  return platform.database.as(accountId, async (tx) => {
    const newest = await selectNewest(tx, accountId, policyId);
    if (!newest) throw new Refusal('not_found', { what: 'policy' });
    return { policyId, version: newest.version, document: newest.document };
  });
}

/**
 * Takes a whole policy document, as the console and the command line edit it, into the configuration; what follows from it is compiled like any
 * other change, and connected agents are told.
 * @returns the version that stands then
 * @throws Refusal `not_found`, `version_conflict`, `malformed`
 */
export async function updatePolicy(
  platform: Platform,
  actor: Actor,
  policyId: string,
  change: { basedOnVersion: number; document: PolicyDocument; reason: string; confirmation?: string | undefined },
): Promise<PolicyVersion> {
  const { tenant_id: accountId } = await platform.database.for(actor, (tx) => findPolicy(tx, policyId));
  const options = { heartbeatSeconds: platform.config.SAKIMORI_HEARTBEAT_SECONDS };
  await changeConfiguration(platform, { accountId, actor, reason: change.reason }, async (edit) => {
    const { version: current, number } = await findPolicy(edit.tx, policyId);
    if (current !== change.basedOnVersion) throw new Refusal('version_conflict', { current });
    const before = integrityOf(platform, edit, number);
    await importDocument(edit, number, change.document, options);
    await checkConfirmation(edit.tx, platform, {
      ...{ accountId, actor, policyId, before, confirmation: change.confirmation },
      after: integrityOf(platform, edit, number),
    });
    await note(edit.tx, platform.clock, {
      ...{ accountId, actor, action: 'policy.updated', target: `policy:${policyId}` },
      facts: { version: current + 1, reason: change.reason },
    });
  });
  return platform.database.as(accountId, async (tx) => {
    const { version } = await findPolicy(tx, policyId);
    return toVersion((await selectVersion(tx, accountId, policyId, version))!);
  });
}

export const toVersion = (row: VersionRow): PolicyVersion => ({ ...toVersionHead(row), document: row.document });

export const toVersionHead = (row: Omit<VersionRow, 'document'>): Omit<PolicyVersion, 'document'> => ({
  policyId: row.policy_id,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  reason: row.reason,
});
