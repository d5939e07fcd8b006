import { type Actor, type AssignedPolicy, type PolicyDocument, type PolicyVersion, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { loadPreset } from './preset.ts';
import {
  advanceVersion,
  insertPolicy,
  insertVersion,
  type PolicyRow,
  selectNewest,
  selectPolicies,
  type VersionRow,
} from './store.ts';

const defaultName = 'Baseline';

/** Every account begins with one policy, made from the preset `baseline`. Called in the transaction that makes the account. */
export async function createDefaultPolicy(tx: Tx, platform: Platform, accountId: string): Promise<string> {
  const id = newId(platform.clock);
  const at = platform.clock.now();
  const document: PolicyDocument = {
    ...(await loadPreset('baseline')),
    heartbeatSeconds: platform.config.SAKIMORI_HEARTBEAT_SECONDS,
  };
  await insertPolicy(tx, { accountId, id, name: defaultName, at });
  await insertVersion(tx, accountId, {
    policyId: id,
    version: 1,
    document,
    at,
    by: 'Sakimori',
    reason: 'preset baseline',
  });
  return id;
}

/** The policy that a host of an account starts with. */
export async function defaultPolicyOf(tx: Tx, platform: Platform, accountId: string): Promise<string> {
  const policies = await selectPolicies(tx, { accountId });
  return (
    (policies.find((policy) => policy.name === defaultName) ?? policies[0])?.id ??
    createDefaultPolicy(tx, platform, accountId)
  );
}

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

/** Writes a new version and tells every manager process, which tell the connected agents. */
export async function updatePolicy(
  platform: Platform,
  actor: Actor,
  policyId: string,
  change: { basedOnVersion: number; document: PolicyDocument; reason: string },
): Promise<PolicyVersion> {
  const at = platform.clock.now();
  return platform.database.for(actor, async (tx) => {
    const { tenant_id: accountId, version: current } = await findPolicy(tx, policyId);
    const version = await advanceVersion(tx, accountId, policyId, change.basedOnVersion, at);
    if (!version) throw new Refusal('version_conflict', { current });
    await insertVersion(tx, accountId, {
      policyId,
      version,
      document: change.document,
      at,
      by: actor.name,
      reason: change.reason,
    });
    await note(tx, platform.clock, {
      accountId,
      actor,
      action: 'policy.updated',
      target: `policy:${policyId}`,
      facts: { version, reason: change.reason },
    });
    await announce(tx, { topic: 'policy', accountId, id: policyId });
    return toVersion({
      policy_id: policyId,
      version,
      document: change.document,
      created_at: at,
      created_by: actor.name,
      reason: change.reason,
    });
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
