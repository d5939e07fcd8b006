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
  phone: string | null;
  reading: string | null;
  bounced_at: Date | null;
  bounce_reason: string | null;
};
const contactColumns = sql.raw(
  'tenant_id, id, name, mail, language, purposes, phone, reading, bounced_at, bounce_reason',
);

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

export type ContactValues = Pick<ContactRow, 'name' | 'mail' | 'language' | 'purposes'> & {
  readonly phone?: string | null | undefined;
  readonly reading?: string | null | undefined;
};

export function insertContact(
  tx: Tx,
  contact: ContactValues & { id: string; accountId: string; at: Date },
): Promise<ContactRow> {
  return tx.one(sql<ContactRow>`
    insert into customers_contact (tenant_id, id, name, mail, language, purposes, phone, reading, created_at)
    values (${contact.accountId}, ${contact.id}, ${contact.name}, ${contact.mail}, ${contact.language}, ${contact.purposes}::text[],
      ${contact.phone ?? null}, ${contact.reading ?? null}, ${contact.at})
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
      purposes = ${contact.purposes}::text[], phone = ${contact.phone ?? null}, reading = ${contact.reading ?? null}, bounced_at = null, bounce_reason = null
    where tenant_id = ${key.accountId} and id = ${key.id}
    returning ${contactColumns}`);
}

/** The contacts of an account, held: of two changes at once the second waits for the first. */
export function lockContacts(tx: Tx, accountId: string): Promise<ContactRow[]> {
  return tx.rows(sql<ContactRow>`
    select ${contactColumns} from customers_contact where tenant_id = ${accountId} order by name, id for update`);
}

/** Writes what a change of recipients decides, and nothing else of the contact. */
export async function restoreContactRow(
  tx: Tx,
  accountId: string,
  row: Pick<ContactRow, 'id' | 'name' | 'mail' | 'language' | 'purposes' | 'bounced_at' | 'bounce_reason'>,
): Promise<void> {
  await tx.run(sql`
    update customers_contact set name = ${row.name}, mail = ${row.mail}, language = ${row.language}, purposes = ${row.purposes}::text[],
      bounced_at = ${row.bounced_at}, bounce_reason = ${row.bounce_reason}
    where tenant_id = ${accountId} and id = ${row.id}`);
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

export type CallerRow = ContactRow & { account_name: string; customer_name: string; plan: Plan };

/** Letters of a name or its reading, one way: half-width and full-width, hiragana and katakana, capital and small are the same. */
export const plainName = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .replace(/[\s\u30fb]/g, '');
const digitsOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\D/g, '')
    .replace(/^81(?=[1-9])/, '0');

/**
 * Contacts of all accounts that a caller may be: by number (its last digits suffice) or by the beginning of any
 * part of name or reading (S52). Bounded, and compared here: a database has no furigana.
 */
export async function selectCallers(
  tx: Tx,
  { phone, name }: { readonly phone?: string | undefined; readonly name?: string | undefined },
  limit: number,
): Promise<CallerRow[]> {
  const digits = phone ? digitsOf(phone) : '';
  const start = name ? plainName(name) : '';
  if (digits.length < 4 && start === '') return [];
  const rows = await tx.rows(sql<CallerRow>`
    select c.tenant_id, c.id, c.name, c.mail, c.language, c.purposes, c.phone, c.reading, c.bounced_at, c.bounce_reason,
      a.name as account_name, a.customer_name, a.plan
    from customers_contact c join customers_account a on a.tenant_id = c.tenant_id
    where ${digits.length >= 4 ? sql`c.phone is not null` : sql`true`}
    order by c.name, c.id`);
  const isNumber = (row: CallerRow) => {
    const own = digitsOf(row.phone ?? '');
    return own.endsWith(digits);
  };
  const isName = (row: CallerRow) =>
    [row.name, row.reading ?? '', row.customer_name].some(
      (text) =>
        plainName(text).startsWith(start) ||
        text.split(/[\s\u3000]+/).some((part) => plainName(part).startsWith(start)),
    );
  return rows.filter((row) => (digits.length < 4 || isNumber(row)) && (start === '' || isName(row))).slice(0, limit);
}

/** Contacts with this address, of any account the transaction sees: a mail's sender. */
export function selectContactsByMail(tx: Tx, mail: string): Promise<ContactRow[]> {
  return tx.rows(sql<ContactRow>`
    select ${contactColumns} from customers_contact where lower(mail) = lower(${mail}) order by tenant_id limit 20`);
}
