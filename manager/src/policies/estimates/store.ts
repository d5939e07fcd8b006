import type { EstimateFigures, IntegrityPolicy } from '@sakimori/contract';
import { sql, type Tx } from '../../platform/index.ts';

export type EstimateRow = {
  id: string;
  policy_id: string;
  digest: string;
  created_at: Date;
  created_by: string;
  hosts_not_asked: number;
};
export type EstimateHostRow = {
  host_id: string;
  name: string;
  state: 'waiting' | 'counting' | 'done' | 'failed';
  figures: EstimateFigures | null;
  detail: string | null;
};

export async function insertEstimate(
  tx: Tx,
  accountId: string,
  estimate: EstimateRow & { readonly draft: IntegrityPolicy },
  hostIds: readonly string[],
): Promise<void> {
  await tx.run(sql`
    insert into policies_estimate (tenant_id, id, policy_id, draft, digest, created_at, created_by, hosts_not_asked)
    values (${accountId}, ${estimate.id}, ${estimate.policy_id}, ${JSON.stringify(estimate.draft)}, ${estimate.digest}, ${estimate.created_at},
      ${estimate.created_by}, ${estimate.hosts_not_asked})`);
  await tx.run(sql`
    insert into policies_estimate_host (tenant_id, estimate_id, host_id, state)
    select ${accountId}, ${estimate.id}, h.id, 'waiting' from unnest(${hostIds}::uuid[]) as h(id)`);
}

const columns = sql.raw('id, policy_id, digest, created_at, created_by, hosts_not_asked');

export function selectEstimate(
  tx: Tx,
  accountId: string,
  policyId: string,
  id: string,
): Promise<EstimateRow | undefined> {
  return tx.first(sql<EstimateRow>`
    select ${columns} from policies_estimate where tenant_id = ${accountId} and policy_id = ${policyId} and id = ${id}`);
}

/** What each host counted last for these very rules, as far as it has. */
export function selectNewestFigures(
  tx: Tx,
  accountId: string,
  policyId: string,
  digest: string,
  since: Date,
): Promise<{ estimate_id: string; figures: EstimateFigures }[]> {
  return tx.rows(sql<{ estimate_id: string; figures: EstimateFigures }>`
    select distinct on (h.host_id) h.estimate_id, h.figures from policies_estimate e
    join policies_estimate_host h on h.tenant_id = e.tenant_id and h.estimate_id = e.id
    where e.tenant_id = ${accountId} and e.policy_id = ${policyId} and e.digest = ${digest} and e.created_at > ${since} and h.figures is not null
    order by h.host_id, e.created_at desc, e.id desc`);
}

export function selectEstimateHosts(tx: Tx, accountId: string, estimateId: string): Promise<EstimateHostRow[]> {
  return tx.rows(sql<EstimateHostRow>`
    select e.host_id, h.name, e.state, e.figures, e.detail from policies_estimate_host e
    join hosts_for_configuration h on h.tenant_id = e.tenant_id and h.id = e.host_id
    where e.tenant_id = ${accountId} and e.estimate_id = ${estimateId} order by h.name, e.host_id`);
}

/** The draft that a host was asked to count for; undefined for an estimate that is not this host's. */
export async function selectDraft(
  tx: Tx,
  host: { readonly accountId: string; readonly hostId: string },
  estimateId: string,
): Promise<IntegrityPolicy | undefined> {
  const row = await tx.first(sql<{ draft: IntegrityPolicy }>`
    select e.draft from policies_estimate e
    join policies_estimate_host h on h.tenant_id = e.tenant_id and h.estimate_id = e.id
    where e.tenant_id = ${host.accountId} and e.id = ${estimateId} and h.host_id = ${host.hostId}`);
  return row?.draft;
}

/** @returns false where the host has none such that is still open */
export async function updateEstimateHost(
  tx: Tx,
  host: { readonly accountId: string; readonly hostId: string },
  estimateId: string,
  told: { state: string; figures: EstimateFigures; detail: string | undefined },
): Promise<boolean> {
  const changed = await tx.run(sql`
    update policies_estimate_host set state = ${told.state}, figures = ${JSON.stringify(told.figures)}, detail = ${told.detail ?? null}
    where tenant_id = ${host.accountId} and estimate_id = ${estimateId} and host_id = ${host.hostId} and state in ('waiting', 'counting')`);
  return changed > 0;
}

/** Hosts in service that have the policy, those that were heard last first. */
export async function selectHostsOfPolicy(tx: Tx, accountId: string, number: number): Promise<string[]> {
  const rows = await tx.rows(sql<{ id: string }>`
    select h.id from hosts_for_configuration h join policies_policy t on t.tenant_id = h.tenant_id and t.id = h.policy_id
    where h.tenant_id = ${accountId} and t.number = ${number} and h.retired_at is null and h.silent_since is null
    order by h.last_seen_at desc nulls last, h.id limit 10000`);
  return rows.map(({ id }) => id);
}

export async function dropEstimates(tx: Tx, before: Date): Promise<void> {
  await tx.run(sql`delete from policies_estimate where created_at < ${before}`);
}
