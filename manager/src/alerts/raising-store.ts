import type { AlertFile, AlertOverride } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

/** One group of detections as it goes into the table. */
export type Raised = {
  id: string;
  key: string;
  host_id: string;
  module: string;
  kind: string;
  definition_id: string;
  attack: string[];
  rule_id: string;
  rule_name: string;
  rule_name_ja: string | null;
  severity: number;
  title: string;
  subject: string | null;
  file: AlertFile | null;
  last_at: string;
  count: number;
  /** When the first of what it counts arrived, where that was before. */
  counted_from: string | null;
  flapping_since: string | null;
  first_detection_id: string;
  facts: Record<string, unknown>;
  /** All of it happened in maintenance: nobody is told. */
  is_muted: boolean;
};

const raisedColumns = sql.raw(
  'id uuid, key text, host_id uuid, module text, kind text, definition_id text, attack text[], rule_id text, rule_name text, rule_name_ja text, severity smallint, title text, subject text, file jsonb, last_at timestamptz, count integer, counted_from timestamptz, flapping_since timestamptz, first_detection_id uuid, facts jsonb',
);

export type BumpedRow = {
  grouping_key: string;
  id: string;
  number: number;
  is_muted: boolean;
  /** It was put aside, and is worse than it was then. */
  is_woken: boolean;
};

/**
 * Adds to the alerts that stand already; newer facts win, up to a hundred different ones. One that was to settle does not. One that was put aside
 * and becomes worse is taken up again.
 */
export async function bumpAlerts(tx: Tx, accountId: string, raised: readonly Raised[]): Promise<BumpedRow[]> {
  return tx.rows(
    sql<BumpedRow>`
    with r as materialized (select * from jsonb_to_recordset(${JSON.stringify(raised)}::jsonb) as r(${raisedColumns})),
    before as (
      select al.id, al.snoozed_until is not null and r.severity > al.severity as is_woken
      from alerts_alert al join r on al.grouping_key = r.key
      where al.tenant_id = ${accountId} and al.state <> 'closed' order by al.id for no key update of al
    )
    update alerts_alert al set
      detection_count = al.detection_count + r.count, last_detected_at = greatest(al.last_detected_at, r.last_at), severity = greatest(al.severity, r.severity),
      settles_at = null, snoozed_until = case when b.is_woken then null else al.snoozed_until end,
      snooze_reason = case when b.is_woken then null else al.snooze_reason end,
      facts = case when (select count(*) from jsonb_object_keys(al.facts || r.facts)) <= 100 then al.facts || (r.facts - 'maintenanceId') else al.facts end
    from r, before b
    where al.tenant_id = ${accountId} and al.grouping_key = r.key and al.state <> 'closed' and b.id = al.id
    returning al.grouping_key, al.id, al.number, al.facts ? 'maintenanceId' as is_muted, b.is_woken`,
    'alerts.bump',
  );
}

/** Takes `count` numbers of the account. @returns the last of them */
export async function takeNumbers(tx: Tx, accountId: string, count: number): Promise<number> {
  const row = await tx.one(sql<{ last_number: number }>`
    insert into alerts_counter (tenant_id, last_number) values (${accountId}, ${count})
    on conflict (tenant_id) do update set last_number = alerts_counter.last_number + ${count}
    returning last_number`);
  return row.last_number;
}

export async function insertAlerts(
  tx: Tx,
  accountId: string,
  raised: readonly (Raised & { number: number })[],
  openedAt: Date,
): Promise<void> {
  await tx.run(sql`
    insert into alerts_alert (tenant_id, id, number, host_id, grouping_key, module, kind, definition_id, attack, rule_id, rule_name, rule_name_ja, severity, title, subject, file, state, opened_at, last_detected_at, detection_count, counted_from, flapping_since, first_detection_id, facts)
    select ${accountId}::uuid, r.id, r.number, r.host_id, r.key, r.module, r.kind, r.definition_id, coalesce(r.attack, '{}'), r.rule_id, r.rule_name, r.rule_name_ja, r.severity, r.title, r.subject, r.file, 'open', ${openedAt}::timestamptz, r.last_at, r.count, r.counted_from, r.flapping_since, r.first_detection_id, r.facts
    from jsonb_to_recordset(${JSON.stringify(raised)}::jsonb) as r(${raisedColumns}, number integer)`);
}

/** What began in maintenance goes on outside it: from now on it is an alert as others. */
export async function unmute(tx: Tx, accountId: string, alertId: string): Promise<void> {
  await tx.run(sql`
    update alerts_alert set facts = facts - 'maintenanceId' where tenant_id = ${accountId} and id = ${alertId}`);
}

export type PendingGroup = { readonly key: string; readonly count: number; readonly since: string };

/**
 * Counts what arrived for groups whose threshold is more than one, and what came before within their time.
 * @returns of each group the count with this arrival, and when its first arrived
 */
export async function addPending(
  tx: Tx,
  accountId: string,
  groups: readonly PendingGroup[],
  arrival: { readonly at: Date; readonly id: string },
): Promise<{ key: string; count: number; first_at: Date }[]> {
  await tx.run(sql`
    insert into alerts_pending (tenant_id, grouping_key, at, id, count)
    select ${accountId}::uuid, g.key, ${arrival.at}::timestamptz, ${arrival.id}::uuid, g.count
    from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) as g(key text, count integer)`);
  return tx.rows(sql<{ key: string; count: number; first_at: Date }>`
    select g.key, sum(p.count)::integer as count, min(p.at) as first_at
    from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) as g(key text, since timestamptz)
    join alerts_pending p on p.tenant_id = ${accountId} and p.grouping_key = g.key and p.at > g.since
    group by g.key`);
}

/** They are counted by their alert now. */
export async function dropPending(tx: Tx, accountId: string, keys: readonly string[]): Promise<void> {
  await tx.run(sql`
    delete from alerts_pending where tenant_id = ${accountId} and grouping_key = any(${[...keys]})`);
}

export async function dropPendingBefore(tx: Tx, at: Date): Promise<void> {
  await tx.run(sql`delete from alerts_pending where at < ${at}`);
}

/** How often alerts of these groups resolved since their times: what came and went so often flaps. */
export async function countResolved(
  tx: Tx,
  accountId: string,
  groups: readonly { readonly key: string; readonly since: string }[],
): Promise<{ key: string; count: number }[]> {
  return tx.rows(sql<{ key: string; count: number }>`
    select g.key, count(*)::integer as count
    from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) as g(key text, since timestamptz)
    join alerts_alert al on al.tenant_id = ${accountId} and al.grouping_key = g.key and al.closing = 'resolved' and al.closed_at > g.since
    group by g.key`);
}

export type OverrideRow = {
  tenant_id: string;
  definition_id: string;
  override: Pick<AlertOverride, 'threshold' | 'holdMinutes' | 'isOff'>;
  reason: string;
  updated_at: Date;
  updated_by: string;
};

export function selectOverrides(tx: Tx, accountId?: string): Promise<OverrideRow[]> {
  return tx.rows(sql<OverrideRow>`
    select tenant_id, definition_id, override, reason, updated_at, updated_by from alerts_override
    ${accountId === undefined ? sql`` : sql`where tenant_id = ${accountId}`}`);
}

export async function upsertOverride(tx: Tx, row: OverrideRow): Promise<void> {
  await tx.run(sql`
    insert into alerts_override (tenant_id, definition_id, override, reason, updated_at, updated_by)
    values (${row.tenant_id}, ${row.definition_id}, ${JSON.stringify(row.override)}::jsonb, ${row.reason}, ${row.updated_at}, ${row.updated_by})
    on conflict (tenant_id, definition_id) do update set
      override = excluded.override, reason = excluded.reason, updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

export async function deleteOverride(tx: Tx, accountId: string, definitionId: string): Promise<boolean> {
  const count = await tx.run(
    sql`delete from alerts_override where tenant_id = ${accountId} and definition_id = ${definitionId}`,
  );
  return count > 0;
}
