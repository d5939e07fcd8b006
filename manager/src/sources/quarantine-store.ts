import type { HoldReason } from '@sakimori/contract';
import { providerTenant } from '../audit/index.ts';
import { sql, type Tx } from '../platform/index.ts';
import type { Sender } from './bindings.ts';

export type SenderRow = {
  readonly id: string;
  readonly transport: Sender['transport'];
  readonly address: string;
  readonly identity: string;
  readonly reason: HoldReason;
  readonly source_id: string | null;
  readonly source_name: string | null;
  readonly account_name: string | null;
  readonly named: string | null;
  readonly record_count: number;
  readonly kept_count: number;
  readonly first_at: Date;
  readonly last_at: Date;
};

export const selectSenders = (tx: Tx, senderId?: string): Promise<SenderRow[]> =>
  tx.rows(sql<SenderRow>`
    select q.id, q.transport, q.address, q.identity, q.reason, q.source_id, s.name as source_name, a.name as account_name, q.named, q.record_count,
      (select count(*) from sources_held h where h.tenant_id = q.tenant_id and h.sender_id = q.id) as kept_count, q.first_at, q.last_at
    from sources_sender q
    left join sources_source s on s.tenant_id = q.account_id and s.id = q.source_id
    left join customers_account a on a.tenant_id = q.account_id
    where q.tenant_id = ${providerTenant} ${senderId ? sql`and q.id = ${senderId}` : sql``}
    order by q.last_at desc, q.id limit 1000`);

export const countSenders = async (tx: Tx): Promise<number> =>
  (await tx.one(sql<{ count: number }>`select count(*) from sources_sender where tenant_id = ${providerTenant}`)).count;

export const totalHeldBytes = async (tx: Tx): Promise<number> =>
  (
    await tx.one(sql<{ bytes: number }>`
      select coalesce(sum(octet_length(raw)), 0)::bigint as bytes from sources_held where tenant_id = ${providerTenant}`)
  ).bytes;

/** @returns nothing where there is none and no new one is taken */
export async function findSender(
  tx: Tx,
  of: {
    readonly id: string;
    readonly sender: Sender;
    readonly reason: HoldReason;
    readonly accountId?: string;
    readonly sourceId?: string;
    readonly at: Date;
    readonly isNewTaken: boolean;
  },
): Promise<{ id: string; kept: number; bytes: number } | undefined> {
  const { transport, address, identity = '' } = of.sender;
  if (of.isNewTaken)
    await tx.run(sql`
      insert into sources_sender (tenant_id, id, transport, address, identity, reason, account_id, source_id, first_at, last_at)
      values (${providerTenant}, ${of.id}, ${transport}, ${address}, ${identity}, ${of.reason}, ${of.accountId ?? null}, ${of.sourceId ?? null}, ${of.at}, ${of.at})
      on conflict do nothing`);
  return tx.first(sql<{ id: string; kept: number; bytes: number }>`
    select q.id, count(h.id) as kept, coalesce(sum(octet_length(h.raw)), 0)::bigint as bytes
    from sources_sender q left join sources_held h on h.tenant_id = q.tenant_id and h.sender_id = q.id
    where q.tenant_id = ${providerTenant} and q.transport = ${transport} and q.address = ${address} and q.identity = ${identity} and q.reason = ${of.reason}
      and q.source_id is not distinct from ${of.sourceId ?? null}::uuid
    group by q.id`);
}

export async function addToSender(
  tx: Tx,
  of: { readonly id: string; readonly count: number; readonly named: string | undefined; readonly at: Date },
): Promise<void> {
  await tx.run(sql`
    update sources_sender set record_count = record_count + ${of.count}, last_at = greatest(last_at, ${of.at}), named = coalesce(${of.named ?? null}, named)
    where tenant_id = ${providerTenant} and id = ${of.id}`);
}

export async function addHeld(
  tx: Tx,
  of: {
    readonly senderId: string;
    readonly at: Date;
    readonly records: readonly { readonly id: string; readonly raw: Buffer }[];
  },
): Promise<void> {
  if (of.records.length === 0) return;
  const rows = of.records.map(({ id, raw }) => ({ id, raw: raw.toString('base64') }));
  // A sender that was discarded meanwhile has no place any more.
  await tx.run(sql`
    insert into sources_held (tenant_id, id, sender_id, at, raw)
    select ${providerTenant}::uuid, r.id, q.id, ${of.at}::timestamptz, decode(r.raw, 'base64')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, raw text)
    join sources_sender q on q.tenant_id = ${providerTenant} and q.id = ${of.senderId}`);
}

export const selectHeld = (tx: Tx, senderId: string): Promise<{ id: string; at: Date; raw: Buffer }[]> =>
  tx.rows(sql<{ id: string; at: Date; raw: Buffer }>`
    select id, at, raw from sources_held where tenant_id = ${providerTenant} and sender_id = ${senderId} order by at, id limit 200`);

export async function removeHeld(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.run(sql`delete from sources_held where tenant_id = ${providerTenant} and id = any(${ids})`);
}

/** @returns false where there is none */
export const removeSender = async (tx: Tx, senderId: string): Promise<boolean> =>
  (await tx.run(sql`delete from sources_sender where tenant_id = ${providerTenant} and id = ${senderId}`)) > 0;
