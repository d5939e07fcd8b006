import type { Deadline, Feature, WorkFacts, WorkItem, WorkKind, WorkQueue } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type WorkRow = {
  tenant_id: string;
  id: string;
  number: number;
  account_name: string;
  queue: WorkQueue;
  kind: WorkKind;
  key: string;
  facts: WorkFacts;
  feature: Feature | null;
  quote_id: string | null;
  target: string | null;
  state: WorkItem['state'];
  due_at: Date;
  due: Deadline | null;
  owner_id: string | null;
  owner_name: string | null;
  created_at: Date;
  created_by: string;
  ended_at: Date | null;
  ended_by: string | null;
  evidence: string | null;
};

const columns =
  sql.raw(`w.tenant_id, w.id, w.number, coalesce(a.name, w.account_name, '') as account_name, w.queue, w.kind, w.key, w.facts, w.feature, w.quote_id, w.target,
  w.state, w.due_at, w.due, w.owner_id, w.owner_name, w.created_at, w.created_by, w.ended_at, w.ended_by, w.evidence`);

export type NewRow = {
  readonly accountId: string;
  readonly id: string;
  readonly queue: WorkQueue;
  readonly kind: WorkKind;
  readonly key: string;
  readonly facts: WorkFacts;
  readonly feature: Feature | undefined;
  readonly target: string | undefined;
  readonly dueAt: Date;
  readonly due: Deadline | undefined;
  readonly at: Date;
  readonly by: string;
  /** Of an account that is not issued yet. */
  readonly accountName?: string | undefined;
};

/** @returns its number; undefined where there is already work of that key that nobody has ended */
export async function insertWork(tx: Tx, row: NewRow): Promise<number | undefined> {
  const made = await tx.first(sql<{ number: number }>`
    insert into work_item (tenant_id, id, queue, kind, key, facts, feature, target, state, due_at, due, created_at, created_by, account_name)
    values (${row.accountId}, ${row.id}, ${row.queue}, ${row.kind}, ${row.key}, ${JSON.stringify(row.facts)}::jsonb, ${row.feature ?? null},
      ${row.target ?? null}, 'open', ${row.dueAt}, ${row.due ? JSON.stringify(row.due) : null}::jsonb, ${row.at}, ${row.by},
      ${row.accountName ?? null})
    on conflict (tenant_id, key) do nothing returning number`);
  return made?.number;
}

export function selectByKey(tx: Tx, accountId: string, key: string): Promise<WorkRow | undefined> {
  return tx.first(sql<WorkRow>`
    select ${columns} from work_item w left join customers_account a on a.tenant_id = w.tenant_id
    where w.tenant_id = ${accountId} and w.key = ${key} for update of w`);
}

export function lockWork(tx: Tx, id: string): Promise<WorkRow | undefined> {
  return tx.first(sql<WorkRow>`
    select ${columns} from work_item w left join customers_account a on a.tenant_id = w.tenant_id where w.id = ${id} for update of w`);
}

export type WorkFilter = {
  readonly id?: string | undefined;
  readonly number?: number | undefined;
  readonly accountId?: string | undefined;
  readonly queue?: WorkQueue | undefined;
  readonly ownerId?: string | undefined;
  readonly ended?: boolean | undefined;
  readonly dueBefore?: Date | undefined;
  readonly limit: number;
};

export function selectWork(tx: Tx, filter: WorkFilter): Promise<WorkRow[]> {
  const { id, number, accountId, queue, ownerId, ended, dueBefore, limit } = filter;
  return tx.rows(sql<WorkRow>`
    select ${columns} from work_item w left join customers_account a on a.tenant_id = w.tenant_id
    where true
      ${id ? sql`and w.id = ${id}` : sql``}
      ${number ? sql`and w.number = ${number}` : sql``}
      ${accountId ? sql`and w.tenant_id = ${accountId}` : sql``}
      ${queue ? sql`and w.queue = ${queue}` : sql``}
      ${ownerId ? sql`and w.owner_id = ${ownerId}` : sql``}
      ${ended === undefined ? sql`` : ended ? sql`and w.ended_at is not null` : sql`and w.ended_at is null`}
      ${dueBefore ? sql`and w.due_at <= ${dueBefore}` : sql``}
    order by ${ended ? sql`w.ended_at desc` : sql`w.due_at`}, w.id limit ${limit}`);
}

export function countWork(
  tx: Tx,
  { accountId, now, dayEnd }: { accountId: string | undefined; now: Date; dayEnd: Date },
): Promise<{ unended: number; today: number; overdue: number }> {
  return tx.one(sql<{ unended: number; today: number; overdue: number }>`
    select count(*) as unended, count(*) filter (where due_at <= ${dayEnd}) as today, count(*) filter (where due_at <= ${now}) as overdue
    from work_item where ended_at is null ${accountId ? sql`and tenant_id = ${accountId}` : sql``}`);
}

type Key = { readonly accountId: string; readonly id: string };

export async function markTaken(
  tx: Tx,
  key: Key,
  owner: { readonly id: string; readonly name: string },
  quoteId: string | undefined,
): Promise<void> {
  await tx.run(sql`
    update work_item set state = 'taken', owner_id = ${owner.id}, owner_name = ${owner.name}, quote_id = coalesce(${quoteId ?? null}, quote_id)
    where tenant_id = ${key.accountId} and id = ${key.id}`);
}

export async function markEnded(
  tx: Tx,
  key: Key,
  end: { readonly state: 'done' | 'cancelled'; readonly at: Date; readonly by: string; readonly evidence: string },
): Promise<void> {
  await tx.run(sql`
    update work_item set state = ${end.state}, ended_at = ${end.at}, ended_by = ${end.by}, evidence = ${end.evidence}
    where tenant_id = ${key.accountId} and id = ${key.id}`);
}

/** The key of ended work is free again for the same cause; what was done under it stays. */
export async function releaseKey(tx: Tx, key: Key): Promise<void> {
  await tx.run(sql`
    update work_item set key = key || ' #' || number where tenant_id = ${key.accountId} and id = ${key.id}`);
}

/** How much work of a feature was begun from a day on without being bought, one left out. */
export async function countBegun(
  tx: Tx,
  given: { readonly accountId: string; readonly feature: Feature; readonly from: Date; readonly without: string },
): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) as count from work_item
    where tenant_id = ${given.accountId} and feature = ${given.feature} and state in ('taken', 'done') and quote_id is null
      and created_at >= ${given.from} and id <> ${given.without}`);
  return count;
}
