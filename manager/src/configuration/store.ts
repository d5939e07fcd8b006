import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql, type Tx } from '../platform/index.ts';

export type ObjectRow = { kind: string; id: number; data: ApiObject | null };

/** The account's revision; 0 where nothing was ever changed. */
export async function selectRevision(tx: Tx, accountId: string): Promise<number> {
  const row = await tx.first(
    sql<{ revision: number }>`select revision from configuration_account where tenant_id = ${accountId}`,
  );
  return row?.revision ?? 0;
}

/** Makes changes of one account wait for each other. Whoever locks rows of computers or hosts as well takes this lock first. */
export async function lockAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.run(
    sql`insert into configuration_account (tenant_id, revision) values (${accountId}, 0) on conflict do nothing`,
  );
  await tx.one(sql`select revision from configuration_account where tenant_id = ${accountId} for update`);
}

export async function advanceRevision(tx: Tx, accountId: string): Promise<number> {
  const { revision } = await tx.one(sql<{ revision: number }>`
    update configuration_account set revision = revision + 1 where tenant_id = ${accountId} returning revision`);
  return revision;
}

export function selectObjects(tx: Tx, accountId: string): Promise<ObjectRow[]> {
  return tx.rows(
    sql<ObjectRow>`select kind, id, data from configuration_object where tenant_id = ${accountId} order by kind, id`,
  );
}

export async function writeObjects(tx: Tx, accountId: string, rows: readonly ObjectRow[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into configuration_object (tenant_id, kind, id, data, created_at, updated_at)
    select ${accountId}, n.kind, n.id, n.data, ${at}, ${at} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(kind text, id integer, data jsonb)
    on conflict (tenant_id, kind, id) do update set data = excluded.data, updated_at = excluded.updated_at`);
}

export async function deleteObjects(
  tx: Tx,
  accountId: string,
  rows: readonly { kind: string; id: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    delete from configuration_object o using jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(kind text, id integer)
    where o.tenant_id = ${accountId} and o.kind = n.kind and o.id = n.id`);
}

/** A number that no object of this kind had before. */
export async function takeId(tx: Tx, accountId: string, kind: string, firstId: number): Promise<number> {
  const { last_id } = await tx.one(sql<{ last_id: number }>`
    insert into configuration_counter (tenant_id, kind, last_id) values (${accountId}, ${kind}, ${firstId})
    on conflict (tenant_id, kind) do update set last_id = configuration_counter.last_id + 1 returning last_id`);
  return last_id;
}

export async function markContent(tx: Tx, accountId: string, digest: string): Promise<void> {
  await tx.run(sql`update configuration_account set content = ${digest} where tenant_id = ${accountId}`);
}

/** Accounts whose policies were compiled with other content than this, or never. */
export async function selectStale(tx: Tx, digest: string): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select a.tenant_id from customers_account a left join configuration_account c on c.tenant_id = a.tenant_id
    where c.content is distinct from ${digest} order by a.created_at limit 100000`);
  return rows.map((row) => row.tenant_id);
}

/** Several numbers at once. @returns the first of them */
export async function takeIds(tx: Tx, accountId: string, kind: string, count: number): Promise<number> {
  const { last_id } = await tx.one(sql<{ last_id: number }>`
    insert into configuration_counter (tenant_id, kind, last_id) values (${accountId}, ${kind}, ${count})
    on conflict (tenant_id, kind) do update set last_id = configuration_counter.last_id + ${count} returning last_id`);
  return last_id - count + 1;
}

/** Objects whose `_due` (milliseconds) has come, of all accounts, the longest due first. The transaction must be the provider's. */
export function selectDue(tx: Tx, kind: string, at: Date, limit: number): Promise<{ tenant_id: string; id: number }[]> {
  return tx.rows(sql<{ tenant_id: string; id: number }>`
    select tenant_id, id from configuration_object
    where data ? '_due' and (data ->> '_due')::bigint <= ${at.getTime()} and kind = ${kind} order by (data ->> '_due')::bigint limit ${limit}`);
}
