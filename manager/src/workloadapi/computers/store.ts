import type { HostFacts, HostInventory, ModuleStatus } from '@sakimori/contract';
import type { ComputerRow } from '../../configuration/index.ts';
import { type RawBuilder, sql, type Tx } from '../../platform/index.ts';

/** A computer with what its agent last said of itself. */
export type ComputerState = ComputerRow & {
  facts: HostFacts | null;
  enrolled_at: Date | null;
  last_seen_at: Date | null;
  silent_since: Date | null;
  silence_cause: string | null;
  policy_problem: string | null;
  /** It keeps to the version that is meant for it. */
  applied: boolean | null;
  /** When that version was made. */
  requested_at: Date | null;
  serial: string | null;
  interfaces: HostInventory['interfaces'] | null;
  /** Only where modules or tasks were asked for. */
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
  c.connector_kind, c.connector_id, c.connector_key, c.created_at, h.facts, h.enrolled_at, h.last_seen_at, h.silent_since, h.silence_cause, h.policy_problem,
  (h.applied_policy_id = h.policy_id and h.applied_version = p.version) as applied, p.updated_at as requested_at, i.interfaces,
  (select f.serial from hosts_certificate_issued f where f.tenant_id = c.tenant_id and f.host_id = c.host_id order by f.issued_at desc limit 1) as serial`);

const said = sql.raw(`, h.modules, (select array_agg(distinct t.kind) from hosts_task_all t
  where t.tenant_id = c.tenant_id and t.host_id = c.host_id and t.done_at is null) as open_tasks`);

/**
 * @param filter conditions over `c`, `h`, `p` and `i`, each beginning with `and`
 * @param said also what the agent says of its modules, and its open tasks
 */
export function selectStates(
  tx: Tx,
  accountId: string,
  options: { readonly filter?: RawBuilder<unknown>; readonly said: boolean; readonly limit?: number | undefined },
): Promise<ComputerState[]> {
  return tx.rows(sql<ComputerState>`
    select ${columns} ${options.said ? said : sql``} from ${from}
    where c.tenant_id = ${accountId} ${options.filter ?? sql``} order by c.id
    ${options.limit === undefined ? sql`` : sql`limit ${options.limit}`}`);
}
