import type { Plan } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type TermRow = {
  tenant_id: string;
  id: string;
  number: string;
  edition: string;
  plan: Plan;
  nodes: number;
  starts_on: string;
  ends_on: string | null;
  reason: string | null;
  created_at: Date;
  created_by: string;
};
// As text: a day has no time and no zone, and the driver would give it both.
const columns = sql.raw(
  'tenant_id, id, number, edition, plan, nodes, starts_on::text, ends_on::text, reason, created_at, created_by',
);

/** Terms in their order. */
export function selectTerms(tx: Tx, accountId: string): Promise<TermRow[]> {
  return tx.rows(
    sql<TermRow>`select ${columns} from customers_contract where tenant_id = ${accountId} order by starts_on limit 1000`,
  );
}

export type LockedAccount = { readonly customer_id: string; readonly plan: Plan; readonly contracted: boolean };

/** Locks account and customer, in this order, for whoever changes what is ordered. The transaction must be the provider's. */
export async function lockForContract(tx: Tx, accountId: string): Promise<LockedAccount | undefined> {
  const account = await tx.first(
    sql<LockedAccount>`select customer_id, plan, contracted from customers_account where tenant_id = ${accountId} for update`,
  );
  if (account) await tx.run(sql`select 1 from customers_customer where id = ${account.customer_id} for update`);
  return account;
}

/** Whether another account of the customer has, or will have, this plan at some day from `from` to `until`. */
export async function isPlanTaken(
  tx: Tx,
  given: {
    readonly customerId: string;
    readonly accountId: string;
    readonly plan: Plan;
    readonly from: string;
    readonly until: string | undefined;
  },
): Promise<boolean> {
  const row = await tx.first(sql`
    select 1 from customers_contract c join customers_account a on a.tenant_id = c.tenant_id
    where a.customer_id = ${given.customerId} and c.tenant_id <> ${given.accountId} and c.plan = ${given.plan}
      and (c.ends_on is null or c.ends_on >= ${given.from}::date)
      and c.starts_on <= coalesce(${given.until ?? null}::date, 'infinity')
    limit 1`);
  return row !== undefined;
}

export type NewTerm = {
  readonly accountId: string;
  readonly id: string;
  readonly number: string;
  readonly edition: string;
  readonly plan: Plan;
  readonly nodes: number;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly previousEndsOn: string | null;
  readonly reason: string | null;
  readonly at: Date;
  readonly by: string;
};

export function insertTerm(tx: Tx, term: NewTerm): Promise<TermRow> {
  return tx.one(sql<TermRow>`
    insert into customers_contract (tenant_id, id, number, edition, plan, nodes, starts_on, ends_on, previous_ends_on, reason, created_at, created_by)
    values (${term.accountId}, ${term.id}, ${term.number}, ${term.edition}, ${term.plan}, ${term.nodes}, ${term.startsOn}, ${term.endsOn},
      ${term.previousEndsOn}, ${term.reason}, ${term.at}, ${term.by})
    returning ${columns}`);
}

export function updateEnd(tx: Tx, accountId: string, id: string, endsOn: string | null): Promise<TermRow> {
  return tx.one(sql<TermRow>`
    update customers_contract set ends_on = ${endsOn} where tenant_id = ${accountId} and id = ${id} returning ${columns}`);
}

export async function deleteTerm(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.run(sql`delete from customers_contract where tenant_id = ${accountId} and id = ${id}`);
}

export async function markContracted(tx: Tx, accountId: string, plan: Plan): Promise<void> {
  await tx.run(sql`update customers_account set contracted = true, plan = ${plan} where tenant_id = ${accountId}`);
}

/** Accounts whose plan is another than that of the term in force on a day. */
export function selectPlansBehind(
  tx: Tx,
  day: string,
): Promise<{ tenant_id: string; id: string; plan: Plan; was: Plan }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string; plan: Plan; was: Plan }>`
    select c.tenant_id, c.id, c.plan, a.plan as was from customers_contract c join customers_account a on a.tenant_id = c.tenant_id
    where c.starts_on <= ${day}::date and (c.ends_on is null or c.ends_on >= ${day}::date) and c.plan <> a.plan
    order by c.tenant_id limit 1000`);
}

/** Editions that contracts pin. */
export function selectEditionsInUse(tx: Tx, accountId?: string): Promise<{ edition: string }[]> {
  return tx.rows(
    sql<{ edition: string }>`select distinct edition from customers_contract
      ${accountId === undefined ? sql`` : sql`where tenant_id = ${accountId}`} order by edition`,
  );
}
