import { type Actor, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, sql } from '../platform/index.ts';
import { brandExists } from '../provider/index.ts';
import type { Desk } from './contracts.ts';
import { checkAccount } from './customers.ts';

/** Under which brand a customer is served, with all of its accounts (S104). @throws Refusal `not_found` (account, brand) */
export function setBrand(
  { platform }: Desk,
  actor: Actor,
  accountId: string,
  brandId: string | null,
): Promise<{ brandId: string | null }> {
  return platform.database.asProvider(async (tx) => {
    await checkAccount(tx, accountId);
    if (brandId !== null && !(await brandExists(tx, brandId))) throw new Refusal('not_found', { what: 'brand' });
    const { customer_id } = await tx.one(
      sql<{ customer_id: string }>`select customer_id from customers_account where tenant_id = ${accountId}`,
    );
    await tx.run(sql`update customers_customer set brand_id = ${brandId} where id = ${customer_id}`);
    await tx.run(sql`update customers_account set brand_id = ${brandId} where customer_id = ${customer_id}`);
    const facts = { brandId };
    const target = `account:${accountId}`;
    await note(tx, platform.clock, { accountId, actor, action: 'provider.brand_assigned', target, facts });
    await announce(tx, { topic: 'account', accountId, id: accountId });
    return { brandId };
  });
}
