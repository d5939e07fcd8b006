import type { Contact, Language, Plan } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export const accountsMax = 10_000;
export const contactsMax = 500;

export type AccountRow = {
  tenant_id: string;
  customer_name: string;
  name: string;
  plan: Plan;
  brand_id: string | null;
  created_at: Date;
  host_count: number;
  open_alert_count: number;
};

/** What the transaction may see: a customer's own account, or all of them. */
export function selectAccounts(tx: Tx, filter: { name?: string; accountId?: string } = {}): Promise<AccountRow[]> {
  return tx.rows(sql<AccountRow>`
    select a.tenant_id, a.customer_name, a.name, a.plan, a.brand_id, a.created_at,
      coalesce(h.host_count, 0) as host_count, coalesce(u.alert_count, 0) as open_alert_count
    from customers_account a
    left join hosts_count_by_account h on h.tenant_id = a.tenant_id
    left join alerts_unclosed_by_account u on u.tenant_id = a.tenant_id
    where true
      ${filter.name === undefined ? sql`` : sql`and a.name = ${filter.name}`}
      ${filter.accountId === undefined ? sql`` : sql`and a.tenant_id = ${filter.accountId}`}
    order by a.customer_name, a.name
    limit ${accountsMax}`);
}

export function countAccounts(tx: Tx): Promise<{ count: number }> {
  return tx.one(sql<{ count: number }>`select count(*) as count from customers_account`);
}

export async function accountExists(tx: Tx, accountId: string): Promise<boolean> {
  return (await tx.first(sql`select 1 from customers_account where tenant_id = ${accountId}`)) !== undefined;
}

/** The customer of this name, made where it is new. The update changes nothing; it makes the statement give the row that is there. */
export function ensureCustomer(tx: Tx, id: string, name: string, at: Date): Promise<{ id: string }> {
  return tx.one(sql<{ id: string }>`
    insert into customers_customer as c (id, name, created_at) values (${id}, ${name}, ${at})
    on conflict (name) do update set name = c.name returning c.id`);
}

export async function insertAccount(
  tx: Tx,
  account: { id: string; customerId: string; customerName: string; name: string; plan: Plan; at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into customers_account (tenant_id, customer_id, customer_name, name, plan, created_at)
    values (${account.id}, ${account.customerId}, ${account.customerName}, ${account.name}, ${account.plan}, ${account.at})`);
}

export type ContactRow = {
  tenant_id: string;
  id: string;
  name: string;
  mail: string;
  language: Language;
  purposes: Contact['purposes'];
  bounced_at: Date | null;
  bounce_reason: string | null;
};
const contactColumns = sql.raw('tenant_id, id, name, mail, language, purposes, bounced_at, bounce_reason');

export function selectContacts(tx: Tx, accountId: string): Promise<ContactRow[]> {
  return tx.rows(sql<ContactRow>`
    select ${contactColumns} from customers_contact where tenant_id = ${accountId} order by name, id limit ${contactsMax}`);
}

export function countContacts(tx: Tx, accountId: string): Promise<{ count: number }> {
  return tx.one(sql<{ count: number }>`select count(*) as count from customers_contact where tenant_id = ${accountId}`);
}

/** The account that the transaction was opened for; empty in the provider's. */
export function selectTenant(tx: Tx): Promise<{ tenant: string | null }> {
  return tx.one(sql<{ tenant: string | null }>`select nullif(current_setting('app.tenant', true), '') as tenant`);
}

export function selectContactsFor(tx: Tx, accountId: string, purpose: string): Promise<ContactRow[]> {
  return tx.rows(sql<ContactRow>`
    select ${contactColumns} from customers_contact
    where tenant_id = ${accountId} and ${purpose} = any (purposes) order by name, id`);
}

export function selectContact(tx: Tx, contactId: string): Promise<ContactRow | undefined> {
  return tx.first(sql<ContactRow>`select ${contactColumns} from customers_contact where id = ${contactId}`);
}

export type ContactValues = Pick<ContactRow, 'name' | 'mail' | 'language' | 'purposes'>;

export function insertContact(
  tx: Tx,
  contact: ContactValues & { id: string; accountId: string; at: Date },
): Promise<ContactRow> {
  return tx.one(sql<ContactRow>`
    insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
    values (${contact.accountId}, ${contact.id}, ${contact.name}, ${contact.mail}, ${contact.language}, ${contact.purposes}::text[], ${contact.at})
    returning ${contactColumns}`);
}

/** A contact that was looked at anew is taken to work again: a recorded bounce is cleared. */
export function updateContactRow(
  tx: Tx,
  key: { accountId: string; id: string },
  contact: ContactValues,
): Promise<ContactRow | undefined> {
  return tx.first(sql<ContactRow>`
    update customers_contact set name = ${contact.name}, mail = ${contact.mail}, language = ${contact.language},
      purposes = ${contact.purposes}::text[], bounced_at = null, bounce_reason = null
    where tenant_id = ${key.accountId} and id = ${key.id}
    returning ${contactColumns}`);
}

export function deleteContactRow(tx: Tx, key: { accountId: string; id: string }): Promise<ContactRow | undefined> {
  return tx.first(
    sql<ContactRow>`delete from customers_contact where tenant_id = ${key.accountId} and id = ${key.id} returning ${contactColumns}`,
  );
}

/** Only the first report of an address that fails is kept: later ones say no more. */
export function updateBounce(tx: Tx, id: string, at: Date, reason: string): Promise<ContactRow | undefined> {
  return tx.first(sql<ContactRow>`
    update customers_contact set bounced_at = ${at}, bounce_reason = ${reason}
    where id = ${id} and bounced_at is null
    returning ${contactColumns}`);
}
