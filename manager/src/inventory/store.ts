import type { HostInventory } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import type { InventoryHost } from './inventory.ts';

/** @returns false where the inventory that stands says something else, or there is none */
export async function touchInventory(tx: Tx, host: InventoryHost, digest: string, at: Date): Promise<boolean> {
  const touched = await tx.run(sql`
    update inventory_host set taken_at = ${at}
    where tenant_id = ${host.accountId} and host_id = ${host.hostId} and digest = ${digest}`);
  return touched > 0;
}

export async function insertInventory(
  tx: Tx,
  host: InventoryHost,
  taken: { inventory: HostInventory; digest: string; at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into inventory_host (tenant_id, host_id, taken_at, changed_at, digest, inventory)
    values (${host.accountId}, ${host.hostId}, ${taken.at}, ${taken.at}, ${taken.digest}, ${JSON.stringify(taken.inventory)})
    on conflict (tenant_id, host_id) do update
    set taken_at = excluded.taken_at, changed_at = excluded.changed_at, digest = excluded.digest, inventory = excluded.inventory`);
}

/** The account of a host that whoever asks may see. */
export async function selectAccountOf(tx: Tx, hostId: string): Promise<string | undefined> {
  const row = await tx.first(
    sql<{ tenant_id: string }>`select tenant_id from hosts_for_configuration where id = ${hostId}`,
  );
  return row?.tenant_id;
}

export type InventoryRow = {
  readonly tenant_id: string;
  readonly host_id: string;
  /** When the manager received it. */
  readonly taken_at: Date;
  /** Since when it says what it says. */
  readonly changed_at: Date;
  readonly digest: string;
  readonly inventory: HostInventory;
};

const columns = sql.raw('tenant_id, host_id, taken_at, changed_at, digest, inventory');

/** The newest inventory of a host; undefined where it sent none yet. */
export function selectInventory(tx: Tx, accountId: string, hostId: string): Promise<InventoryRow | undefined> {
  return tx.first(sql<InventoryRow>`
    select ${columns} from inventory_host where tenant_id = ${accountId} and host_id = ${hostId}`);
}

/** Those of many hosts. Each may be some hundred kilobytes: ask for as many as you will look at together. */
export function selectInventories(tx: Tx, accountId: string, hostIds: readonly string[]): Promise<InventoryRow[]> {
  return tx.rows(sql<InventoryRow>`
    select ${columns} from inventory_host where tenant_id = ${accountId} and host_id = any(${hostIds}) order by host_id`);
}
