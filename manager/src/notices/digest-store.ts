import type { AlertFile } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type DigestRow = {
  tenant_id: string;
  contact_id: string;
  singles_max: number | null;
  window_minutes: number | null;
  window_from: Date;
  singles: number;
  due_at: Date | null;
};
const digestColumns = sql.raw('tenant_id, contact_id, singles_max, window_minutes, window_from, singles, due_at');

/** The state of these contacts, made where there is none, and locked: whoever writes letters to them does so one after another. */
export async function lockDigests(
  tx: Tx,
  accountId: string,
  contactIds: readonly string[],
  now: Date,
): Promise<Map<string, DigestRow>> {
  const rows = await tx.rows(sql<DigestRow>`
    insert into notices_digest (tenant_id, contact_id, window_from)
    select ${accountId}::uuid, c, ${now}::timestamptz from unnest(${[...contactIds].sort()}::uuid[]) c
    on conflict (tenant_id, contact_id) do update set contact_id = excluded.contact_id
    returning ${digestColumns}`);
  return new Map(rows.map((row) => [row.contact_id, row]));
}

export async function saveDigest(tx: Tx, row: DigestRow): Promise<void> {
  await tx.run(sql`
    update notices_digest set window_from = ${row.window_from}, singles = ${row.singles}, due_at = ${row.due_at}
    where tenant_id = ${row.tenant_id} and contact_id = ${row.contact_id}`);
}

export async function saveDigestSettings(
  tx: Tx,
  accountId: string,
  contactId: string,
  settings: { readonly singlesMax: number | null; readonly windowMinutes: number | null },
  now: Date,
): Promise<void> {
  await tx.run(sql`
    insert into notices_digest (tenant_id, contact_id, singles_max, window_minutes, window_from)
    values (${accountId}, ${contactId}, ${settings.singlesMax}, ${settings.windowMinutes}, ${now})
    on conflict (tenant_id, contact_id) do update set singles_max = excluded.singles_max, window_minutes = excluded.window_minutes`);
}

export function selectDigests(tx: Tx, accountId: string): Promise<(DigestRow & { held: number })[]> {
  return tx.rows(sql<DigestRow & { held: number }>`
    select d.*, (select count(*)::integer from notices_held h where h.tenant_id = d.tenant_id and h.contact_id = d.contact_id and h.notice_id is null) as held
    from (select ${digestColumns} from notices_digest where tenant_id = ${accountId}) d`);
}

export function selectDueDigests(
  tx: Tx,
  now: Date,
  limit: number,
): Promise<{ tenant_id: string; contact_id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; contact_id: string }>`
    select tenant_id, contact_id from notices_digest where due_at <= ${now} order by due_at limit ${limit}`);
}

/** Undefined where somebody else has it, or has told it already. */
export function takeDueDigest(tx: Tx, accountId: string, contactId: string, now: Date): Promise<DigestRow | undefined> {
  return tx.first(sql<DigestRow>`
    select ${digestColumns} from notices_digest
    where tenant_id = ${accountId} and contact_id = ${contactId} and due_at <= ${now} for update skip locked`);
}

export type HeldRow = { id: string; contactId: string; alertId: string; event: string; at: string };

export async function insertHeld(tx: Tx, accountId: string, rows: readonly HeldRow[]): Promise<void> {
  await tx.run(sql`
    insert into notices_held (tenant_id, id, contact_id, alert_id, event, at)
    select ${accountId}::uuid, h.id, h."contactId", h."alertId", h.event, h.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as h(id uuid, "contactId" uuid, "alertId" uuid, event text, at timestamptz)`);
}

/** Contacts to whom a letter could not be sent yet. */
export async function selectFailing(tx: Tx, accountId: string, contactIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.rows(sql<{ contact_id: string }>`
    select distinct contact_id from notices_notice
    where tenant_id = ${accountId} and contact_id = any(${[...contactIds]}::uuid[]) and state = 'waiting' and last_error is not null`);
  return new Set(rows.map((row) => row.contact_id));
}

/**
 * Takes back the contact's letters about alerts that could not be sent: what they tell is told by the digest instead. One that is being sent at
 * this moment has no error on it (`claimNotice`) and is left alone, so that nothing is told twice.
 * @returns how many
 */
export async function foldWaiting(tx: Tx, accountId: string, contactId: string): Promise<number> {
  const folded = await tx.rows(sql<{ id: string; kind: string; alert_id: string | null; created_at: Date }>`
    update notices_notice set state = 'digested', next_attempt_at = null
    where tenant_id = ${accountId} and id in (
      select id from notices_notice where tenant_id = ${accountId} and contact_id = ${contactId} and state = 'waiting' and last_error is not null
        and kind in ('alert.opened', 'alert.resolved', 'alert.digest') for update skip locked)
    returning id, kind, alert_id, created_at`);
  const ids = folded.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx.run(sql`
    update notices_held set notice_id = null where tenant_id = ${accountId} and notice_id = any(${ids}::uuid[])`);
  // The letter's own id: a letter that is folded is held once.
  await insertHeld(
    tx,
    accountId,
    folded.flatMap(({ id, kind, alert_id: alertId, created_at: at }) =>
      alertId === null || kind === 'alert.digest'
        ? []
        : [{ id, contactId, alertId, event: kind.slice('alert.'.length), at: at.toISOString() }],
    ),
  );
  return ids.length;
}

/** @returns how many are told by it */
export async function markTold(tx: Tx, accountId: string, contactId: string, noticeId: string): Promise<number> {
  return tx.run(sql`
    update notices_held set notice_id = ${noticeId} where tenant_id = ${accountId} and contact_id = ${contactId} and notice_id is null`);
}

export type HeldTotals = {
  opened: number;
  resolved: number;
  detections: number;
  severity: number | null;
  first_at: Date | null;
  last_at: Date | null;
};
export type HeldCount = { alerts: number; detections: number };
export type HeldRule = HeldCount & { rule_name: string | null; rule_name_ja: string | null; module: string | null };
export type HeldHost = HeldCount & { host_name: string | null };
export type HeldSeverity = HeldCount & { severity: number };
export type HeldAlert = {
  id: string;
  number: number;
  host_name: string;
  kind: string;
  rule_id: string;
  rule_name: string;
  rule_name_ja: string | null;
  subject: string | null;
  file: AlertFile | null;
  severity: number;
};

/** Every alert that is held for the contact, once. */
const heldAlerts = (accountId: string, contactId: string) => sql`
  (select h.alert_id, bool_or(h.event = 'opened') as opened, bool_or(h.event = 'resolved') as resolved, min(h.at) as first_at, max(h.at) as last_at
   from notices_held h where h.tenant_id = ${accountId} and h.contact_id = ${contactId} and h.notice_id is null group by h.alert_id) h
  left join alerts_for_notices a on a.tenant_id = ${accountId} and a.id = h.alert_id`;

export function countHeld(tx: Tx, accountId: string, contactId: string): Promise<HeldTotals> {
  return tx.one(sql<HeldTotals>`
    select count(*) filter (where h.opened)::integer as opened, count(*) filter (where h.resolved)::integer as resolved,
      coalesce(sum(a.detection_count) filter (where h.opened), 0)::bigint as detections, max(a.severity) filter (where h.opened) as severity,
      min(h.first_at) as first_at, max(h.last_at) as last_at
    from ${heldAlerts(accountId, contactId)}`);
}

export function heldBySeverity(tx: Tx, accountId: string, contactId: string): Promise<HeldSeverity[]> {
  return tx.rows(sql<HeldSeverity>`
    select a.severity, count(*)::integer as alerts, sum(a.detection_count)::bigint as detections
    from ${heldAlerts(accountId, contactId)} where h.opened and a.id is not null group by a.severity order by a.severity desc`);
}

export function heldByRule(tx: Tx, accountId: string, contactId: string, limit: number): Promise<HeldRule[]> {
  return tx.rows(sql<HeldRule>`
    select a.module, max(a.rule_name) as rule_name, max(a.rule_name_ja) as rule_name_ja, count(*)::integer as alerts, sum(a.detection_count)::bigint as detections
    from ${heldAlerts(accountId, contactId)} where h.opened and a.id is not null
    group by a.module, a.rule_id order by count(*) desc, a.module, a.rule_id limit ${limit}`);
}

export function heldByHost(tx: Tx, accountId: string, contactId: string, limit: number): Promise<HeldHost[]> {
  return tx.rows(sql<HeldHost>`
    select n.name as host_name, count(*)::integer as alerts, sum(a.detection_count)::bigint as detections
    from ${heldAlerts(accountId, contactId)} left join hosts_named n on n.tenant_id = a.tenant_id and n.id = a.host_id
    where h.opened and a.id is not null group by a.host_id, n.name order by count(*) desc, n.name limit ${limit}`);
}

/** The gravest, the oldest first. */
export function heldForemost(tx: Tx, accountId: string, contactId: string, limit: number): Promise<HeldAlert[]> {
  return tx.rows(sql<HeldAlert>`
    select a.id, a.number, coalesce(n.name, '') as host_name, a.kind, a.rule_id, a.rule_name, a.rule_name_ja, a.subject, a.file, a.severity
    from ${heldAlerts(accountId, contactId)} left join hosts_named n on n.tenant_id = a.tenant_id and n.id = a.host_id
    where h.opened and a.id is not null order by a.severity desc, a.number limit ${limit}`);
}
