import type { ServerInput, supportLevels } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type ServerRow = {
  tenant_id: string;
  id: string;
  name: string;
  basic_from: string | null;
  basic_until: string | null;
  support: (typeof supportLevels)[number];
  support_from: string | null;
  support_until: string | null;
  removed_at: Date | null;
};
const columns = sql.raw(
  'tenant_id, id, name, basic_from::text, basic_until::text, support, support_from::text, support_until::text, removed_at',
);

/** @param filter `withRemoved`: those too that were taken from the contract */
export function selectServers(
  tx: Tx,
  accountId: string,
  filter: { readonly withRemoved?: boolean; readonly name?: string } = {},
): Promise<ServerRow[]> {
  return tx.rows(sql<ServerRow>`
    select ${columns} from customers_server where tenant_id = ${accountId}
      ${filter.withRemoved ? sql`` : sql`and removed_at is null`}
      ${filter.name === undefined ? sql`` : sql`and lower(name) = lower(${filter.name})`}
    order by lower(name), id limit 10000`);
}

export function countServers(tx: Tx, accountId: string): Promise<{ count: number }> {
  return tx.one(
    sql<{
      count: number;
    }>`select count(*) as count from customers_server where tenant_id = ${accountId} and removed_at is null`,
  );
}

type Key = { readonly accountId: string; readonly id: string };

export function insertServer(tx: Tx, key: Key, server: ServerInput, at: Date): Promise<ServerRow> {
  return tx.one(sql<ServerRow>`
    insert into customers_server (tenant_id, id, name, basic_from, basic_until, support, support_from, support_until, created_at)
    values (${key.accountId}, ${key.id}, ${server.name}, ${server.basicFrom ?? null}, ${server.basicUntil ?? null}, ${server.support},
      ${server.supportFrom ?? null}, ${server.supportUntil ?? null}, ${at})
    returning ${columns}`);
}

export function updateServerRow(tx: Tx, key: Key, server: ServerInput): Promise<ServerRow | undefined> {
  return tx.first(sql<ServerRow>`
    update customers_server set name = ${server.name}, basic_from = ${server.basicFrom ?? null}, basic_until = ${server.basicUntil ?? null},
      support = ${server.support}, support_from = ${server.supportFrom ?? null}, support_until = ${server.supportUntil ?? null}
    where tenant_id = ${key.accountId} and id = ${key.id} and removed_at is null returning ${columns}`);
}

export function markRemoved(tx: Tx, key: Key, at: Date, reason: string): Promise<ServerRow | undefined> {
  return tx.first(sql<ServerRow>`
    update customers_server set removed_at = ${at}, removed_reason = ${reason}
    where tenant_id = ${key.accountId} and id = ${key.id} and removed_at is null returning ${columns}`);
}
