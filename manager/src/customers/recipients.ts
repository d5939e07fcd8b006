import { contactPurposes, type RecipientList, type RecipientStep, Refusal } from '@sakimori/contract';
import { isDuplicate, sha256, type Tx } from '../platform/index.ts';
import type { ContactPurpose } from './customers.ts';
import {
  type ContactRow,
  contactsMax,
  deleteContactRow,
  insertContact,
  lockContacts,
  restoreContactRow,
} from './store.ts';

/** What of a contact a change of recipients may change, and an undo puts back. */
export type RecipientRow = Pick<
  ContactRow,
  'id' | 'name' | 'mail' | 'language' | 'purposes' | 'bounced_at' | 'bounce_reason'
>;
/** A contact that was touched; `before` is null where it is new. */
export type TouchedRecipient = { readonly before: RecipientRow | null; readonly after: RecipientRow };
export type RecipientPlan = {
  readonly lists: readonly RecipientList[];
  readonly touched: readonly TouchedRecipient[];
  /** New addresses, each with what it is to receive. */
  readonly added: readonly RecipientRow[];
  /** Names the contacts as they stood: a plan of another day is not carried out. */
  readonly basis: string;
};

const sameMail = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const toRecipient = ({ id, name, mail, language, purposes, bounced_at, bounce_reason }: ContactRow): RecipientRow => ({
  ...{ id, name, mail, language, purposes, bounced_at, bounce_reason },
});
const basisOf = (rows: readonly RecipientRow[]): string =>
  sha256(JSON.stringify(rows.map(({ id, mail, purposes }) => [id, mail, [...purposes].sort()]).sort()));

/**
 * What steps make of an account's contacts, of which nobody else can change one until the transaction ends. Nothing is written.
 * @throws Refusal `not_found`, `recipient_duplicate`, `recipient_not_listed`, `recipients_none_left`, `limit_reached`
 */
export async function planRecipients(
  tx: Tx,
  accountId: string,
  steps: readonly RecipientStep[],
  newId: () => string,
): Promise<RecipientPlan> {
  const before = (await lockContacts(tx, accountId)).map(toRecipient);
  const after = new Map(before.map((row) => [row.id, row]));
  for (const step of steps) takeStep(after, step, newId);
  if (after.size > contactsMax) throw new Refusal('limit_reached', { what: 'contact', max: contactsMax });
  const lists = listsOf(before, [...after.values()]);
  refuseEmpty(lists);
  const touched = [...after.values()].flatMap((row): TouchedRecipient[] => {
    const old = before.find(({ id }) => id === row.id) ?? null;
    return old === row ? [] : [{ before: old, after: row }];
  });
  const added = touched.flatMap((each) => {
    const isNew = each.before === null || !sameMail(each.before.mail, each.after.mail);
    const gained = isNew ? each.after.purposes : each.after.purposes.filter((p) => !each.before!.purposes.includes(p));
    return gained.length > 0 ? [{ ...each.after, purposes: gained }] : [];
  });
  return { lists, touched, added, basis: basisOf(before) };
}

function takeStep(rows: Map<string, RecipientRow>, step: RecipientStep, newId: () => string): void {
  const holder = 'mail' in step ? [...rows.values()].find(({ mail }) => sameMail(mail, step.mail)) : undefined;
  if (step.deed === 'add') {
    const { name, mail, language } = step;
    const purposes = [...new Set(step.purposes)];
    if (holder && purposes.every((purpose) => holder.purposes.includes(purpose)))
      throw new Refusal('recipient_duplicate', { mail });
    const row = holder
      ? { ...holder, purposes: [...new Set([...holder.purposes, ...purposes])], bounced_at: null, bounce_reason: null }
      : { id: newId(), name, mail, language, purposes, bounced_at: null, bounce_reason: null };
    rows.set(row.id, row);
    return;
  }
  const row = rows.get(step.contactId);
  if (!row) throw new Refusal('not_found', { what: 'contact' });
  if (step.deed === 'remove') {
    const gone = step.purposes ?? row.purposes;
    if (gone.length === 0 || gone.some((purpose) => !row.purposes.includes(purpose)))
      throw new Refusal('recipient_not_listed', { mail: row.mail });
    rows.set(row.id, { ...row, purposes: row.purposes.filter((purpose) => !gone.includes(purpose)) });
    return;
  }
  if (holder) throw new Refusal('recipient_duplicate', { mail: step.mail });
  rows.set(row.id, {
    ...{ ...row, mail: step.mail, name: step.name ?? row.name, language: step.language ?? row.language },
    ...{ bounced_at: null, bounce_reason: null },
  });
}

/** The lists that differ. */
function listsOf(before: readonly RecipientRow[], after: readonly RecipientRow[]): RecipientList[] {
  const receiving = (rows: readonly RecipientRow[], purpose: ContactPurpose) =>
    rows
      .filter(({ purposes }) => purposes.includes(purpose))
      .map(({ id, name, mail, language, bounced_at }) => ({
        ...{ contactId: id, name, mail, language, fails: bounced_at !== null },
      }));
  return contactPurposes.flatMap((purpose) => {
    const list = { purpose, before: receiving(before, purpose), after: receiving(after, purpose) };
    const names = (rows: RecipientList['after']) => JSON.stringify(rows.map(({ mail }) => mail).sort());
    return names(list.before) === names(list.after) ? [] : [list];
  });
}

/** A list that had somebody keeps somebody whose address works. */
function refuseEmpty(lists: readonly RecipientList[]): void {
  for (const { purpose, before, after } of lists)
    if (before.length > 0 && !after.some(({ fails }) => !fails)) throw new Refusal('recipients_none_left', { purpose });
}

async function orDuplicate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDuplicate(error)) throw new Refusal('already_exists', { what: 'contact' }, { cause: error });
    throw error;
  }
}

/** Carries a plan out. @throws Refusal `already_exists` where another change took the address meanwhile */
export const writeRecipients = (
  tx: Tx,
  accountId: string,
  touched: readonly TouchedRecipient[],
  at: Date,
): Promise<void> =>
  orDuplicate(async () => {
    for (const { before, after } of touched)
      if (before === null) await insertContact(tx, { ...after, accountId, at });
      else await restoreContactRow(tx, accountId, after);
  });

/**
 * Puts the contacts of a change back as they were before it; one that it added goes. The lists that this makes are given.
 * @throws Refusal `recipients_changed` where one of them is not as the change left it, `recipients_none_left`
 */
export async function restoreRecipients(
  tx: Tx,
  accountId: string,
  touched: readonly TouchedRecipient[],
): Promise<RecipientList[]> {
  const now = (await lockContacts(tx, accountId)).map(toRecipient);
  const key = ({ mail, name, language, purposes }: RecipientRow) =>
    JSON.stringify([mail, name, language, [...purposes].sort()]);
  const isAsLeft = ({ after }: TouchedRecipient) => {
    const row = now.find(({ id }) => id === after.id);
    return row !== undefined && key(row) === key(after);
  };
  if (!touched.every(isAsLeft)) throw new Refusal('recipients_changed');
  const restored = now.flatMap((row) => {
    const change = touched.find(({ after }) => after.id === row.id);
    return change ? (change.before ?? []) : row;
  });
  const lists = listsOf(now, restored);
  refuseEmpty(lists);
  await orDuplicate(async () => {
    for (const { before, after } of touched)
      if (before === null) await deleteContactRow(tx, { accountId, id: after.id });
      else await restoreContactRow(tx, accountId, before);
  });
  return lists;
}

/** Addresses of domains that none of the account's contacts had. */
export const strangeDomains = (lists: readonly RecipientList[], added: readonly RecipientRow[]): string[] => {
  const domain = (mail: string) => mail.slice(mail.lastIndexOf('@') + 1).toLowerCase();
  const known = new Set(lists.flatMap(({ before }) => before.map(({ mail }) => domain(mail))));
  return [...new Set(added.map(({ mail }) => domain(mail)))].filter((each) => known.size > 0 && !known.has(each));
};
