import type { Language } from '@sakimori/contract';
import { type Cursor, sql, type Tx } from '../platform/index.ts';

export type NoticeState = 'waiting' | 'sent' | 'failed' | 'bounced' | 'digested';

export type StoredAttachment = { readonly name: string; readonly contentType: string; readonly base64: string };

/** What a letter is part of, beside an alert: a ticket of the desk. */
export type NoticeThread = {
  readonly ticketId: string;
  /** Message-IDs of the mail it answers. */
  readonly inReplyTo?: string | undefined;
  /** Written by a person: programs of others may answer it, and no header says that it is automatic (RFC 3834). */
  readonly isByPerson: boolean;
};

export type NewNotice = {
  readonly thread: NoticeThread | null;
  readonly id: string;
  readonly kind: string;
  readonly alertId: string | null;
  readonly contactId: string | null;
  readonly recipient: string;
  readonly language: Language;
  readonly fromName: string | null;
  readonly fromAddress: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly attachments: readonly StoredAttachment[];
};

export async function insertNotices(
  tx: Tx,
  accountId: string,
  notices: readonly NewNotice[],
  createdAt: Date,
): Promise<void> {
  await tx.run(sql`
    insert into notices_notice (tenant_id, id, kind, alert_id, contact_id, recipient, language, subject, body_text, body_html, attachments, from_name, from_address, thread, state, created_at, next_attempt_at)
    select ${accountId}::uuid, n.id, n.kind, n."alertId", n."contactId", n.recipient, n.language, n.subject, n.text, n.html, n.attachments, n."fromName", n."fromAddress", n.thread, 'waiting', ${createdAt}::timestamptz, ${createdAt}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(notices)}::jsonb)
      as n(id uuid, kind text, "alertId" uuid, "contactId" uuid, recipient text, language text, subject text, text text, html text, attachments jsonb, "fromName" text, "fromAddress" text, thread jsonb)`);
}

/** A letter that is to be sent now. */
export type ClaimedNotice = {
  readonly id: string;
  readonly tenant_id: string;
  readonly alert_id: string | null;
  readonly contact_id: string | null;
  readonly recipient: string;
  readonly subject: string;
  readonly body_text: string;
  readonly body_html: string | null;
  readonly attachments: readonly StoredAttachment[];
  readonly from_name: string | null;
  /** Of another sender than the provider. */
  readonly from_address: string | null;
  readonly thread: NoticeThread | null;
  readonly attempts: number;
  readonly created_at: Date;
};

/**
 * Takes a due letter for one attempt: counts it, clears the error of the one before (`foldWaiting` takes back only what has one), and moves its next one behind the lease, so that nobody else sends it meanwhile and a
 * process that dies leaves it to be found again. Undefined where it is not due, is done, or somebody else is taking it.
 */
export async function claimNotice(
  tx: Tx,
  accountId: string,
  noticeId: string,
  now: Date,
  leaseUntil: Date,
): Promise<ClaimedNotice | undefined> {
  return tx.first(sql<ClaimedNotice>`
    update notices_notice set attempts = attempts + 1, next_attempt_at = ${leaseUntil}, last_error = null
    where tenant_id = ${accountId} and id = (
      select id from notices_notice where tenant_id = ${accountId} and id = ${noticeId} and state = 'waiting' and next_attempt_at <= ${now} for update skip locked)
    returning id, tenant_id, alert_id, contact_id, recipient, subject, body_text, body_html, attachments, from_name, from_address, thread, attempts, created_at`);
}

export type NoticeChange = {
  readonly state: NoticeState;
  readonly sentAt?: Date;
  readonly nextAttemptAt?: Date;
  readonly serverResponse?: string;
  readonly lastError?: string;
  /** The server was out of reach: nothing is wrong with the letter. */
  readonly isOutage?: boolean;
};

/** Writes what became of an attempt. @returns false where the letter is no longer waiting */
export async function recordAttempt(
  tx: Tx,
  accountId: string,
  noticeId: string,
  change: NoticeChange,
): Promise<boolean> {
  const count = await tx.run(sql`
    update notices_notice set state = ${change.state}, sent_at = ${change.sentAt ?? null}, next_attempt_at = ${change.nextAttemptAt ?? null},
      server_response = coalesce(${change.serverResponse ?? null}, server_response), last_error = ${change.lastError ?? null}, is_outage = ${change.isOutage ?? false}
    where tenant_id = ${accountId} and id = ${noticeId} and state = 'waiting'`);
  return count > 0;
}

/** Letters whose next attempt is due. A letter's first attempt is the business of the job queued with it, so that has `graceUntil` first. */
export function selectDue(
  tx: Tx,
  now: Date,
  graceUntil: Date,
  limit: number,
): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from notices_notice
    where state = 'waiting' and next_attempt_at <= ${now} and (attempts > 0 or next_attempt_at <= ${graceUntil})
    order by next_attempt_at, created_at, id limit ${limit}`);
}

/** The server answers again: letters that waited for that need not wait for their next attempt. They go in the order in which they were written. */
export async function bringForward(tx: Tx, now: Date): Promise<number> {
  return tx.run(sql`
    update notices_notice set next_attempt_at = ${now} where state = 'waiting' and is_outage and last_error is not null and next_attempt_at > ${now}`);
}

export type ReportedNotice = {
  readonly tenant_id: string;
  readonly id: string;
  readonly alert_id: string | null;
  readonly contact_id: string | null;
  readonly recipient: string;
  readonly state: NoticeState;
};

export function findReported(tx: Tx, noticeId: string): Promise<ReportedNotice | undefined> {
  return tx.first(
    sql<ReportedNotice>`select tenant_id, id, alert_id, contact_id, recipient, state from notices_notice where id = ${noticeId}`,
  );
}

/** A delivery report says that a letter which a server had taken did not arrive. @returns false where that is known already */
export async function recordUndelivered(
  tx: Tx,
  accountId: string,
  noticeId: string,
  state: 'bounced' | 'failed',
  reason: string,
): Promise<boolean> {
  const count = await tx.run(sql`
    update notices_notice set state = ${state}, next_attempt_at = null, last_error = ${reason}
    where tenant_id = ${accountId} and id = ${noticeId} and state in ('waiting', 'sent')`);
  return count > 0;
}

export async function isAddressOf(tx: Tx, accountId: string, contactId: string, address: string): Promise<boolean> {
  const { found } = await tx.one(sql<{ found: boolean }>`
    select exists (select from customers_contact where tenant_id = ${accountId} and id = ${contactId} and lower(mail) = lower(${address})) as found`);
  return found;
}

export type NoticeRow = {
  tenant_id: string;
  id: string;
  kind: string;
  recipient: string;
  subject: string;
  state: NoticeState;
  attempts: number;
  created_at: Date;
  sent_at: Date | null;
  next_attempt_at: Date | null;
  last_error: string | null;
};

/** Newest first, one more than `limit` so that the caller knows whether there is a next page. */
export function selectNotices(
  tx: Tx,
  filter: {
    readonly accountId?: string | undefined;
    readonly after?: Cursor | undefined;
    readonly limit: number;
  },
): Promise<NoticeRow[]> {
  return tx.rows(sql<NoticeRow>`
    select tenant_id, id, kind, recipient, subject, state, attempts, created_at, sent_at, next_attempt_at, last_error
    from notices_notice
    where true
      ${filter.accountId ? sql`and tenant_id = ${filter.accountId}` : sql``}
      ${filter.after ? sql`and (created_at, id) < (${filter.after.at}, ${filter.after.id})` : sql``}
    order by created_at desc, id desc
    limit ${filter.limit + 1}`);
}

export type AccountNames = { account_name: string; customer_name: string };

export function selectAccountNames(tx: Tx, accountId: string): Promise<AccountNames> {
  return tx.one(sql<AccountNames>`
    select name as account_name, customer_name from customers_account where tenant_id = ${accountId}`);
}

export type AlertContext = {
  account_name: string;
  customer_name: string;
  host_name: string | null;
};

/** The names that a mail about an alert shows. */
export function selectAlertContext(tx: Tx, accountId: string, hostId: string): Promise<AlertContext> {
  return tx.one(sql<AlertContext>`
    select ac.name as account_name, ac.customer_name, h.name as host_name
    from customers_account ac
    left join hosts_named h on h.tenant_id = ac.tenant_id and h.id = ${hostId}
    where ac.tenant_id = ${accountId}`);
}

export function selectBeginning(
  tx: Tx,
  accountId: string,
  alertId: string,
): Promise<{ first_detection_id: string; opened_at: Date } | undefined> {
  return tx.first(
    sql<{
      first_detection_id: string;
      opened_at: Date;
    }>`select first_detection_id, opened_at from alerts_beginning where tenant_id = ${accountId} and id = ${alertId}`,
  );
}

/** Accounts where nobody could be told of an alert: no contact for alerts, or only such whose address fails. */
export function selectAccountsWithoutRecipients(tx: Tx): Promise<{ id: string; name: string }[]> {
  return tx.rows(sql<{ id: string; name: string }>`
    select ac.tenant_id as id, ac.name from customers_account ac
    where not exists (
      select from customers_contact c where c.tenant_id = ac.tenant_id and 'alerts' = any (c.purposes) and c.bounced_at is null)
    order by ac.name`);
}

/** The name of the mail settings. Letters ask `identityFor`, which knows the customer’s brand. */
export async function providerName(tx: Tx): Promise<string> {
  const row = await tx.first(sql<{ name: string | null }>`select name from notices_identity`);
  return row?.name ?? 'Sakimori';
}
