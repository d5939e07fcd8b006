import {
  type HostTask,
  type HostTaskFacts,
  type HostTaskKind,
  type HostTaskResult,
  hostTasksMax,
} from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type GivenTask = { readonly id: string; readonly hostId: string };

/**
 * Makes the task for each of the hosts that is in service. One that waits already with the same content stands for the new one.
 * @returns the task of each host
 */
export async function insertTasks(
  tx: Tx,
  task: { accountId: string; kind: HostTaskKind; facts: HostTaskFacts | undefined; at: Date; by: string },
  given: readonly GivenTask[],
): Promise<(GivenTask & { readonly isNew: boolean })[]> {
  const facts = sql`${task.facts ? JSON.stringify(task.facts) : null}::jsonb`;
  const waits = sql`t.done_at is null and t.state = 'waiting' and t.kind = ${task.kind} and t.facts is not distinct from ${facts}`;
  const rows = await tx.rows(sql<{ id: string; host_id: string; is_new: boolean }>`
    with asked as (
      select a.id, h.tenant_id, h.id as host_id
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as a(id uuid, "hostId" uuid)
      join hosts_host h on h.tenant_id = ${task.accountId} and h.id = a."hostId" and h.retired_at is null
    ), waiting as (
      select distinct on (t.host_id) t.id, t.host_id from asked a join hosts_task t on t.tenant_id = a.tenant_id and t.host_id = a.host_id and ${waits}
      order by t.host_id, t.created_at
    ), made as (
      insert into hosts_task (tenant_id, id, host_id, kind, facts, state, created_at, created_by)
      select a.tenant_id, a.id, a.host_id, ${task.kind}, ${facts}, 'waiting', ${task.at}, ${task.by} from asked a
      where not exists (select from waiting w where w.host_id = a.host_id)
      returning id, host_id
    )
    select id, host_id, true as is_new from made union all select id, host_id, false from waiting`);
  return rows.map((row) => ({ id: row.id, hostId: row.host_id, isNew: row.is_new }));
}

/** The open tasks of these hosts, of whichever accounts, oldest first; those that waited are now sent. */
export async function takeOpenTasks(
  tx: Tx,
  hostIds: readonly string[],
  at: Date,
  createdAfter: Date,
): Promise<Map<string, HostTask[]>> {
  const rows = await tx.rows(sql<{ id: string; host_id: string; kind: HostTaskKind; facts: HostTaskFacts | null }>`
    with open as (
      select t.tenant_id, t.id, t.host_id, t.kind, t.facts, t.created_at,
        row_number() over (partition by t.host_id order by t.created_at, t.id) as place
      from hosts_task t where t.host_id = any(${hostIds}) and t.done_at is null and t.created_at > ${createdAfter}
    ), sent as (
      update hosts_task t set state = 'sent', sent_at = ${at} from open o
      where t.tenant_id = o.tenant_id and t.id = o.id and o.place <= ${hostTasksMax} and t.state = 'waiting' and t.done_at is null
    )
    select id, host_id, kind, facts from open where place <= ${hostTasksMax} order by host_id, place`);
  const byHost = new Map<string, HostTask[]>();
  for (const { id, host_id, kind, facts } of rows) {
    const tasks = byHost.get(host_id) ?? [];
    byHost.set(host_id, tasks);
    tasks.push({ id, kind, ...(facts ? { facts } : {}) });
  }
  return byHost;
}

/** Hosts that have something to do, of all accounts. */
export async function selectHostsWithOpenTasks(tx: Tx): Promise<string[]> {
  const rows = await tx.rows(sql<{ host_id: string }>`select distinct host_id from hosts_task where done_at is null`);
  return rows.map((row) => row.host_id);
}

export type EndedTask = { readonly id: string; readonly kind: HostTaskKind; readonly state: HostTaskResult['state'] };

/** Notes what became of tasks. What is not an open task of this host is passed over. @returns those that ended by this */
export function endTasks(
  tx: Tx,
  host: { readonly accountId: string; readonly hostId: string },
  results: readonly HostTaskResult[],
  at: Date,
): Promise<EndedTask[]> {
  return tx.rows(sql<EndedTask>`
    update hosts_task t set state = r.state, detail = r.detail, done_at = ${at}, sent_at = coalesce(t.sent_at, ${at})
    from jsonb_to_recordset(${JSON.stringify(results)}::jsonb) as r(id uuid, state text, detail text)
    where t.tenant_id = ${host.accountId} and t.host_id = ${host.hostId} and t.id = r.id and t.done_at is null
    returning t.id, t.kind, t.state`);
}

/** Ends what was given before `createdBefore` and never answered. @returns how many */
export function expireTasks(tx: Tx, createdBefore: Date, at: Date, detail: string): Promise<number> {
  return tx.run(sql`
    update hosts_task set state = 'failed', detail = ${detail}, done_at = ${at} where done_at is null and created_at <= ${createdBefore}`);
}

/** Forgets what ended long ago; the newest task of each kind stays with its host. @returns how many */
export function dropTasks(tx: Tx, endedBefore: Date): Promise<number> {
  return tx.run(sql`
    delete from hosts_task t where t.done_at < ${endedBefore} and exists (
      select from hosts_task n where n.tenant_id = t.tenant_id and n.host_id = t.host_id and n.kind = t.kind and n.created_at > t.created_at)`);
}
