import {
  type HostTask,
  type HostTaskFacts,
  type HostTaskKind,
  type HostTaskResult,
  type HostTaskState,
  hostTasksMax,
} from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type GivenTask = { readonly id: string; readonly hostId: string };

type NewTask = {
  readonly accountId: string;
  readonly kind: HostTaskKind;
  readonly facts: HostTaskFacts | undefined;
  readonly at: Date;
  readonly by: string;
};

const factsOf = ({ facts }: NewTask) => sql`${facts ? JSON.stringify(facts) : null}::jsonb`;

/** Kinds that are meant for now: a host that was away must not do them when nobody thinks of it any more. */
const promptKinds: readonly HostTaskKind[] = ['stop-host'];

/** Those of the hosts that are in service. */
export async function selectInService(tx: Tx, accountId: string, hostIds: readonly string[]): Promise<string[]> {
  const rows = await tx.rows(sql<{ id: string }>`
    select id from hosts_host where tenant_id = ${accountId} and id = any(${hostIds}) and origin = 'agent' and retired_at is null`);
  return rows.map((row) => row.id);
}

/** A host that does not answer is not given more of one kind than this. */
const openOfKindMax = 50;

/** Tasks of these hosts that stand for a new one, one for each host: what waits already and says the same, or the newest where too many are open. */
export async function selectStanding(tx: Tx, task: NewTask, hostIds: readonly string[]): Promise<GivenTask[]> {
  const rows = await tx.rows(sql<{ id: string; host_id: string }>`
    with open as (
      select id, host_id, created_at, state = 'waiting' and facts is not distinct from ${factsOf(task)} as is_same,
        count(*) over (partition by host_id) as open_count
      from hosts_task where tenant_id = ${task.accountId} and host_id = any(${hostIds}) and done_at is null and kind = ${task.kind}
    )
    select distinct on (host_id) id, host_id from open where is_same or open_count >= ${openOfKindMax}
    order by host_id, is_same desc, case when is_same then created_at end, created_at desc, id desc`);
  return rows.map((row) => ({ id: row.id, hostId: row.host_id }));
}

export async function insertTasks(tx: Tx, task: NewTask, given: readonly GivenTask[]): Promise<void> {
  const ids = given.map(({ id }) => id);
  const hostIds = given.map(({ hostId }) => hostId);
  await tx.run(sql`
    insert into hosts_task (tenant_id, id, host_id, kind, facts, state, created_at, created_by)
    select ${task.accountId}, g.id, g.host_id, ${task.kind}, ${factsOf(task)}, 'waiting', ${task.at}, ${task.by}
    from unnest(${ids}::uuid[], ${hostIds}::uuid[]) as g(id, host_id)`);
}

type TakenTasks = {
  readonly byHost: Map<string, HostTask[]>;
  /** Accounts of which something waited until now. */
  readonly accounts: ReadonlySet<string>;
};

/** The open tasks of these hosts, of whichever accounts, oldest first; those that waited are now sent. */
export async function takeOpenTasks(
  tx: Tx,
  hostIds: readonly string[],
  at: Date,
  createdAfter: Date,
  promptAfter: Date,
): Promise<TakenTasks> {
  type Row = { tenant_id: string; id: string; host_id: string; kind: HostTaskKind; facts: HostTaskFacts | null };
  const rows = await tx.rows(sql<Row & { waited: boolean }>`
    with open as (
      select t.tenant_id, t.id, t.host_id, t.kind, t.facts, t.created_at, t.state = 'waiting' as waited,
        row_number() over (partition by t.host_id order by t.created_at, t.id) as place
      from hosts_task t where t.host_id = any(${hostIds}) and t.done_at is null and t.created_at > ${createdAfter}
        and (t.kind <> all(${promptKinds}) or t.created_at > ${promptAfter})
    ), sent as (
      update hosts_task t set state = 'sent', sent_at = ${at} from open o
      where t.tenant_id = o.tenant_id and t.id = o.id and o.place <= ${hostTasksMax} and t.state = 'waiting' and t.done_at is null
    )
    select tenant_id, id, host_id, kind, facts, waited from open where place <= ${hostTasksMax} order by host_id, place`);
  const byHost = new Map<string, HostTask[]>();
  for (const { id, host_id, kind, facts } of rows) {
    const tasks = byHost.get(host_id) ?? [];
    byHost.set(host_id, tasks);
    tasks.push({ id, kind, ...(facts ? { facts } : {}) });
  }
  return { byHost, accounts: new Set(rows.filter(({ waited }) => waited).map(({ tenant_id }) => tenant_id)) };
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

/** Ends what was given before `createdBefore` and never answered. @param onlyPrompt only what is meant for now. @returns the accounts whose tasks they were, each once */
export async function expireTasks(
  tx: Tx,
  createdBefore: Date,
  at: Date,
  detail: string,
  onlyPrompt = false,
): Promise<Set<string>> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    update hosts_task set state = 'failed', detail = ${detail}, done_at = ${at} where done_at is null and created_at <= ${createdBefore}
      and (not ${onlyPrompt} or kind = any(${promptKinds}))
    returning tenant_id`);
  return new Set(rows.map((row) => row.tenant_id));
}

export function cancelWaiting(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
  at: Date,
  detail: string,
): Promise<number> {
  return tx.run(sql`
    update hosts_task set state = 'failed', detail = ${detail}, done_at = ${at}
    where tenant_id = ${accountId} and id = any(${ids}) and state = 'waiting' and done_at is null`);
}

/** Forgets what ended long ago; the newest task of each kind stays with its host. @returns how many */
export function dropTasks(tx: Tx, endedBefore: Date): Promise<number> {
  return tx.run(sql`
    delete from hosts_task t where t.done_at < ${endedBefore} and exists (
      select from hosts_task n where n.tenant_id = t.tenant_id and n.host_id = t.host_id and n.kind = t.kind and n.created_at > t.created_at)`);
}

export type TaskRow = {
  readonly id: string;
  readonly kind: HostTaskKind;
  readonly state: HostTaskState;
  readonly created_at: Date;
  readonly created_by: string;
  readonly reason: string | null;
  readonly sent_at: Date | null;
  readonly done_at: Date | null;
  readonly detail: string | null;
};

const taskColumns = sql.raw(
  "id, kind, state, created_at, created_by, facts ->> 'reason' as reason, sent_at, done_at, detail",
);

/** Tasks of a host, newest first. */
export function selectTasks(tx: Tx, accountId: string, hostId: string, limit: number): Promise<TaskRow[]> {
  return tx.rows(sql<TaskRow>`
    select ${taskColumns} from hosts_task where tenant_id = ${accountId} and host_id = ${hostId}
    order by created_at desc, id desc limit ${limit}`);
}

export function selectTask(tx: Tx, accountId: string, id: string): Promise<TaskRow> {
  return tx.one(sql<TaskRow>`select ${taskColumns} from hosts_task where tenant_id = ${accountId} and id = ${id}`);
}

export async function countOpenTasks(tx: Tx, accountId: string, hostId: string): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) from hosts_task where tenant_id = ${accountId} and host_id = ${hostId} and done_at is null`);
  return count;
}
