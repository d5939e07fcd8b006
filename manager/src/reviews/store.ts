import type { Escalation, ReviewExclusion, ReviewItem, ReviewSheet, ReviewVerdict } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

/** Looked at by somebody: what no rule leaves out, and the sample of what one does. */
const isDue = sql.raw('(i.exclusion is null or i.is_sample)');

export type SheetRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  business_day: string;
  days: string[];
  covers_from: Date;
  covers_to: Date;
  made_at: Date;
  due_at: Date;
  clause: string;
  edition: string;
  state: ReviewSheet['state'];
  finished_at: Date | null;
  items: number;
  due: number;
  reviewed: number;
  excluded: number;
  action_needed: number;
};

export function selectSheets(
  tx: Tx,
  filter: {
    readonly id?: string | undefined;
    readonly accountId?: string | undefined;
    readonly state?: ReviewSheet['state'] | undefined;
    readonly limit: number;
  },
): Promise<SheetRow[]> {
  const { id, accountId, state, limit } = filter;
  return tx.rows(sql<SheetRow>`
    select s.tenant_id, s.id, a.name as account_name, s.business_day::text, s.days::text[], s.covers_from, s.covers_to, s.made_at, s.due_at, s.clause,
      s.edition, s.state, s.finished_at, c.*
    from reviews_sheet s join customers_account a on a.tenant_id = s.tenant_id
    cross join lateral (
      select count(*) as items, count(*) filter (where ${isDue}) as due, count(*) filter (where ${isDue} and i.verdict is not null) as reviewed,
        count(*) filter (where i.exclusion is not null) as excluded, count(*) filter (where i.verdict = 'action_needed') as action_needed
      from reviews_item i where i.tenant_id = s.tenant_id and i.sheet_id = s.id
    ) c
    where true
      ${id ? sql`and s.id = ${id}` : sql``}
      ${accountId ? sql`and s.tenant_id = ${accountId}` : sql``}
      ${state ? sql`and s.state = ${state}` : sql``}
    order by s.business_day desc, a.name, s.id limit ${limit}`);
}

/** The sheet, locked until the transaction ends, so that two people who finish it finish it once. */
export function lockSheet(
  tx: Tx,
  id: string,
): Promise<{ tenant_id: string; state: ReviewSheet['state']; edition: string; business_day: string } | undefined> {
  return tx.first(
    sql<{ tenant_id: string; state: ReviewSheet['state']; edition: string; business_day: string }>`
      select tenant_id, state, edition, business_day::text from reviews_sheet where id = ${id} for update`,
  );
}

/** Until when the alerts of an account are on a sheet already. */
export async function coveredUntil(tx: Tx, accountId: string): Promise<Date | undefined> {
  const row = await tx.one(sql<{ until: Date | null }>`
    select max(covers_to) as until from reviews_sheet where tenant_id = ${accountId}`);
  return row.until ?? undefined;
}

export type NewSheet = {
  readonly id: string;
  readonly businessDay: string;
  readonly days: readonly string[];
  readonly from: Date;
  readonly to: Date;
  readonly madeAt: Date;
  readonly dueAt: Date;
  readonly clause: string;
  readonly edition: string;
};
/** @returns false where the sheet of that day stands already */
export async function insertSheet(tx: Tx, accountId: string, sheet: NewSheet): Promise<boolean> {
  const count = await tx.run(sql`
    insert into reviews_sheet (tenant_id, id, business_day, days, covers_from, covers_to, made_at, due_at, clause, edition, state)
    values (${accountId}, ${sheet.id}, ${sheet.businessDay}, ${[...sheet.days]}::date[], ${sheet.from}, ${sheet.to}, ${sheet.madeAt}, ${sheet.dueAt},
      ${sheet.clause}, ${sheet.edition}, 'open')
    on conflict (tenant_id, business_day) do nothing`);
  return count > 0;
}

/** An alert of the days of a sheet, with how its detections ended. */
export type Candidate = {
  id: string;
  host_id: string;
  module: string;
  kind: string;
  day: string;
  opened_at: Date;
  last_detected_at: Date;
  closing: string | null;
  facts: Record<string, string | number | boolean>;
  /** Detections kept of it; those whose removal or defence was finished; the kinds of action of those. */
  found: number;
  finished: number;
  actions: string[] | null;
};
export function selectCandidates(
  tx: Tx,
  accountId: string,
  span: { readonly from: Date; readonly to: Date; readonly modules: readonly string[] },
): Promise<Candidate[]> {
  return tx.rows(sql<Candidate>`
    select al.id, al.host_id, al.module, al.kind, (al.opened_at at time zone 'Asia/Tokyo')::date::text as day, al.opened_at, al.last_detected_at, al.closing, al.facts,
      d.found, d.finished, d.actions
    from alerts_alert al
    cross join lateral (
      select count(*) as found, count(*) filter (where f.is_finished) as finished, array_agg(distinct f.action) filter (where f.is_finished) as actions
      from (
        select d.action, d.action_result = 'success' and d.action in ('denied', 'quarantined', 'deleted', 'cleaned') as is_finished
        from detections_detection d
        where d.tenant_id = al.tenant_id and d.alert_key = al.grouping_key and d.received_at >= coalesce(al.counted_from, al.opened_at)
          and (al.closed_at is null or d.received_at <= al.closed_at)
      ) f
    ) d
    where al.tenant_id = ${accountId} and al.opened_at >= ${span.from} and al.opened_at < ${span.to} and al.module = any(${[...span.modules]})
      and not exists (select from reviews_item i where i.tenant_id = al.tenant_id and i.alert_id = al.id)
    order by al.opened_at, al.id`);
}

export type NewItem = {
  readonly alert_id: string;
  readonly exclusion: ReviewExclusion | null;
  readonly evidence: Readonly<Record<string, string | number | boolean>> | null;
  readonly is_sample: boolean;
};
export async function insertItems(
  tx: Tx,
  accountId: string,
  sheetId: string,
  items: readonly NewItem[],
): Promise<void> {
  await tx.run(sql`
    insert into reviews_item (tenant_id, sheet_id, alert_id, exclusion, evidence, is_sample)
    select ${accountId}::uuid, ${sheetId}::uuid, i.* from jsonb_to_recordset(${JSON.stringify(items)}::jsonb)
      as i(alert_id uuid, exclusion text, evidence jsonb, is_sample boolean)`);
}

export type ItemRow = {
  alert_id: string;
  exclusion: ReviewExclusion | null;
  evidence: Record<string, string | number | boolean> | null;
  is_sample: boolean;
  verdict: ReviewVerdict | null;
  verdict_note: string | null;
  verdict_by: string | null;
  verdict_at: Date | null;
  has_closed: boolean;
};
export type Shown = 'all' | 'due' | 'reviewed' | 'excluded';
const shownIs = {
  all: sql``,
  due: sql`and ${isDue} and i.verdict is null`,
  reviewed: sql`and i.verdict is not null`,
  excluded: sql`and i.exclusion is not null`,
};
/** What is still to be looked at first, the most severe on top; then what was found; at last what a rule leaves out. */
export function selectItems(
  tx: Tx,
  key: { readonly accountId: string; readonly sheetId: string },
  filter: { readonly show: Shown; readonly alertId?: string; readonly limit: number },
): Promise<ItemRow[]> {
  return tx.rows(sql<ItemRow>`
    select i.alert_id, i.exclusion, i.evidence, i.is_sample, i.verdict, i.verdict_note, i.verdict_by, i.verdict_at, i.has_closed
    from reviews_item i join alerts_alert al on al.tenant_id = i.tenant_id and al.id = i.alert_id
    where i.tenant_id = ${key.accountId} and i.sheet_id = ${key.sheetId} ${shownIs[filter.show]}
      ${filter.alertId ? sql`and i.alert_id = ${filter.alertId}` : sql``}
    order by (${isDue} and i.verdict is null) desc, i.verdict is null, i.exclusion is not null, al.severity desc, al.opened_at, i.alert_id
    limit ${filter.limit + 1}`);
}

/** @returns the rows that are there, locked */
export function lockItems(tx: Tx, sheetId: string, alertIds: readonly string[]): Promise<ItemRow[]> {
  return tx.rows(sql<ItemRow>`
    select alert_id, exclusion, evidence, is_sample, verdict, verdict_note, verdict_by, verdict_at, has_closed
    from reviews_item where sheet_id = ${sheetId} and alert_id = any(${[...alertIds]}) order by alert_id for update`);
}

export async function setVerdict(
  tx: Tx,
  key: { readonly sheetId: string; readonly alertId: string },
  verdict:
    | {
        readonly value: ReviewVerdict;
        readonly note: string | undefined;
        readonly by: string;
        readonly at: Date;
        readonly hasClosed: boolean;
      }
    | undefined,
): Promise<void> {
  await tx.run(sql`
    update reviews_item set verdict = ${verdict?.value ?? null}, verdict_note = ${verdict?.note ?? null}, verdict_by = ${verdict?.by ?? null},
      verdict_at = ${verdict?.at ?? null}, has_closed = ${verdict?.hasClosed ?? false}
    where sheet_id = ${key.sheetId} and alert_id = ${key.alertId}`);
}

export async function countUnreviewed(tx: Tx, sheetId: string): Promise<number> {
  const row = await tx.one(sql<{ count: number }>`
    select count(*) as count from reviews_item i where i.sheet_id = ${sheetId} and i.verdict is null and ${isDue}`);
  return row.count;
}

export async function setSheetState(
  tx: Tx,
  key: { readonly accountId: string; readonly id: string },
  state: ReviewSheet['state'],
  finishedAt: Date | null,
): Promise<void> {
  await tx.run(sql`
    update reviews_sheet set state = ${state}, finished_at = ${finishedAt} where tenant_id = ${key.accountId} and id = ${key.id}`);
}

/** Sheets that are still open although their business day is over, and of which nobody was told. */
export function selectBreached(tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from reviews_sheet where state = 'open' and breached_at is null and due_at <= ${now} order by due_at, id limit 500`);
}
/** @returns false where somebody was faster, or it was finished meanwhile */
export async function markBreached(tx: Tx, key: { accountId: string; id: string }, at: Date): Promise<boolean> {
  const count = await tx.run(sql`
    update reviews_sheet set breached_at = ${at}
    where tenant_id = ${key.accountId} and id = ${key.id} and state = 'open' and breached_at is null`);
  return count > 0;
}

export type EscalationRow = {
  id: string;
  alert_id: string;
  contact_id: string | null;
  contact_name: string;
  channel: Escalation['channel'];
  at: Date;
  by_name: string;
  message: string;
  outcome: Escalation['outcome'];
  answer: string | null;
  answered_at: Date | null;
};
export function selectEscalations(tx: Tx, accountId: string, alertIds: readonly string[]): Promise<EscalationRow[]> {
  return tx.rows(sql<EscalationRow>`
    select id, alert_id, contact_id, contact_name, channel, at, by_name, message, outcome, answer, answered_at
    from reviews_escalation where tenant_id = ${accountId} and alert_id = any(${[...alertIds]}) order by at, id`);
}
export async function insertEscalation(tx: Tx, accountId: string, row: EscalationRow): Promise<void> {
  await tx.run(sql`
    insert into reviews_escalation (tenant_id, id, alert_id, contact_id, contact_name, channel, at, by_name, message, outcome, answer, answered_at)
    values (${accountId}, ${row.id}, ${row.alert_id}, ${row.contact_id}, ${row.contact_name}, ${row.channel}, ${row.at}, ${row.by_name}, ${row.message},
      ${row.outcome}, ${row.answer}, ${row.answered_at})`);
}
/** @returns false where there is no such try that still waits */
export async function setAnswer(
  tx: Tx,
  key: { readonly accountId: string; readonly alertId: string; readonly id: string },
  answer: { readonly outcome: Escalation['outcome']; readonly answer: string; readonly at: Date },
): Promise<boolean> {
  const count = await tx.run(sql`
    update reviews_escalation set outcome = ${answer.outcome}, answer = ${answer.answer}, answered_at = ${answer.at}
    where tenant_id = ${key.accountId} and alert_id = ${key.alertId} and id = ${key.id} and outcome = 'waiting'`);
  return count > 0;
}

export type ContextRow = { module: ReviewItem['alert']['module']; alerts: number; detections: number };
/** What the modules that are not reviewed had in the same time. */
export function selectContext(
  tx: Tx,
  accountId: string,
  span: { readonly from: Date; readonly to: Date; readonly without: readonly string[] },
): Promise<ContextRow[]> {
  return tx.rows(sql<ContextRow>`
    select module, sum(alerts)::bigint as alerts, sum(detections)::bigint as detections from (
      select module, count(*) as alerts, 0 as detections from alerts_alert
      where tenant_id = ${accountId} and opened_at >= ${span.from} and opened_at < ${span.to} group by module
      union all
      select module, 0, sum(count) from detections_hourly
      where tenant_id = ${accountId} and hour >= ${span.from} and hour < ${span.to} group by module
    ) c where module <> all(${[...span.without]}) group by module order by module`);
}

/** Every account, for the tick that looks whose sheet is due. */
export const selectAccountIds = async (tx: Tx): Promise<string[]> =>
  (await tx.rows(sql<{ tenant_id: string }>`select tenant_id from customers_account order by tenant_id`)).map(
    ({ tenant_id }) => tenant_id,
  );
