import type { Account } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

/** An account with the number that the Workload Security API knows it by. */
export type NumberedAccount = Pick<Account, 'id' | 'name' | 'customerName' | 'plan'> & {
  readonly number: number;
  readonly createdAt: Date;
};

type Row = {
  tenant_id: string;
  number: number;
  name: string;
  customer_name: string;
  plan: Account['plan'];
  created_at: Date;
};

/** Accounts by their numbers, all or one. The transaction must be the provider's. */
export async function selectNumbered(
  tx: Tx,
  filter: { readonly number?: number; readonly accountId?: string } = {},
): Promise<NumberedAccount[]> {
  const { number, accountId } = filter;
  const rows = await tx.rows(sql<Row>`
    select tenant_id, number, name, customer_name, plan, created_at from customers_account
    where true ${number === undefined ? sql`` : sql`and number = ${number}`} ${accountId === undefined ? sql`` : sql`and tenant_id = ${accountId}`}
    order by number`);
  return rows.map((row) => ({
    ...{ id: row.tenant_id, number: row.number, name: row.name, customerName: row.customer_name, plan: row.plan },
    createdAt: row.created_at,
  }));
}
