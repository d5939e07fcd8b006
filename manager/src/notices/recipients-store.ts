import type { Language, RecipientChange, RecipientList } from '@sakimori/contract';
import type { ContactPurpose, TouchedRecipient } from '../customers/index.ts';
import { sql, type Tx } from '../platform/index.ts';

export type ChangeRow = {
  readonly tenant_id: string;
  readonly id: string;
  readonly state: RecipientChange['state'];
  readonly lists: RecipientList[];
  readonly touched: TouchedRecipient[];
  readonly reason: string;
  readonly requested_by: string | null;
  readonly approved_by: string | null;
  readonly ticket_id: string | null;
  readonly applied_at: Date;
  readonly applied_by: string;
  readonly applied_by_id: string;
  readonly rolled_back_at: Date | null;
  readonly rolled_back_by: string | null;
  readonly rollback_reason: string | null;
};
const changeColumns = sql.raw(
  'tenant_id, id, state, lists, touched, reason, requested_by, approved_by, ticket_id, applied_at, applied_by, applied_by_id, rolled_back_at, rolled_back_by, rollback_reason',
);

export async function insertChange(
  tx: Tx,
  row: Omit<ChangeRow, 'state' | 'rolled_back_at' | 'rolled_back_by' | 'rollback_reason'>,
): Promise<void> {
  await tx.run(sql`
    insert into notices_recipient_change (tenant_id, id, state, lists, touched, reason, requested_by, approved_by, ticket_id, applied_at, applied_by, applied_by_id)
    values (${row.tenant_id}, ${row.id}, 'applied', ${JSON.stringify(row.lists)}::jsonb, ${JSON.stringify(row.touched)}::jsonb, ${row.reason},
      ${row.requested_by}, ${row.approved_by}, ${row.ticket_id}, ${row.applied_at}, ${row.applied_by}, ${row.applied_by_id})`);
}

export function lockChange(tx: Tx, key: { accountId: string; id: string }): Promise<ChangeRow | undefined> {
  return tx.first(
    sql<ChangeRow>`select ${changeColumns} from notices_recipient_change where tenant_id = ${key.accountId} and id = ${key.id} for update`,
  );
}

export function selectChanges(tx: Tx, accountId: string, limit: number): Promise<ChangeRow[]> {
  return tx.rows(sql<ChangeRow>`
    select ${changeColumns} from notices_recipient_change where tenant_id = ${accountId} order by applied_at desc, id desc limit ${limit}`);
}

export async function markRolledBack(
  tx: Tx,
  row: ChangeRow,
  by: { at: Date; name: string; reason: string },
): Promise<void> {
  await tx.run(sql`
    update notices_recipient_change set state = 'rolledBack', rolled_back_at = ${by.at}, rolled_back_by = ${by.name}, rollback_reason = ${by.reason}
    where tenant_id = ${row.tenant_id} and id = ${row.id}`);
}

export type MailRow = {
  readonly tenant_id: string;
  readonly id: string;
  readonly change_id: string;
  readonly contact_id: string;
  readonly part: 'new' | 'old';
  readonly name: string;
  readonly mail: string;
  readonly language: Language;
  readonly purposes: ContactPurpose[];
  readonly notice_id: string | null;
  readonly state: RecipientChange['mails'][number]['state'];
  readonly at: Date;
  readonly answered_at: Date | null;
};
const mailColumns = sql.raw(
  'tenant_id, id, change_id, contact_id, part, name, mail, language, purposes, notice_id, state, at, answered_at',
);

export async function insertMail(
  tx: Tx,
  row: Omit<MailRow, 'state' | 'answered_at'> & { readonly secretHash: string | null },
): Promise<void> {
  await tx.run(sql`
    insert into notices_recipient_mail (tenant_id, id, change_id, contact_id, part, name, mail, language, purposes, notice_id, secret_hash, state, at)
    values (${row.tenant_id}, ${row.id}, ${row.change_id}, ${row.contact_id}, ${row.part}, ${row.name}, ${row.mail}, ${row.language}, ${row.purposes}::text[],
      ${row.notice_id}, ${row.secretHash}, ${row.secretHash === null ? 'told' : 'asked'}, ${row.at})`);
}

export function selectMails(tx: Tx, changeIds: readonly string[]): Promise<MailRow[]> {
  return tx.rows(sql<MailRow>`
    select ${mailColumns} from notices_recipient_mail where change_id = any(${changeIds}::uuid[]) order by at, part, mail, id`);
}

/** The mail of a secret, of whichever account: the transaction is one of the provider's. */
export function selectMailBySecret(tx: Tx, secretHash: string): Promise<MailRow | undefined> {
  return tx.first(
    sql<MailRow>`select ${mailColumns} from notices_recipient_mail where secret_hash = ${secretHash} for update`,
  );
}

export function selectAskedByNotice(tx: Tx, accountId: string, noticeId: string): Promise<MailRow | undefined> {
  return tx.first(sql<MailRow>`
    select ${mailColumns} from notices_recipient_mail where tenant_id = ${accountId} and notice_id = ${noticeId} and state = 'asked'`);
}

export async function setMailState(tx: Tx, row: MailRow, state: MailRow['state'], at: Date): Promise<void> {
  await tx.run(sql`
    update notices_recipient_mail set state = ${state}, answered_at = ${at} where tenant_id = ${row.tenant_id} and id = ${row.id}`);
}

/** Asked before a time, in a change that is in force, with the address that the contact still has, and not reminded of; those first who wait longest. */
export function selectWaiting(tx: Tx, before: Date, limit: number): Promise<MailRow[]> {
  return tx.rows(sql<MailRow>`
    select m.tenant_id, m.id, m.change_id, m.contact_id, m.part, m.name, m.mail, m.language, m.purposes, m.notice_id, m.state, m.at, m.answered_at
    from notices_recipient_mail m
    join notices_recipient_change c on c.tenant_id = m.tenant_id and c.id = m.change_id and c.state = 'applied'
    join customers_contact k on k.tenant_id = m.tenant_id and k.id = m.contact_id and lower(k.mail) = lower(m.mail)
    where m.state = 'asked' and m.reminded_at is null and m.at <= ${before} order by m.at limit ${limit}`);
}

export async function markReminded(tx: Tx, row: MailRow, at: Date): Promise<void> {
  await tx.run(
    sql`update notices_recipient_mail set reminded_at = ${at} where tenant_id = ${row.tenant_id} and id = ${row.id}`,
  );
}

/** Contacts who receive alerts at an address that works, but this one. */
export async function countOthers(
  tx: Tx,
  accountId: string,
  contactId: string,
  purpose: ContactPurpose,
): Promise<number> {
  const { count } = await tx.one(sql<{ count: number }>`
    select count(*) as count from customers_contact
    where tenant_id = ${accountId} and id <> ${contactId} and ${purpose} = any (purposes) and bounced_at is null`);
  return count;
}
