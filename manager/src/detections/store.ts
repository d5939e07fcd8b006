import type { Detection } from '@sakimori/contract';
import { type Cursor, sql, TextColumn, type Tx } from '../platform/index.ts';
import { detectionOfRow, type KeptRow, type Keyed, keptColumns, textsOf, writtenColumns } from './row.ts';

const names = Object.keys(writtenColumns).join(', ');
const values = Object.values(writtenColumns).map((type, index) => `unnest($${index + 4}::text[])::${type}`);
/** The ids come back only where some of the rows were there before. */
const insertion = `
  with stored as (
    insert into detections_detection (tenant_id, received_at, ${names})
    select $1::uuid, $2::timestamptz, ${values.join(', ')}
    on conflict do nothing
    returning id
  )
  select case when count(*) < $3::integer then coalesce(array_agg(id), '{}') end as ids from stored`;
/** Of one row, by column: what most rows need. */
const bytesOfColumn = 48;

/**
 * Writes detections in one statement: what was stored by an earlier sending stays as it is.
 * @returns ids of the rows that are new, or `all`
 */
export async function insertDetections(
  tx: Tx,
  accountId: string,
  rows: readonly Keyed[],
  receivedAt: Date,
): Promise<ReadonlySet<string> | 'all'> {
  const columns = values.map(() => new TextColumn(rows.length * bytesOfColumn));
  for (const row of rows) {
    const texts = textsOf(row);
    for (let index = 0; index < columns.length; index += 1) columns[index]!.add(texts[index]);
  }
  const given = [accountId, receivedAt, rows.length, ...columns.map(({ parameter }) => parameter)];
  const { ids } = (
    await tx.client.query<{ ids: string[] | null }>({ name: 'detections.insert', text: insertion, values: given })
  ).rows[0]!;
  return ids === null ? 'all' : new Set(ids);
}

export type HourlyCount = {
  hour: string;
  host_id: string;
  module: string;
  rule_id: string;
  rule_name: string;
  rule_name_ja: string | null;
  severity: number;
  action: string;
  action_result: string;
  mode: string;
  count: number;
};

/** Adds to the roll-ups, and keeps the names of rules that are new or were renamed. */
export async function addHourly(tx: Tx, accountId: string, counts: readonly HourlyCount[]): Promise<void> {
  await tx.run(
    sql`
    with counted as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb)
        as c(hour timestamptz, host_id uuid, module text, rule_id text, rule_name text, rule_name_ja text, severity smallint, action text, action_result text, mode text, count bigint)
    ), named as (
      insert into detections_rule (tenant_id, module, rule_id, name, name_ja)
      select distinct on (c.module, c.rule_id) ${accountId}::uuid, c.module, c.rule_id, c.rule_name, c.rule_name_ja
      from counted c
      where not exists (
        select from detections_rule r where r.tenant_id = ${accountId} and r.module = c.module and r.rule_id = c.rule_id
          and r.name = c.rule_name and r.name_ja is not distinct from c.rule_name_ja)
      order by c.module, c.rule_id, c.hour desc
      on conflict (tenant_id, module, rule_id) do update set name = excluded.name, name_ja = excluded.name_ja
    )
    insert into detections_hourly (tenant_id, hour, host_id, module, rule_id, severity, action, action_result, mode, count)
    select ${accountId}::uuid, hour, host_id, module, rule_id, severity, action, action_result, mode, count from counted
    on conflict (tenant_id, hour, host_id, module, rule_id, severity, action, action_result, mode)
    do update set count = detections_hourly.count + excluded.count`,
    'detections.hourly',
  );
}

export type DetectionFilter = {
  readonly accountId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly module?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly alertId?: string | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
};
export type DetectionRow = { record: Detection; host_name: string; received_at: Date; occurred_at: Date; id: string };

/**
 * Newest first. An alert's detections are those of its grouping key that arrived between its opening and its end. Each account gives its newest
 * by its own index, so that a page of all accounts costs no sort of everything.
 */
export async function selectDetections(tx: Tx, filter: DetectionFilter): Promise<DetectionRow[]> {
  const ofAlert = filter.alertId
    ? sql`join alerts_span s on s.tenant_id = d.tenant_id and s.id = ${filter.alertId} and d.alert_key = s.grouping_key
        and d.received_at >= s.opened_at and (s.closed_at is null or d.received_at <= s.closed_at)`
    : sql``;
  const rows = await tx.rows(sql<KeptRow & Omit<DetectionRow, 'record'>>`
    select ${sql.raw(keptColumns)}, h.name as host_name, d.received_at
    from customers_account a
    cross join lateral (
      select d.* from detections_detection d ${ofAlert}
      where d.tenant_id = a.tenant_id
        ${filter.hostId ? sql`and d.host_id = ${filter.hostId}` : sql``}
        ${filter.module ? sql`and d.module = ${filter.module}` : sql``}
        ${filter.from ? sql`and d.occurred_at >= ${filter.from}` : sql``}
        ${filter.to ? sql`and d.occurred_at < ${filter.to}` : sql``}
        ${filter.after ? sql`and (d.occurred_at, d.id) < (${filter.after.at}, ${filter.after.id})` : sql``}
      order by d.occurred_at desc, d.id desc
      limit ${filter.limit + 1}
    ) d
    join hosts_named h on h.tenant_id = d.tenant_id and h.id = d.host_id
    ${filter.accountId ? sql`where a.tenant_id = ${filter.accountId}` : sql``}
    order by d.occurred_at desc, d.id desc
    limit ${filter.limit + 1}`);
  return rows.map((row) => ({ ...row, record: detectionOfRow(row) }));
}

/** Two processes that start at the same moment make months one after the other. */
export async function lockMonths(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('detections.months'))`);
}

export async function makeMonth(tx: Tx, at: Date): Promise<void> {
  await tx.run(sql`select detections_make_month((${at}::timestamptz at time zone 'UTC')::date)`);
}

export async function dropBefore(tx: Tx, at: Date): Promise<number> {
  return (await tx.one(sql<{ dropped: number }>`select detections_drop_before(${at}::date) as dropped`)).dropped;
}

export type IntrusionCount = {
  rule_id: string;
  name: string;
  name_ja: string | null;
  severity: number;
  blocked: number;
  detected: number;
};

/** What intrusion prevention found on a host, by rule, the most frequent first; a detection may stand for several alerts. */
export function selectIntrusionCounts(
  tx: Tx,
  { accountId, hostId, since }: { accountId: string; hostId: string; since: Date },
): Promise<IntrusionCount[]> {
  return tx.rows(sql<IntrusionCount>`
    select rule_id, max(record->'rule'->>'name') as name, max(record->'rule'->>'nameJa') as name_ja, max(severity) as severity,
      coalesce(sum(times) filter (where action = 'denied'), 0)::bigint as blocked,
      coalesce(sum(times) filter (where action <> 'denied'), 0)::bigint as detected
    from (
      select rule_id, severity, action, record, coalesce((record->'facts'->>'count')::bigint, 1) as times from detections_detection
      where tenant_id = ${accountId} and host_id = ${hostId} and occurred_at >= ${since} and module = 'intrusion' and kind = 'intrusion.matched'
    ) as found
    group by rule_id order by sum(times) desc, rule_id limit 1000`);
}
