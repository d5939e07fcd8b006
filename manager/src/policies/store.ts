import { type PolicyDocument, Refusal } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type PolicyRow = {
  tenant_id: string;
  id: string;
  /** The policy's id in the Workload Security API. */
  number: number;
  name: string;
  version: number;
  updated_at: Date;
  host_count: number;
};
export type Spread = { total: number; applied: number; refused: number };
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
  filter: { accountId?: string | undefined; policyId?: string | undefined; number?: number | undefined },
): Promise<PolicyRow[]> {
  return tx.rows(sql<PolicyRow>`
    select p.tenant_id, p.id, p.number, p.name, p.version, p.updated_at,
      (select count(*) from hosts_assigned h join policies_policy t on t.tenant_id = h.tenant_id and t.id = h.policy_id
       where h.tenant_id = p.tenant_id and t.number = p.number) as host_count
    from policies_policy p
    where p.number > 0 and p.computer_number = 0 and p.removed_at is null
      ${filter.accountId ? sql`and p.tenant_id = ${filter.accountId}` : sql``}
      ${filter.policyId ? sql`and p.id = ${filter.policyId}` : sql``}
      ${filter.number === undefined ? sql`` : sql`and p.number = ${filter.number}`}
    order by host_count desc, p.number desc limit 1000`);
}

/** How far the hosts of a policy are with what it asks, those with overrides of their own among them. */
export function selectSpread(tx: Tx, accountId: string, number: number): Promise<Spread> {
  return tx.one(sql<Spread>`
    select count(*) as total,
      count(*) filter (where h.applied_policy_id = t.id and h.applied_version = t.version and h.policy_problem is null) as applied,
      count(*) filter (where h.policy_problem is not null) as refused
    from hosts_for_configuration h join policies_policy t on t.tenant_id = h.tenant_id and t.id = h.policy_id
    where h.tenant_id = ${accountId} and t.number = ${number} and h.retired_at is null`);
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
