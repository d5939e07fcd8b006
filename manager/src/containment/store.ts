import type { BlockProposal, SourceBlocking } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export async function selectSetting(tx: Tx, accountId: string): Promise<SourceBlocking | undefined> {
  const row = await tx.first(
    sql<{ setting: SourceBlocking }>`select setting from containment_setting where tenant_id = ${accountId}`,
  );
  return row?.setting;
}

export async function upsertSetting(
  tx: Tx,
  accountId: string,
  setting: SourceBlocking,
  at: Date,
  by: string,
): Promise<void> {
  await tx.run(sql`
    insert into containment_setting (tenant_id, setting, updated_at, updated_by) values (${accountId}, ${JSON.stringify(setting)}::jsonb, ${at}, ${by})
    on conflict (tenant_id) do update set setting = excluded.setting, updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

export type ProposalRow = {
  readonly tenant_id: string;
  readonly account_name: string;
  readonly id: string;
  readonly host_id: string;
  readonly host_name: string;
  readonly source: string;
  readonly state: BlockProposal['state'];
  readonly created_at: Date;
  readonly detection_count: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly evidence: BlockProposal['evidence'];
  readonly decided_at: Date | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
  readonly minutes: number | null;
  readonly scope: 'host' | 'account' | null;
};

export type ProposalFilter = {
  readonly accountId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly state?: BlockProposal['state'] | undefined;
  readonly id?: string | undefined;
};

/** Newest first. */
export function selectProposals(tx: Tx, filter: ProposalFilter, limit: number): Promise<ProposalRow[]> {
  return tx.rows(sql<ProposalRow>`
    select p.tenant_id, ac.name as account_name, p.id, p.host_id, h.name as host_name, p.source, p.state, p.created_at, p.detection_count,
      p.first_at, p.last_at, p.evidence, p.decided_at, p.decided_by, p.reason, p.minutes, p.scope
    from containment_proposal p
    join customers_account ac on ac.tenant_id = p.tenant_id
    join hosts_named h on h.tenant_id = p.tenant_id and h.id = p.host_id
    where true
      ${filter.accountId ? sql`and p.tenant_id = ${filter.accountId}` : sql``}
      ${filter.hostId ? sql`and p.host_id = ${filter.hostId}` : sql``}
      ${filter.state ? sql`and p.state = ${filter.state}` : sql``}
      ${filter.id ? sql`and p.id = ${filter.id}` : sql``}
    order by p.created_at desc, p.id desc limit ${limit}`);
}

export type NewProposal = Pick<
  ProposalRow,
  'id' | 'host_id' | 'source' | 'created_at' | 'detection_count' | 'first_at' | 'last_at' | 'evidence'
>;

/** @returns false where one stands already */
export async function insertProposal(tx: Tx, accountId: string, made: NewProposal): Promise<boolean> {
  const count = await tx.run(sql`
    insert into containment_proposal (tenant_id, id, host_id, source, state, created_at, detection_count, first_at, last_at, evidence)
    values (${accountId}, ${made.id}, ${made.host_id}, ${made.source}, 'open', ${made.created_at}, ${made.detection_count}, ${made.first_at},
      ${made.last_at}, ${JSON.stringify(made.evidence)}::jsonb)
    on conflict do nothing`);
  return count > 0;
}

export type Decision = {
  readonly state: 'accepted' | 'declined';
  readonly at: Date;
  readonly by: string;
  readonly reason: string;
  readonly minutes?: number;
  readonly scope?: 'host' | 'account';
};

/** @returns false where it is not open any more */
export async function decideProposal(tx: Tx, accountId: string, id: string, decision: Decision): Promise<boolean> {
  const { state, at, by, reason, minutes = null, scope = null } = decision;
  const count = await tx.run(sql`
    update containment_proposal set state = ${state}, decided_at = ${at}, decided_by = ${by}, reason = ${reason}, minutes = ${minutes}::integer, scope = ${scope}
    where tenant_id = ${accountId} and id = ${id} and state = 'open'`);
  return count > 0;
}

/** Of these sources, those about which nothing has to be proposed: it stands already, or was decided a short while ago. */
export async function selectSettled(
  tx: Tx,
  accountId: string,
  hostId: string,
  sources: readonly string[],
  now: Date,
  declinedAfter: Date,
): Promise<Set<string>> {
  const rows = await tx.rows(sql<{ source: string }>`
    select distinct source from containment_proposal
    where tenant_id = ${accountId} and source = any(${sources}) and (
      (state = 'open' and host_id = ${hostId})
      or (state = 'declined' and host_id = ${hostId} and decided_at > ${declinedAfter})
      or (state = 'accepted' and (host_id = ${hostId} or scope = 'account') and decided_at + minutes * interval '1 minute' > ${now}))`);
  return new Set(rows.map(({ source }) => source));
}

type Counted = {
  readonly source: string;
  readonly count: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly evidence: BlockProposal['evidence'];
};

/** What these sources did on the host since then, of those that did it at least so often. */
export function countBySource(
  tx: Tx,
  accountId: string,
  hostId: string,
  sources: readonly string[],
  modules: readonly string[],
  since: Date,
  countMin: number,
): Promise<Counted[]> {
  return tx.rows(sql<Counted>`
    with seen as (
      select id, occurred_at, module, kind, record -> 'source' ->> 'address' as source, record -> 'rule' ->> 'name' as rule,
        row_number() over (partition by record -> 'source' ->> 'address' order by occurred_at desc) as place
      from detections_detection
      where tenant_id = ${accountId} and host_id = ${hostId} and occurred_at > ${since} and module = any(${modules})
        and record -> 'source' ->> 'address' = any(${sources})
    )
    select source, count(*)::integer as count, min(occurred_at) as first_at, max(occurred_at) as last_at,
      jsonb_agg(jsonb_build_object('id', id, 'at', to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'module', module, 'kind', kind,
        'rule', rule) order by occurred_at desc) filter (where place <= 10) as evidence
    from seen group by source having count(*) >= ${countMin}`);
}

/** Hosts of the account that are in service. */
export async function selectServing(tx: Tx, accountId: string): Promise<string[]> {
  const rows = await tx.rows(
    sql<{
      id: string;
    }>`select id from hosts_host where tenant_id = ${accountId} and origin = 'agent' and retired_at is null order by id`,
  );
  return rows.map(({ id }) => id);
}

/** The sources that were seen most since then, of one host or of all; with a source, that one alone. */
export function selectSources(
  tx: Tx,
  accountId: string,
  filter: { readonly hostId?: string | undefined; readonly source?: string | undefined; readonly since: Date },
): Promise<{ source: string; count: number }[]> {
  return tx.rows(sql<{ source: string; count: number }>`
    select record -> 'source' ->> 'address' as source, count(*)::integer as count from detections_detection
    where tenant_id = ${accountId} and occurred_at > ${filter.since} and record -> 'source' ->> 'address' is not null
      ${filter.hostId ? sql`and host_id = ${filter.hostId}` : sql``}
      ${filter.source ? sql`and record -> 'source' ->> 'address' = ${filter.source}` : sql``}
    group by 1 order by 2 desc, 1 limit 10`);
}
