import type { HostFacts } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type RawBuilder, sql, type Tx } from '../platform/index.ts';
import type { Layer } from './scope.ts';
import { lockAccount } from './store.ts';

/** A computer as the configuration has it; what its agent says of itself is read beside it. */
export type ComputerRow = {
  id: number;
  guid: string;
  host_id: string | null;
  host_name: string;
  display_name: string;
  description: string;
  group_id: number | null;
  policy_id: number | null;
  relay_list_id: number | null;
  asset_importance_id: number | null;
  overrides: Layer | null;
  summary: ApiObject | null;
  connector_kind: string | null;
  connector_id: number | null;
  connector_key: string | null;
  created_at: Date;
};

const columns = sql.raw(
  'c.id, c.guid, c.host_id, c.host_name, c.display_name, c.description, c.group_id, c.policy_id, c.relay_list_id, c.asset_importance_id, c.overrides, c.summary, c.connector_kind, c.connector_id, c.connector_key, c.created_at',
);

export function selectComputer(tx: Tx, accountId: string, id: number): Promise<ComputerRow | undefined> {
  return tx.first(
    sql<ComputerRow>`select ${columns} from configuration_computer c where c.tenant_id = ${accountId} and c.id = ${id}`,
  );
}

/** @param filter further conditions over `c` */
export function selectComputers(
  tx: Tx,
  accountId: string,
  filter: RawBuilder<unknown> = sql``,
): Promise<ComputerRow[]> {
  return tx.rows(
    sql<ComputerRow>`select ${columns} from configuration_computer c where c.tenant_id = ${accountId} ${filter} order by c.id`,
  );
}

/** A computer with what its agent says of the machine, for whoever decides by it. */
export type DescribedComputer = ComputerRow & { facts: HostFacts | null; last_address: string | null };

export function selectDescribed(tx: Tx, accountId: string, ids: readonly number[]): Promise<DescribedComputer[]> {
  return tx.rows(sql<DescribedComputer>`
    select ${columns}, c.last_address, h.facts from configuration_computer c
    left join hosts_for_configuration h on h.tenant_id = c.tenant_id and h.id = c.host_id
    where c.tenant_id = ${accountId} and c.id = any(${ids}) order by c.id`);
}

export async function insertComputer(
  tx: Tx,
  accountId: string,
  computer: Pick<ComputerRow, 'id' | 'guid' | 'host_name' | 'created_at'> & Partial<ComputerRow>,
): Promise<void> {
  await tx.run(sql`
    insert into configuration_computer (tenant_id, id, guid, host_id, host_name, display_name, description, group_id, policy_id, relay_list_id, asset_importance_id,
      overrides, summary, connector_kind, connector_id, connector_key, created_at)
    values (${accountId}, ${computer.id}, ${computer.guid}, ${computer.host_id ?? null}, ${computer.host_name}, ${computer.display_name ?? ''}, ${computer.description ?? ''},
      ${computer.group_id ?? null}, ${computer.policy_id ?? null}, ${computer.relay_list_id ?? null}, ${computer.asset_importance_id ?? null},
      ${toJson(computer.overrides)}, ${toJson(computer.summary)}, ${computer.connector_kind ?? null}, ${computer.connector_id ?? null}, ${computer.connector_key ?? null}, ${computer.created_at})`);
}

export async function updateComputer(tx: Tx, accountId: string, computer: ComputerRow): Promise<void> {
  await tx.run(sql`
    update configuration_computer set host_id = ${computer.host_id}, host_name = ${computer.host_name}, display_name = ${computer.display_name},
      description = ${computer.description}, group_id = ${computer.group_id}, policy_id = ${computer.policy_id}, relay_list_id = ${computer.relay_list_id},
      asset_importance_id = ${computer.asset_importance_id}, overrides = ${toJson(computer.overrides)}, summary = ${toJson(computer.summary)}
    where tenant_id = ${accountId} and id = ${computer.id}`);
}

/** @returns those that were there, with their hosts */
export function deleteComputers(
  tx: Tx,
  accountId: string,
  ids: readonly number[],
): Promise<{ id: number; host_id: string | null }[]> {
  return tx.rows(sql<{ id: number; host_id: string | null }>`
    delete from configuration_computer where tenant_id = ${accountId} and id = any(${ids}) returning id, host_id`);
}

const toJson = (value: unknown): string | null =>
  value === undefined || value === null || Object.keys(value).length === 0 ? null : JSON.stringify(value);

export async function countComputers(tx: Tx, accountId: string): Promise<number> {
  const { count } = await tx.one(
    sql<{ count: number }>`select count(*) from configuration_computer where tenant_id = ${accountId}`,
  );
  return count;
}

/** Which policies and groups are in use. */
export async function countComputersWith(
  tx: Tx,
  accountId: string,
  column: 'policy_id' | 'group_id',
  value: number,
): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) from configuration_computer where tenant_id = ${accountId} and ${sql.ref(column)} = ${value}`);
  return count;
}

/** What the configuration keeps of hosts whose service ends. */
export async function forgetHosts(tx: Tx, accountId: string, hostIds: readonly string[]): Promise<void> {
  await lockAccount(tx, accountId);
  await tx.run(
    sql`delete from configuration_computer where tenant_id = ${accountId} and host_id = any(${hostIds}::uuid[])`,
  );
}
