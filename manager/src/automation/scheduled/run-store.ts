import type { DayRule, TaskRun } from '@sakimori/contract';
import { type Cursor, sql, type Tx } from '../../platform/index.ts';

export type RunRow = {
  readonly tenant_id: string;
  readonly id: string;
  readonly task_id: number;
  readonly name: string;
  readonly type: string;
  readonly planned_at: Date;
  readonly at: Date;
  readonly state: TaskRun['state'];
  readonly reason: string | null;
  readonly facts: { readonly madeUpFor?: number; readonly movedTo?: string };
  readonly host_task_ids: string[];
};

export async function insertRuns(tx: Tx, rows: readonly RunRow[]): Promise<void> {
  for (const row of rows)
    await tx.run(sql`
      insert into automation_run (tenant_id, id, task_id, name, type, planned_at, at, state, reason, facts, host_task_ids)
      values (${row.tenant_id}, ${row.id}, ${row.task_id}, ${row.name}, ${row.type}, ${row.planned_at}, ${row.at}, ${row.state}, ${row.reason},
        ${JSON.stringify(row.facts)}::jsonb, ${row.host_task_ids}::uuid[])`);
}

export type ShownRun = RunRow & { account_name: string; done: number; missed: number; waiting: number };

/** Newest first, one more than `limit`. */
export function selectRuns(
  tx: Tx,
  filter: {
    readonly accountId?: string | undefined;
    readonly taskId?: number | undefined;
    readonly state?: TaskRun['state'] | undefined;
    readonly after?: Cursor | undefined;
    readonly limit: number;
  },
): Promise<ShownRun[]> {
  const { accountId, taskId, state, after } = filter;
  return tx.rows(sql<ShownRun>`
    select r.*, a.name as account_name, h.done, h.missed, h.waiting
    from automation_run r
    join customers_account a on a.tenant_id = r.tenant_id
    left join lateral (
      select count(*) filter (where t.state = 'done') as done, count(*) filter (where t.state in ('failed', 'not_supported')) as missed,
        count(*) filter (where t.state in ('waiting', 'sent')) as waiting
      from hosts_task_all t where t.tenant_id = r.tenant_id and t.id = any (r.host_task_ids)) h on true
    where true
      ${accountId ? sql`and r.tenant_id = ${accountId}` : sql``}
      ${taskId ? sql`and r.task_id = ${taskId}` : sql``}
      ${state ? sql`and r.state = ${state}` : sql``}
      ${after ? sql`and (r.planned_at, r.id) < (${after.at}, ${after.id})` : sql``}
    order by r.planned_at desc, r.id desc limit ${filter.limit + 1}`);
}

/** Of each task the newest run that somebody carried out or should have. */
export function selectLastRuns(
  tx: Tx,
  accountId: string | undefined,
): Promise<{ tenant_id: string; task_id: number; state: TaskRun['state'] }[]> {
  return tx.rows(sql<{ tenant_id: string; task_id: number; state: TaskRun['state'] }>`
    select distinct on (tenant_id, task_id) tenant_id, task_id, state from automation_run
    ${accountId ? sql`where tenant_id = ${accountId}` : sql``}
    order by tenant_id, task_id, at desc, planned_at desc`);
}

/** Runs of which every host has answered or given up, some without having done it, and of which nobody was told. */
export function selectUnreached(tx: Tx, limit: number): Promise<(RunRow & { missed: number })[]> {
  return tx.rows(sql<RunRow & { missed: number }>`
    select r.*, h.missed from automation_run r
    join lateral (
      select count(*) filter (where t.state in ('waiting', 'sent')) as waiting, count(*) filter (where t.state = 'failed') as missed
      from hosts_task_all t where t.tenant_id = r.tenant_id and t.id = any (r.host_task_ids)) h on true
    where r.told_at is null and r.state = 'ran' and r.host_task_ids <> '{}' and h.waiting = 0 and h.missed > 0
    order by r.at limit ${limit}`);
}

/** Told of; and so are those of which every host has done its part. */
export async function markTold(tx: Tx, at: Date, ids: readonly string[]): Promise<void> {
  await tx.run(sql`update automation_run set told_at = ${at} where id = any (${ids}::uuid[])`);
  await tx.run(sql`
    update automation_run r set told_at = ${at}
    where told_at is null and state = 'ran' and host_task_ids <> '{}' and not exists (
      select from hosts_task_all t where t.tenant_id = r.tenant_id and t.id = any (r.host_task_ids) and t.state <> 'done')`);
}

/** Forgets runs that were planned before a time. */
export const dropRuns = (tx: Tx, before: Date): Promise<number> =>
  tx.run(sql`delete from automation_run where planned_at < ${before}`);

export function selectRules(
  tx: Tx,
  accountId: string | undefined,
): Promise<{ tenant_id: string; task_id: number; rule: Exclude<DayRule, 'any'> }[]> {
  return tx.rows(sql<{ tenant_id: string; task_id: number; rule: Exclude<DayRule, 'any'> }>`
    select tenant_id, task_id, rule from automation_day_rule ${accountId ? sql`where tenant_id = ${accountId}` : sql``}`);
}

export async function saveRule(
  tx: Tx,
  accountId: string,
  taskId: number,
  rule: DayRule,
  by: { readonly at: Date; readonly name: string },
): Promise<void> {
  await tx.run(sql`delete from automation_day_rule where tenant_id = ${accountId} and task_id = ${taskId}`);
  if (rule === 'any') return;
  await tx.run(sql`
    insert into automation_day_rule (tenant_id, task_id, rule, set_at, set_by) values (${accountId}, ${taskId}, ${rule}, ${by.at}, ${by.name})`);
}

export const selectAccountIds = (
  tx: Tx,
  accountId: string | undefined,
): Promise<{ tenant_id: string; name: string }[]> =>
  tx.rows(sql<{ tenant_id: string; name: string }>`
    select a.tenant_id, a.name from customers_account a
    where exists (select from configuration_object o where o.tenant_id = a.tenant_id and o.kind = 'ScheduledTask')
      ${accountId ? sql`and a.tenant_id = ${accountId}` : sql``}
    order by a.name limit 1000`);
