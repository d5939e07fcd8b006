import { type Account, type Actor, type AuditAction, type Contact, type Plan, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { announce, type Clock, isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import {
  type AccountRow,
  accountExists,
  accountsMax,
  type ContactRow,
  type ContactValues,
  contactsMax,
  countAccounts,
  countContacts,
  deleteContactRow,
  ensureCustomer,
  insertAccount,
  insertContact,
  selectAccounts,
  selectContact,
  selectContacts,
  selectContactsFor,
  selectTenant,
  updateBounce,
  updateContactRow,
} from './store.ts';

export type ContactPurpose = Contact['purposes'][number];

export const toAccount = (row: AccountRow): Account => ({
  id: row.tenant_id,
  customerName: row.customer_name,
  name: row.name,
  plan: row.plan,
  ...(row.brand_id === null ? {} : { brandId: row.brand_id }),
  createdAt: row.created_at.toISOString(),
  hostCount: row.host_count,
  openAlertCount: row.open_alert_count,
});

export const toContact = (row: ContactRow): Contact => ({
  id: row.id,
  accountId: row.tenant_id,
  name: row.name,
  mail: row.mail,
  language: row.language,
  purposes: row.purposes,
  ...(row.phone ? { phone: row.phone } : {}),
  ...(row.reading ? { reading: row.reading } : {}),
  ...(row.bounced_at ? { bouncedAt: row.bounced_at.toISOString() } : {}),
  ...(row.bounce_reason ? { bounceReason: row.bounce_reason } : {}),
});

export type NewAccount = { readonly customerName: string; readonly name: string; readonly plan: Plan };
/** Called in the transaction that makes an account, for what rooms further right put into a fresh one. */
export type OnAccountCreated = (tx: Tx, accountId: string) => Promise<void>;

/** One customer under one plan (S20, S21). @throws Refusal `already_exists`, `one_plan_per_account`, `limit_reached` */
export async function createAccount(
  platform: Platform,
  onCreated: OnAccountCreated,
  actor: Actor,
  input: NewAccount,
): Promise<Account> {
  try {
    return await platform.database.asProvider((tx) =>
      makeAccount(tx, platform, onCreated, actor, { ...input, id: newId(platform.clock) }),
    );
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'account' }, { cause: error });
    throw error;
  }
}

/** The same within a transaction of the provider's, under an id that was chosen. @throws Refusal as `createAccount`, or that of a duplicate */
export async function makeAccount(
  tx: Tx,
  { clock }: Pick<Platform, 'clock'>,
  onCreated: OnAccountCreated,
  actor: Actor,
  { id, ...input }: NewAccount & { readonly id: string },
): Promise<Account> {
  await refuseSecondPlan(tx, input);
  if ((await countAccounts(tx)).count >= accountsMax)
    throw new Refusal('limit_reached', { what: 'account', max: accountsMax });
  const at = clock.now();
  const customer = await ensureCustomer(tx, newId(clock), input.customerName, at);
  await insertAccount(tx, { ...input, id, customerId: customer.id, at });
  await onCreated(tx, id);
  await noteOnAccount(tx, clock, id, actor, 'account.created', `account:${id}`, { ...input });
  const [row] = await selectAccounts(tx, { accountId: id });
  return toAccount(row!);
}

/** The same account asked for under another plan is a misunderstanding worth its own words. */
async function refuseSecondPlan(tx: Tx, input: NewAccount): Promise<void> {
  const [existing] = await selectAccounts(tx, { name: input.name });
  if (!existing) return;
  const secondPlan = existing.customer_name === input.customerName && existing.plan !== input.plan;
  throw secondPlan ? new Refusal('one_plan_per_account') : new Refusal('already_exists', { what: 'account' });
}

async function noteOnAccount(
  tx: Tx,
  clock: Clock,
  accountId: string,
  actor: Pick<Actor, 'kind' | 'id' | 'name'>,
  action: AuditAction,
  target: string,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  await note(tx, clock, { accountId, actor, action, target, facts });
  await announce(tx, { topic: 'account', accountId, id: accountId });
}

/** The account of this name among those the transaction may see. */
export async function findAccountByName(tx: Tx, name: string): Promise<Account | undefined> {
  const [row] = await selectAccounts(tx, { name });
  return row && toAccount(row);
}

/** @throws Refusal `not_found` where there is no such account, or it is not the caller's */
export async function getAccount(tx: Tx, accountId: string): Promise<Account> {
  const [row] = await selectAccounts(tx, { accountId });
  if (!row) throw new Refusal('not_found', { what: 'account' });
  return toAccount(row);
}

/** @throws Refusal `not_found` where there is no such account, or it is not the caller's */
export async function listContacts(tx: Tx, accountId: string): Promise<Contact[]> {
  await checkAccount(tx, accountId);
  return (await selectContacts(tx, accountId)).map(toContact);
}

/** @throws Refusal `not_found` where there is no such account, or it is not the caller's */
export async function checkAccount(tx: Tx, accountId: string): Promise<void> {
  if (!(await accountExists(tx, accountId))) throw new Refusal('not_found', { what: 'account' });
}

const valuesOf = (input: ContactValues): ContactValues => ({ ...input, purposes: [...new Set(input.purposes)] });
const contactFacts = ({ name, mail, language, purposes }: ContactValues) => ({ name, mail, language, purposes });

async function onContact<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'contact' }, { cause: error });
    throw error;
  }
}

/** @throws Refusal `not_found` (account), `already_exists`, `limit_reached` */
export function createContact(
  platform: Platform,
  actor: Actor,
  accountId: string,
  input: ContactValues,
): Promise<Contact> {
  return onContact(() => platform.database.for(actor, (tx) => addContact(tx, platform, actor, accountId, input)));
}

/** The same within a transaction. */
export async function addContact(
  tx: Tx,
  { clock }: Pick<Platform, 'clock'>,
  actor: Actor,
  accountId: string,
  input: ContactValues,
): Promise<Contact> {
  await checkAccount(tx, accountId);
  if ((await countContacts(tx, accountId)).count >= contactsMax)
    throw new Refusal('limit_reached', { what: 'contact', max: contactsMax });
  const row = await insertContact(tx, { ...valuesOf(input), id: newId(clock), accountId, at: clock.now() });
  await noteOnAccount(tx, clock, accountId, actor, 'contact.created', `contact:${row.id}`, contactFacts(row));
  return toContact(row);
}

type ContactKey = { readonly accountId: string; readonly id: string };

/** @throws Refusal `not_found`, `already_exists` */
export function updateContact(
  platform: Platform,
  actor: Actor,
  key: ContactKey,
  input: ContactValues,
): Promise<Contact> {
  return onContact(() =>
    platform.database.for(actor, async (tx) => {
      const row = await updateContactRow(tx, key, valuesOf(input));
      if (!row) throw new Refusal('not_found', { what: 'contact' });
      await noteOnAccount(
        tx,
        platform.clock,
        key.accountId,
        actor,
        'contact.updated',
        `contact:${row.id}`,
        contactFacts(row),
      );
      return toContact(row);
    }),
  );
}

/** @throws Refusal `not_found` */
export async function deleteContact(platform: Platform, actor: Actor, key: ContactKey): Promise<void> {
  await platform.database.for(actor, async (tx) => {
    const row = await deleteContactRow(tx, key);
    if (!row) throw new Refusal('not_found', { what: 'contact' });
    await noteOnAccount(
      tx,
      platform.clock,
      key.accountId,
      actor,
      'contact.removed',
      `contact:${row.id}`,
      contactFacts(row),
    );
  });
}

/**
 * Who of the account receives this kind of letter. The transaction must be one **as the account** (`database.as`): in the provider's, the
 * contacts of all accounts would be in reach, and one customer's letter must never go to another.
 * Contacts whose address failed are among them, with `bouncedAt`.
 */
export async function contactsFor(tx: Tx, purpose: ContactPurpose): Promise<Contact[]> {
  const { tenant } = await selectTenant(tx);
  if (tenant === null) throw new Error('contactsFor needs a transaction as one account.');
  return (await selectContactsFor(tx, tenant, purpose)).map(toContact);
}

/** One contact, as far as whoever asks may see it. */
export async function contactById(tx: Tx, contactId: string): Promise<Contact | undefined> {
  const row = await selectContact(tx, contactId);
  return row && toContact(row);
}

const mailSystem = { kind: 'system', id: 'system', name: 'system' } as const;
const reasonMax = 1000;

/** Notes that a delivery report said the contact's address fails, until somebody looks at the contact again. A contact that is gone is let be. */
export async function markBounced(tx: Tx, clock: Clock, contactId: string, reason: string): Promise<void> {
  const row = await updateBounce(tx, contactId, clock.now(), reason.slice(0, reasonMax));
  if (!row) return;
  const facts = { name: row.name, mail: row.mail, reason: row.bounce_reason };
  await noteOnAccount(tx, clock, row.tenant_id, mailSystem, 'contact.bounced', `contact:${row.id}`, facts);
}
