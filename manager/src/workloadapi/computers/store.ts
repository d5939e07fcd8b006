import type { HostInventory, ModuleStatus } from '@sakimori/contract';
import type { ComputerRow } from '../../configuration/index.ts';
import { type RawBuilder, sql, type Tx } from '../../platform/index.ts';

type Shown = Pick<ComputerRow, 'id' | 'guid' | 'host_id' | 'host_name' | 'display_name' | 'description' | 'group_id'> &
  Pick<ComputerRow, 'policy_id' | 'relay_list_id' | 'asset_importance_id' | 'overrides' | 'summary'>;

/** A computer with what its agent last said of itself. */
export type ComputerState = Shown & {
  os: string | null;
  agent_version: string | null;
  last_seen_at: Date | null;
  /** It keeps to the version that is meant for it. */
  applied: boolean | null;
  /** When that version was made. */
  requested_at: Date | null;
  /** Only where nothing is meant for it yet: dates cost much to read. */
  created_at: Date | null;
  serial: string | null;
  interfaces: HostInventory['interfaces'] | null;
  /** These only where status, modules or tasks were asked for. */
  silent_since?: Date | null;
  policy_problem?: string | null;
  modules?: ModuleStatus[] | null;
  open_tasks?: string[] | null;
};

/** The table and views that a listing is made from; conditions of a search name their columns. */
const from = sql.raw(`
  configuration_computer c
  left join hosts_for_configuration h on h.tenant_id = c.tenant_id and h.id = c.host_id
  left join policies_target p on p.tenant_id = h.tenant_id and p.id = h.policy_id
  left join inventory_interfaces i on i.tenant_id = c.tenant_id and i.host_id = c.host_id`);

const columns = sql.raw(`
  c.id, c.guid, c.host_id, c.host_name, c.display_name, c.description, c.group_id, c.policy_id, c.relay_list_id, c.asset_importance_id, c.overrides, c.summary,
  case when p.updated_at is null then c.created_at end as created_at, h.facts ->> 'os' as os, h.facts ->> 'agentVersion' as agent_version, h.last_seen_at,
  (h.applied_policy_id = h.policy_id and h.applied_version = p.version) as applied, p.updated_at as requested_at, i.interfaces`);
const said = sql.raw('h.silent_since, h.policy_problem, h.modules');

const serialOfOne = sql.raw(`(
  select f.serial from hosts_certificate_issued f where f.tenant_id = c.tenant_id and f.host_id = c.host_id order by f.issued_at desc limit 1) as serial`);
const tasksOfOne = sql.raw(`(
  select array_agg(distinct t.kind) from hosts_task_all t where t.tenant_id = c.tenant_id and t.host_id = c.host_id and t.done_at is null) as open_tasks`);

/** A search is the client's: the database spends no longer on it than this. */
export async function limitStatements(tx: Tx): Promise<void> {
  await tx.run(sql`set local statement_timeout = '10s'`);
}

/**
 * In the order of ids.
 * @param filter conditions over `c`, `h`, `p` and `i`, each beginning with `and`; without it, all computers of the account
 * @param said also what the agent says of its modules, and its open tasks
 */
export async function selectStates(
  tx: Tx,
  accountId: string,
  options: { readonly filter?: RawBuilder<unknown>; readonly said: boolean; readonly limit?: number | undefined },
): Promise<ComputerState[]> {
  if (!options.filter) return selectAll(tx, accountId, options.said);
  return tx.rows(sql<ComputerState>`
    select ${columns}, ${serialOfOne} ${options.said ? sql`, ${said}, ${tasksOfOne}` : sql``} from ${from}
    where c.tenant_id = ${accountId} ${options.filter} order by c.id
    ${options.limit === undefined ? sql`` : sql`limit ${options.limit}`}`);
}

/** What stands beside each computer is read as a whole and joined: ten thousand look-ups would take several times as long. */
async function selectAll(tx: Tx, accountId: string, withSaid: boolean): Promise<ComputerState[]> {
  const serials = sql`
    left join (select distinct on (f.host_id) f.host_id, f.serial from hosts_certificate_issued f where f.tenant_id = ${accountId}
      order by f.host_id, f.issued_at desc) s on s.host_id = c.host_id`;
  const tasks = sql`
    left join (select t.host_id, array_agg(distinct t.kind) as open_tasks from hosts_task_all t where t.tenant_id = ${accountId} and t.done_at is null
      group by t.host_id) o on o.host_id = c.host_id`;
  const states = await tx.rows(sql<ComputerState>`
    select ${columns}, s.serial ${withSaid ? sql`, ${said}, o.open_tasks` : sql``} from ${from} ${serials} ${withSaid ? tasks : sql``}
    where c.tenant_id = ${accountId}`);
  // Rows as wide as these would be sorted by way of the disk.
  return states.sort((a, b) => a.id - b.id);
}
