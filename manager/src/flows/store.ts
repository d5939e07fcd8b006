import type { FlowKind, FlowRun, FlowStep, FlowTry } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type FlowRow = { enabled: boolean; steps: FlowStep[] };

export function selectFlow(tx: Tx, accountId: string): Promise<FlowRow | undefined> {
  return tx.first(sql<FlowRow>`select enabled, steps from flows_flow where tenant_id = ${accountId}`);
}

export async function upsertFlow(tx: Tx, accountId: string, flow: FlowRow, at: Date, by: string): Promise<void> {
  await tx.run(sql`
    insert into flows_flow (tenant_id, enabled, steps, updated_at, updated_by)
    values (${accountId}, ${flow.enabled}, ${JSON.stringify(flow.steps)}::jsonb, ${at}, ${by})
    on conflict (tenant_id) do update set enabled = excluded.enabled, steps = excluded.steps, updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

/** Silences that somebody should be reached for and nobody is yet. What stood before the flow did is left to people. */
export function selectUnbegun(
  tx: Tx,
): Promise<{ tenant_id: string; alert_id: string; host_id: string; steps: FlowStep[] }[]> {
  return tx.rows(sql<{ tenant_id: string; alert_id: string; host_id: string; steps: FlowStep[] }>`
    select a.tenant_id, a.id as alert_id, a.host_id, f.steps
    from alerts_of_silence a join flows_flow f on f.tenant_id = a.tenant_id
    where f.enabled and f.steps <> '[]' and a.state = 'open' and a.opened_at >= f.updated_at
      and not exists (select from flows_run r where r.tenant_id = a.tenant_id and r.alert_id = a.id)
    order by a.opened_at limit 200`);
}

/** @returns false where another process was quicker */
export async function insertRun(
  tx: Tx,
  run: { accountId: string; id: string; alertId: string; hostId: string; at: Date; steps: readonly FlowStep[] },
): Promise<boolean> {
  const inserted = await tx.run(sql`
    insert into flows_run (tenant_id, id, alert_id, host_id, started_at, steps, state, step, attempt, due_at)
    values (${run.accountId}, ${run.id}, ${run.alertId}, ${run.hostId}, ${run.at}, ${JSON.stringify(run.steps)}::jsonb, 'running', 0, 0, ${run.at})
    on conflict do nothing`);
  return inserted > 0;
}

export type RunRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  customer_name: string;
  alert_id: string;
  alert_number: number;
  alert_state: string;
  alert_facts: Record<string, string | number | boolean>;
  host_id: string;
  host_name: string;
  started_at: Date;
  steps: FlowStep[];
  state: FlowRun['state'];
  step: number;
  attempt: number;
  due_at: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
};

export function selectRuns(
  tx: Tx,
  filter: {
    readonly accountId?: string | undefined;
    readonly runId?: string | undefined;
    readonly alertId?: string | undefined;
    readonly hostId?: string | undefined;
    readonly state?: FlowRun['state'] | undefined;
  },
): Promise<RunRow[]> {
  return tx.rows(sql<RunRow>`
    select r.tenant_id, r.id, ac.name as account_name, ac.customer_name, r.alert_id, a.number as alert_number, a.state as alert_state, a.facts as alert_facts,
      r.host_id, h.name as host_name, r.started_at, r.steps, r.state, r.step, r.attempt, r.due_at, r.ended_at, r.ended_by
    from flows_run r
    join customers_account ac on ac.tenant_id = r.tenant_id
    join alerts_of_silence a on a.tenant_id = r.tenant_id and a.id = r.alert_id
    join hosts_named h on h.tenant_id = r.tenant_id and h.id = r.host_id
    where true
      ${filter.accountId ? sql`and r.tenant_id = ${filter.accountId}` : sql``}
      ${filter.runId ? sql`and r.id = ${filter.runId}` : sql``}
      ${filter.alertId ? sql`and r.alert_id = ${filter.alertId}` : sql``}
      ${filter.hostId ? sql`and r.host_id = ${filter.hostId}` : sql``}
      ${filter.state ? sql`and r.state = ${filter.state}` : sql``}
    order by r.state <> 'running', r.started_at desc, r.id desc limit 200`);
}

/** Runs whose next try is due, and those whose alert is closed meanwhile. */
export function selectDueRuns(tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select r.tenant_id, r.id from flows_run r join alerts_of_silence a on a.tenant_id = r.tenant_id and a.id = r.alert_id
    where r.state = 'running' and (r.due_at <= ${now} or a.state = 'closed') order by r.due_at limit 200`);
}

/** Locks a run, so that an answer and the next try never cross. @returns false where it is not running any more */
export async function lockRun(tx: Tx, accountId: string, runId: string): Promise<boolean> {
  const row = await tx.first(
    sql<{ state: string }>`select state from flows_run where tenant_id = ${accountId} and id = ${runId} for update`,
  );
  return row?.state === 'running';
}

export async function moveRun(
  tx: Tx,
  accountId: string,
  runId: string,
  next: { readonly step: number; readonly attempt: number; readonly dueAt: Date },
): Promise<void> {
  await tx.run(sql`
    update flows_run set step = ${next.step}, attempt = ${next.attempt}, due_at = ${next.dueAt} where tenant_id = ${accountId} and id = ${runId}`);
}

export async function endRun(
  tx: Tx,
  accountId: string,
  runId: string,
  end: { readonly state: Exclude<FlowRun['state'], 'running'>; readonly at: Date; readonly by: string },
): Promise<void> {
  await tx.run(sql`
    update flows_run set state = ${end.state}, ended_at = ${end.at}, ended_by = ${end.by}, due_at = null where tenant_id = ${accountId} and id = ${runId}`);
  // Nobody need call any more.
  await tx.run(sql`
    update flows_try set state = 'unanswered' where tenant_id = ${accountId} and run_id = ${runId} and state in ('waiting', 'sent')`);
}

export type TryRow = {
  tenant_id: string;
  id: string;
  run_id: string;
  at: Date;
  step: number;
  attempt: number;
  kind: FlowKind;
  who: string;
  target: string;
  state: FlowTry['state'];
  note: string | null;
  answered_at: Date | null;
  answered_by: string | null;
};
const tryColumns = sql.raw(
  'tenant_id, id, run_id, at, step, attempt, kind, who, target, state, note, answered_at, answered_by',
);

export function selectTries(tx: Tx, runIds: readonly string[]): Promise<TryRow[]> {
  return tx.rows(
    sql<TryRow>`select ${tryColumns} from flows_try where run_id = any(${runIds}) order by at, step, attempt, id`,
  );
}

export async function insertTry(
  tx: Tx,
  row: Omit<TryRow, 'answered_at' | 'answered_by'>,
  link?: { readonly hash: string; readonly expiresAt: Date },
): Promise<void> {
  await tx.run(sql`
    insert into flows_try (tenant_id, id, run_id, at, step, attempt, kind, who, target, state, note, link_hash, link_expires_at)
    values (${row.tenant_id}, ${row.id}, ${row.run_id}, ${row.at}, ${row.step}, ${row.attempt}, ${row.kind}, ${row.who}, ${row.target}, ${row.state},
      ${row.note}, ${link?.hash ?? null}, ${link?.expiresAt ?? null})`);
}

/** @returns false where the try is settled already */
export async function settleTry(
  tx: Tx,
  accountId: string,
  tryId: string,
  answer: {
    readonly state: FlowTry['state'];
    readonly at: Date;
    readonly by: string;
    readonly note?: string | undefined;
  },
): Promise<boolean> {
  const changed = await tx.run(sql`
    update flows_try set state = ${answer.state}, answered_at = ${answer.at}, answered_by = ${answer.by}, note = coalesce(${answer.note ?? null}, note)
    where tenant_id = ${accountId} and id = ${tryId} and state in ('waiting', 'sent')`);
  return changed > 0;
}

/** Nobody answered the tries so far. */
export async function leaveUnanswered(tx: Tx, accountId: string, runId: string): Promise<void> {
  await tx.run(sql`
    update flows_try set state = 'unanswered' where tenant_id = ${accountId} and run_id = ${runId} and state in ('waiting', 'sent')`);
}

/** The try behind a link that is good still: not over its time. A later try of the same run does not spoil it. */
export function selectByLink(
  tx: Tx,
  linkHash: string,
  now: Date,
): Promise<{ tenant_id: string; id: string; run_id: string; who: string; state: FlowTry['state'] } | undefined> {
  return tx.first(sql<{ tenant_id: string; id: string; run_id: string; who: string; state: FlowTry['state'] }>`
    select tenant_id, id, run_id, who, state from flows_try where link_hash = ${linkHash} and link_expires_at > ${now}`);
}

/** Takes the link: it answers once. @returns false where it was taken already */
export async function takeLink(tx: Tx, accountId: string, tryId: string, at: Date, by: string): Promise<boolean> {
  const changed = await tx.run(sql`
    update flows_try set state = 'answered', answered_at = ${at}, answered_by = ${by}, link_hash = null
    where tenant_id = ${accountId} and id = ${tryId} and link_hash is not null`);
  return changed > 0;
}

/** Silences that no flow reaches anybody for, and that are nobody's work yet. */
export function selectUnreached(
  tx: Tx,
): Promise<{ tenant_id: string; alert_id: string; host_name: string; cause: string }[]> {
  return tx.rows(sql<{ tenant_id: string; alert_id: string; host_name: string; cause: string }>`
    select a.tenant_id, a.id as alert_id, h.name as host_name, coalesce(a.facts ->> 'cause', 'no_contact') as cause
    from alerts_of_silence a join hosts_named h on h.tenant_id = a.tenant_id and h.id = a.host_id
    where a.state = 'open'
      and not exists (select from flows_run r where r.tenant_id = a.tenant_id and r.alert_id = a.id)
      and not exists (select from flows_flow f where f.tenant_id = a.tenant_id and f.enabled and f.steps <> '[]' and a.opened_at >= f.updated_at)
      and not exists (select from work_about w where w.tenant_id = a.tenant_id and w.target = 'alert:' || a.id and w.kind = 'hostSilent')
    order by a.opened_at limit 200`);
}

/** Work about silences that are over. */
export function selectSettled(tx: Tx): Promise<{ tenant_id: string; key: string }[]> {
  return tx.rows(sql<{ tenant_id: string; key: string }>`
    select w.tenant_id, w.key from work_about w join alerts_of_silence a on a.tenant_id = w.tenant_id and w.target = 'alert:' || a.id
    where w.is_open and w.kind in ('hostSilent', 'contactsUnanswered') and a.state = 'closed' limit 200`);
}
