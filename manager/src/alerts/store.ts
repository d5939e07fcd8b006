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
  definition_id: string | null;
  attack: string[];
  snoozed_until: Date | null;
  snooze_reason: string | null;
  flapping_since: Date | null;
};

export type AlertFilter = {
  readonly accountId?: string | undefined;
  readonly hostId?: string | undefined;
  readonly state?: 'open' | 'acknowledged' | 'closed' | 'unclosed' | undefined;
  readonly severity?: number | undefined;
  readonly module?: string | undefined;
  readonly definitionId?: string | undefined;
  readonly attack?: string | undefined;
  readonly snoozed?: boolean | undefined;
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
      al.title, al.subject, al.file, al.state, al.closing, al.opened_at, al.last_detected_at, al.closed_at, al.detection_count, al.first_detection_id, al.facts,
      al.definition_id, al.attack, al.snoozed_until, al.snooze_reason, al.flapping_since
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
      ${filter.definitionId ? sql`and al.definition_id = ${filter.definitionId}` : sql``}
      ${filter.attack ? sql`and (${filter.attack} = any (al.attack) or exists (select from unnest(al.attack) t where t like ${`${filter.attack}.%`}))` : sql``}
      ${filter.snoozed === undefined ? sql`` : filter.snoozed ? sql`and al.snoozed_until is not null` : sql`and al.snoozed_until is null`}
      ${filter.after ? sql`and (al.opened_at, al.id) < (${filter.after.at}, ${filter.after.id})` : sql``}
    order by al.opened_at desc, al.id desc
    limit ${filter.limit + 1}`);
}

/** The alert, locked until the transaction ends, so that two people cannot both take it. */
export async function lockAlert(
  tx: Tx,
  alertId: string,
): Promise<Pick<AlertRow, 'tenant_id' | 'state' | 'snoozed_until'> | undefined> {
  return tx.first(sql<Pick<AlertRow, 'tenant_id' | 'state' | 'snoozed_until'>>`
    select tenant_id, state, snoozed_until from alerts_alert where id = ${alertId} for update`);
}

export async function setState(
  tx: Tx,
  accountId: string,
  alertId: string,
  change: { state: AlertRow['state']; closing: string | null; closedAt: Date | null },
): Promise<void> {
  await tx.run(
    sql`update alerts_alert set state = ${change.state}, closing = ${change.closing}, closed_at = ${change.closedAt}, snoozed_until = null, snooze_reason = null, settles_at = null where tenant_id = ${accountId} and id = ${alertId}`,
  );
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

export type EndingRow = {
  id: string;
  number: number;
  flapping_since: Date | null;
  settles_at: Date | null;
  definition_id: string | null;
  first_detection_id: string;
};
const endingColumns = sql.raw('id, number, flapping_since, settles_at, definition_id, first_detection_id');

export async function findUnclosed(tx: Tx, accountId: string, key: string): Promise<EndingRow | undefined> {
  return tx.first(sql<EndingRow>`
    select ${endingColumns} from alerts_alert
    where tenant_id = ${accountId} and grouping_key = ${key} and state <> 'closed' for update`);
}

/** What a sign of recovery ends: alerts of the definition on that host and of that subject, unless something came after it. */
export function findRecovered(
  tx: Tx,
  accountId: string,
  sign: {
    readonly definitionId: string;
    readonly hostId: string;
    readonly subject: string | null;
    readonly at: string;
  },
): Promise<EndingRow[]> {
  return tx.rows(sql<EndingRow>`
    select ${endingColumns} from alerts_alert
    where tenant_id = ${accountId} and definition_id = ${sign.definitionId} and host_id = ${sign.hostId} and state <> 'closed'
      and subject is not distinct from ${sign.subject} and last_detected_at <= ${sign.at}
    order by id for update`);
}

export async function setSettles(tx: Tx, accountId: string, alertId: string, at: Date): Promise<void> {
  await tx.run(sql`update alerts_alert set settles_at = ${at} where tenant_id = ${accountId} and id = ${alertId}`);
}

/** Alerts that flapped and have been well for long enough. */
export function selectSettled(tx: Tx, now: Date, limit: number): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from alerts_alert where settles_at <= ${now} and state <> 'closed' order by settles_at limit ${limit}`);
}

/** Alerts of a definition of which nothing more came since. */
export function selectQuiet(
  tx: Tx,
  definitionId: string,
  before: Date,
  limit: number,
): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from alerts_alert
    where definition_id = ${definitionId} and state <> 'closed' and last_detected_at < ${before} and opened_at < ${before}
    order by last_detected_at limit ${limit}`);
}

/** The alert, locked, unless it was closed or something came after all. */
export function lockEnding(
  tx: Tx,
  accountId: string,
  alertId: string,
  due: { readonly settledBy?: Date; readonly quietSince?: Date },
): Promise<EndingRow | undefined> {
  return tx.first(sql<EndingRow>`
    select ${endingColumns} from alerts_alert where tenant_id = ${accountId} and id = ${alertId} and state <> 'closed'
      ${due.settledBy ? sql`and settles_at <= ${due.settledBy}` : sql``}
      ${due.quietSince ? sql`and last_detected_at < ${due.quietSince}` : sql``}
    for update`);
}

export async function setSnooze(
  tx: Tx,
  accountId: string,
  alertId: string,
  snooze: { readonly until: Date; readonly reason: string } | null,
): Promise<void> {
  await tx.run(sql`
    update alerts_alert set snoozed_until = ${snooze?.until ?? null}, snooze_reason = ${snooze?.reason ?? null}
    where tenant_id = ${accountId} and id = ${alertId}`);
}

/** Alerts that were put aside until now. */
export function selectWaking(tx: Tx, now: Date, limit: number): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from alerts_alert
    where snoozed_until <= ${now} and state <> 'closed' order by snoozed_until limit ${limit}`);
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

export async function countOpen(tx: Tx, accountId: string): Promise<{ severity: number; count: number }[]> {
  return tx.rows(sql<{ severity: number; count: number }>`
    select severity, count(*) as count from alerts_alert where tenant_id = ${accountId} and state <> 'closed' group by severity order by severity desc`);
}
