import { type PolicyDocument, Refusal } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type PolicyRow = {
  tenant_id: string;
  id: string;
  name: string;
  version: number;
  updated_at: Date;
  host_count: number;
};
export type VersionRow = {
  policy_id: string;
  version: number;
  document: PolicyDocument;
  created_at: Date;
  created_by: string;
  reason: string;
};

export function selectPolicies(
  tx: Tx,
  filter: { accountId?: string | undefined; policyId?: string | undefined },
): Promise<PolicyRow[]> {
  return tx.rows(sql<PolicyRow>`
    select p.tenant_id, p.id, p.name, p.version, p.updated_at,
      (select count(*) from hosts_assigned h where h.tenant_id = p.tenant_id and h.policy_id = p.id) as host_count
    from policies_policy p
    where true
      ${filter.accountId ? sql`and p.tenant_id = ${filter.accountId}` : sql``}
      ${filter.policyId ? sql`and p.id = ${filter.policyId}` : sql``}
    order by p.name limit 1000`);
}

export function selectVersion(
  tx: Tx,
  accountId: string,
  policyId: string,
  version: number,
): Promise<VersionRow | undefined> {
  return tx.first(sql<VersionRow>`
    select policy_id, version, document, created_at, created_by, reason from policies_version
    where tenant_id = ${accountId} and policy_id = ${policyId} and version = ${version}`);
}

export function selectVersions(tx: Tx, accountId: string, policyId: string): Promise<Omit<VersionRow, 'document'>[]> {
  return tx.rows(sql<Omit<VersionRow, 'document'>>`
    select policy_id, version, created_at, created_by, reason from policies_version
    where tenant_id = ${accountId} and policy_id = ${policyId} order by version desc limit 1000`);
}

/** @returns the new version's number, or undefined where the current one is no longer `basedOn` */
export async function advanceVersion(
  tx: Tx,
  accountId: string,
  policyId: string,
  basedOn: number,
  at: Date,
): Promise<number | undefined> {
  const row = await tx.first(sql<{ version: number }>`
    update policies_policy set version = version + 1, updated_at = ${at}
    where tenant_id = ${accountId} and id = ${policyId} and version = ${basedOn} returning version`);
  return row?.version;
}

export async function insertPolicy(
  tx: Tx,
  policy: { accountId: string; id: string; name: string; at: Date },
): Promise<void> {
  await tx.run(
    sql`insert into policies_policy (tenant_id, id, name, version, updated_at) values (${policy.accountId}, ${policy.id}, ${policy.name}, 1, ${policy.at})`,
  );
}

export async function insertVersion(
  tx: Tx,
  accountId: string,
  version: { policyId: string; version: number; document: PolicyDocument; at: Date; by: string; reason: string },
): Promise<void> {
  await tx.run(sql`
    insert into policies_version (tenant_id, policy_id, version, document, created_at, created_by, reason)
    values (${accountId}, ${version.policyId}, ${version.version}, ${JSON.stringify(version.document)}, ${version.at}, ${version.by}, ${version.reason})`);
}

/** What a heartbeat needs of a policy. */
export type PolicyHead = { readonly version: number; readonly heartbeatSeconds: number };

/** @throws Refusal not_found */
export async function selectHead(tx: Tx, accountId: string, policyId: string): Promise<PolicyHead> {
  const head = await tx.first(sql<PolicyHead>`
    select v.version, (v.document ->> 'heartbeatSeconds')::integer as "heartbeatSeconds" from policies_policy p
    join policies_version v on v.tenant_id = p.tenant_id and v.policy_id = p.id and v.version = p.version
    where p.tenant_id = ${accountId} and p.id = ${policyId}`);
  if (!head) throw new Refusal('not_found', { what: 'policy' });
  return head;
}

export function selectNewest(
  tx: Tx,
  accountId: string,
  policyId: string,
): Promise<{ version: number; document: PolicyDocument } | undefined> {
  return tx.first(sql<{ version: number; document: PolicyDocument }>`
    select v.version, v.document from policies_policy p
    join policies_version v on v.tenant_id = p.tenant_id and v.policy_id = p.id and v.version = p.version
    where p.tenant_id = ${accountId} and p.id = ${policyId}`);
}
