import type { AlertFile, AlertStep } from '@sakimori/contract';
import { type Cursor, sql, type Tx } from '../platform/index.ts';

export type AlertRow = {
  tenant_id: string;
  id: string;
  number: number;
  account_name: string;
  host_id: string;
  host_name: string;
  grouping_key: string;
  module: string;
  kind: string;
  rule_id: string;
  rule_name: string;
  rule_name_ja: string | null;
  severity: number;
  title: string;
  subject: string | null;
  file: AlertFile | null;
  state: 'open' | 'acknowledged' | 'closed';
  closing: string | null;
  opened_at: Date;
  last_detected_at: Date;
  closed_at: Date | null;
  detection_count: number;
  first_detection_id: string;
  facts: Record<string, string | number | boolean>;
};

export type AlertFilter = {
  readonly accountId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly state?: 'open' | 'acknowledged' | 'closed' | 'unclosed' | undefined;
  readonly severity?: number | undefined;
  readonly module?: string | undefined;
  readonly alertId?: string | undefined;
  readonly alertIds?: readonly string[] | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
};

const stateIs = (state: AlertFilter['state']) => {
  if (state === undefined) return sql``;
  return state === 'unclosed' ? sql`and al.state <> 'closed'` : sql`and al.state = ${state}`;
};

/** Newest first, one more than `limit` so that the caller knows whether there is a next page. */
export function selectAlerts(tx: Tx, filter: AlertFilter): Promise<AlertRow[]> {
  return tx.rows(sql<AlertRow>`
    select al.tenant_id, al.id, al.number, ac.name as account_name, al.host_id, h.name as host_name, al.grouping_key, al.module, al.kind, al.rule_id, al.rule_name, al.rule_name_ja, al.severity,
      al.title, al.subject, al.file, al.state, al.closing, al.opened_at, al.last_detected_at, al.closed_at, al.detection_count, al.first_detection_id, al.facts
    from alerts_alert al
    join customers_account ac on ac.tenant_id = al.tenant_id
    join hosts_named h on h.tenant_id = al.tenant_id and h.id = al.host_id
    where true ${stateIs(filter.state)}
      ${filter.accountId ? sql`and al.tenant_id = ${filter.accountId}` : sql``}
      ${filter.hostId ? sql`and al.host_id = ${filter.hostId}` : sql``}
      ${filter.alertId ? sql`and al.id = ${filter.alertId}` : sql``}
      ${filter.alertIds ? sql`and al.id = any(${[...filter.alertIds]})` : sql``}
      ${filter.severity ? sql`and al.severity = ${filter.severity}` : sql``}
      ${filter.module ? sql`and al.module = ${filter.module}` : sql``}
      ${filter.after ? sql`and (al.opened_at, al.id) < (${filter.after.at}, ${filter.after.id})` : sql``}
    order by al.opened_at desc, al.id desc
    limit ${filter.limit + 1}`);
}

/** The alert, locked until the transaction ends, so that two people cannot both take it. */
export async function lockAlert(
  tx: Tx,
  alertId: string,
): Promise<{ tenant_id: string; state: AlertRow['state'] } | undefined> {
  return tx.first(
    sql<{
      tenant_id: string;
      state: AlertRow['state'];
    }>`select tenant_id, state from alerts_alert where id = ${alertId} for update`,
  );
}

export async function setState(
  tx: Tx,
  accountId: string,
  alertId: string,
  change: { state: AlertRow['state']; closing: string | null; closedAt: Date | null },
): Promise<void> {
  await tx.run(
    sql`update alerts_alert set state = ${change.state}, closing = ${change.closing}, closed_at = ${change.closedAt} where tenant_id = ${accountId} and id = ${alertId}`,
  );
}

/** One group of detections as it goes into the table. */
export type Raised = {
  id: string;
  key: string;
  host_id: string;
  module: string;
  kind: string;
  rule_id: string;
  rule_name: string;
  rule_name_ja: string | null;
  severity: number;
  title: string;
  subject: string | null;
  file: AlertFile | null;
  last_at: string;
  count: number;
  first_detection_id: string;
  facts: Record<string, unknown>;
  /** All of it happened in maintenance: nobody is told. */
  is_muted: boolean;
};

const raisedColumns = sql.raw(
  'id uuid, key text, host_id uuid, module text, kind text, rule_id text, rule_name text, rule_name_ja text, severity smallint, title text, subject text, file jsonb, last_at timestamptz, count integer, first_detection_id uuid, facts jsonb',
);

/** Adds to the alerts that stand already; newer facts win, up to a hundred different ones. @returns their keys */
export async function bumpAlerts(
  tx: Tx,
  accountId: string,
  raised: readonly Raised[],
): Promise<{ grouping_key: string; id: string; number: number; is_muted: boolean }[]> {
  return tx.rows(sql<{ grouping_key: string; id: string; number: number; is_muted: boolean }>`
    update alerts_alert al set
      detection_count = al.detection_count + r.count, last_detected_at = greatest(al.last_detected_at, r.last_at), severity = greatest(al.severity, r.severity), 
      facts = case when (select count(*) from jsonb_object_keys(al.facts || r.facts)) <= 100 then al.facts || (r.facts - 'maintenanceId') else al.facts end
    from jsonb_to_recordset(${JSON.stringify(raised)}::jsonb) as r(${raisedColumns})
    where al.tenant_id = ${accountId} and al.grouping_key = r.key and al.state <> 'closed'
    returning al.grouping_key, al.id, al.number, al.facts ? 'maintenanceId' as is_muted`);
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
    insert into alerts_alert (tenant_id, id, number, host_id, grouping_key, module, kind, rule_id, rule_name, rule_name_ja, severity, title, subject, file, state, opened_at, last_detected_at, detection_count, first_detection_id, facts)
    select ${accountId}::uuid, r.id, r.number, r.host_id, r.key, r.module, r.kind, r.rule_id, r.rule_name, r.rule_name_ja, r.severity, r.title, r.subject, r.file, 'open', ${openedAt}::timestamptz, r.last_at, r.count, r.first_detection_id, r.facts
    from jsonb_to_recordset(${JSON.stringify(raised)}::jsonb) as r(${raisedColumns}, number integer)`);
}

export type NewStep = {
  readonly alertId: string;
  readonly id: string;
  readonly at: Date;
  readonly kind: AlertStep['kind'];
  readonly by: string;
  readonly note?: string | undefined;
  readonly facts?: AlertStep['facts'];
};

export async function insertSteps(tx: Tx, accountId: string, steps: readonly NewStep[]): Promise<void> {
  const rows = steps.map((step) => ({
    alert_id: step.alertId,
    id: step.id,
    at: step.at.toISOString(),
    kind: step.kind,
    by_name: step.by,
    note: step.note ?? null,
    facts: step.facts ?? null,
  }));
  await tx.run(sql`
    insert into alerts_step (tenant_id, alert_id, id, at, kind, by_name, note, facts)
    select ${accountId}::uuid, s.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as s(alert_id uuid, id uuid, at timestamptz, kind text, by_name text, note text, facts jsonb)`);
}

export type StepRow = {
  id: string;
  at: Date;
  kind: AlertStep['kind'];
  by_name: string;
  note: string | null;
  facts: AlertStep['facts'] | null;
};
export function selectSteps(tx: Tx, accountId: string, alertId: string): Promise<StepRow[]> {
  return tx.rows(sql<StepRow>`
    select id, at, kind, by_name, note, facts from alerts_step where tenant_id = ${accountId} and alert_id = ${alertId} order by at, id limit 500`);
}

export async function findUnclosed(tx: Tx, accountId: string, key: string): Promise<{ id: string } | undefined> {
  return tx.first(
    sql<{
      id: string;
    }>`select id from alerts_alert where tenant_id = ${accountId} and grouping_key = ${key} and state <> 'closed' for update`,
  );
}

export async function mergeFacts(
  tx: Tx,
  accountId: string,
  alertId: string,
  facts: Record<string, unknown>,
): Promise<void> {
  await tx.run(
    sql`update alerts_alert set facts = facts || ${JSON.stringify(facts)}::jsonb where tenant_id = ${accountId} and id = ${alertId}`,
  );
}

/** What began in maintenance goes on outside it: from now on it is an alert as others. */
export async function unmute(tx: Tx, accountId: string, alertId: string): Promise<void> {
  await tx.run(sql`
    update alerts_alert set facts = facts - 'maintenanceId' where tenant_id = ${accountId} and id = ${alertId}`);
}

export async function countOpen(tx: Tx, accountId: string): Promise<{ severity: number; count: number }[]> {
  return tx.rows(sql<{ severity: number; count: number }>`
    select severity, count(*) as count from alerts_alert where tenant_id = ${accountId} and state <> 'closed' group by severity order by severity desc`);
}
