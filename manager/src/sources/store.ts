import type { SourceKind } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type BoundRow = {
  readonly id: string;
  readonly tenant_id: string;
  readonly kind: SourceKind;
  readonly value: string;
  readonly trend_tenant: string | null;
  readonly zone: string;
  readonly raw_hash: string | null;
  readonly name: string;
};

/** What binds, of all accounts. */
export const selectBound = (tx: Tx): Promise<BoundRow[]> =>
  tx.rows(sql<BoundRow>`
    select id, tenant_id, name, kind, value, trend_tenant, zone, raw_hash from sources_source where removed_at is null order by created_at, id`);

export type SourceRow = BoundRow & {
  readonly account_name: string;
  readonly silent_minutes: number | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly removed_at: Date | null;
  readonly last_heard_at: Date | null;
  readonly silent_since: Date | null;
  readonly record_count: number;
  readonly stored_count: number;
  readonly duplicate_count: number;
  readonly application_count: number;
  readonly device_count: number;
  readonly held_count: number;
};

export function selectSources(
  tx: Tx,
  filter: { readonly accountId?: string | undefined; readonly sourceId?: string | undefined },
): Promise<SourceRow[]> {
  return tx.rows(sql<SourceRow>`
    select s.*, a.name as account_name from sources_source s join customers_account a on a.tenant_id = s.tenant_id
    where true
      ${filter.accountId ? sql`and s.tenant_id = ${filter.accountId}` : sql``}
      ${filter.sourceId ? sql`and s.id = ${filter.sourceId}` : sql``}
    order by s.removed_at is not null, a.name, s.name, s.id limit 2000`);
}

export type NewRow = Pick<
  SourceRow,
  | 'id'
  | 'tenant_id'
  | 'name'
  | 'kind'
  | 'value'
  | 'trend_tenant'
  | 'zone'
  | 'silent_minutes'
  | 'raw_hash'
  | 'created_at'
  | 'created_by'
>;

export async function insertSource(tx: Tx, row: NewRow): Promise<void> {
  await tx.run(sql`
    insert into sources_source (tenant_id, id, name, kind, value, trend_tenant, zone, silent_minutes, raw_hash, created_at, created_by)
    values (${row.tenant_id}, ${row.id}, ${row.name}, ${row.kind}, ${row.value}, ${row.trend_tenant}, ${row.zone}, ${row.silent_minutes}, ${row.raw_hash},
      ${row.created_at}, ${row.created_by})`);
}

export async function updateSource(
  tx: Tx,
  row: Pick<SourceRow, 'tenant_id' | 'id' | 'name' | 'trend_tenant' | 'zone' | 'silent_minutes'>,
): Promise<void> {
  await tx.run(sql`
    update sources_source set name = ${row.name}, trend_tenant = ${row.trend_tenant}, zone = ${row.zone}, silent_minutes = ${row.silent_minutes}
    where tenant_id = ${row.tenant_id} and id = ${row.id}`);
}

/** Removal, and its undoing; whoever is removed is not silent. */
export async function setRemoved(tx: Tx, accountId: string, id: string, at: Date | null): Promise<void> {
  await tx.run(sql`
    update sources_source set removed_at = ${at}, silent_since = null where tenant_id = ${accountId} and id = ${id}`);
}

/** Another source that binds the same sender. */
export const selectRival = (
  tx: Tx,
  of: {
    readonly kind: string;
    readonly value: string;
    readonly trendTenant: string | null;
    readonly exceptId?: string;
  },
): Promise<{ name: string } | undefined> =>
  tx.first(sql<{ name: string }>`
    select name from sources_source
    where removed_at is null and kind = ${of.kind} and value = ${of.value} and coalesce(trend_tenant, '') = ${of.trendTenant ?? ''}
      ${of.exceptId ? sql`and id <> ${of.exceptId}` : sql``} limit 1`);

export type Tally = {
  id: string;
  records: number;
  stored: number;
  duplicate: number;
  application: number;
  device: number;
  held: number;
  roads: string[];
};

/** Adds what came, in the transaction of the records. @returns sources that had been silent */
export async function addTallies(
  tx: Tx,
  accountId: string,
  tallies: readonly Tally[],
  at: Date,
): Promise<{ id: string; name: string; was_silent: boolean }[]> {
  const rows = [...tallies].sort((a, b) => (a.id < b.id ? -1 : 1));
  return tx.rows(sql<{ id: string; name: string; was_silent: boolean }>`
    with before as (
      select s.id, s.silent_since is not null as was_silent from sources_source s
      where s.tenant_id = ${accountId} and s.id = any(${rows.map(({ id }) => id)}) order by s.id for no key update
    ), told as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as t(id uuid, records bigint, stored bigint, duplicate bigint, application bigint, device bigint, held bigint, roads text[])
    )
    update sources_source s set record_count = s.record_count + t.records, stored_count = s.stored_count + t.stored,
      duplicate_count = s.duplicate_count + t.duplicate, application_count = s.application_count + t.application,
      device_count = s.device_count + t.device, held_count = s.held_count + t.held,
      roads = case when s.roads @> t.roads then s.roads else array(select distinct unnest(s.roads || t.roads) order by 1) end,
      last_heard_at = greatest(s.last_heard_at, ${at}), silent_since = null
    from told t join before b on b.id = t.id
    where s.tenant_id = ${accountId} and s.id = t.id
    returning s.id, s.name, b.was_silent`);
}

export type SilentRow = {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly heard_at: Date;
  readonly silent_minutes: number;
};

/** Marks and gives the sources whose patience is over. */
export const markSilent = (tx: Tx, now: Date): Promise<SilentRow[]> =>
  tx.rows(sql<SilentRow>`
    update sources_source set silent_since = coalesce(last_heard_at, created_at)
    where removed_at is null and silent_since is null and silent_minutes is not null
      and coalesce(last_heard_at, created_at) + make_interval(mins => silent_minutes) <= ${now}
    returning id, tenant_id, name, coalesce(last_heard_at, created_at) as heard_at, silent_minutes`);

/** Ways on which events of the account came so far. Whoever brings a new one waits for others that do, so that no pair is missed. */
export async function selectRoads(tx: Tx, accountId: string): Promise<Set<string>> {
  const rows = await tx.rows(sql<{ road: string }>`
    select distinct unnest(roads) as road from sources_source where tenant_id = ${accountId}`);
  return new Set(rows.map(({ road }) => road));
}

export async function lockRoads(tx: Tx, accountId: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`sources.roads:${accountId}`}))`);
}

export type Like = {
  readonly id: string;
  readonly key: string;
  readonly road: string;
  readonly occurred_at: Date;
  readonly met: string[];
};

/** Detections by other roads that may be the same events, with the roads that have met them already. */
export const selectLikes = (
  tx: Tx,
  accountId: string,
  of: { readonly hostIds: readonly string[]; readonly keys: readonly string[]; readonly from: Date; readonly to: Date },
): Promise<Like[]> =>
  tx.rows(sql<Like>`
    select d.id, d.record->'foreign'->>'key' as key, d.record->'foreign'->>'road' as road, d.occurred_at,
      array(select p.road from sources_pair p where p.tenant_id = d.tenant_id and p.detection_id = d.id) as met
    from detections_detection d
    where d.tenant_id = ${accountId} and d.host_id = any(${of.hostIds}) and d.occurred_at >= ${of.from} and d.occurred_at <= ${of.to}
      and d.record->'foreign'->>'key' = any(${of.keys})
    order by d.occurred_at, d.id`);

export const selectMet = async (tx: Tx, accountId: string, eventIds: readonly string[]): Promise<Set<string>> =>
  new Set(
    (
      await tx.rows(sql<{ event_id: string }>`
        select event_id from sources_pair where tenant_id = ${accountId} and event_id = any(${eventIds})`)
    ).map(({ event_id: id }) => id),
  );

export async function insertPairs(
  tx: Tx,
  accountId: string,
  pairs: readonly { readonly detection_id: string; readonly road: string; readonly event_id: string }[],
  at: Date,
): Promise<void> {
  await tx.run(sql`
    insert into sources_pair (tenant_id, detection_id, road, event_id, met_at)
    select ${accountId}::uuid, p.detection_id, p.road, p.event_id, ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(detection_id uuid, road text, event_id uuid) on conflict do nothing`);
}

export async function forgetPairs(tx: Tx, before: Date): Promise<void> {
  await tx.run(sql`delete from sources_pair where met_at < ${before}`);
}

/** Of events that tell no time that can be believed: those that came before, within the last hours. */
export const selectKnownSince = async (
  tx: Tx,
  accountId: string,
  ids: readonly string[],
  since: Date,
): Promise<Set<string>> =>
  new Set(
    (
      await tx.rows(sql<{ id: string }>`
        select id from detections_detection where tenant_id = ${accountId} and occurred_at >= ${since} and id = any(${ids})`)
    ).map(({ id }) => id),
  );
