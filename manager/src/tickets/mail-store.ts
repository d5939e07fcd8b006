import type { ParkedMail, SenderProof } from '@sakimori/contract';
import { type Cursor, sql, type Tx } from '../platform/index.ts';

export type MailVia = ParkedMail['via'];
export type MailState = 'waiting' | 'filed' | 'parked' | 'automatic' | 'report' | 'dismissed';

/** @returns false where the mail is there already */
export async function insertMail(
  tx: Tx,
  mail: {
    readonly id: string;
    readonly key: string;
    readonly at: Date;
    readonly via: MailVia;
    readonly from: string;
    readonly to: readonly string[];
    readonly sizeBytes: number;
    readonly raw: Buffer;
    readonly isCut: boolean;
  },
): Promise<boolean> {
  const count = await tx.run(sql`
    insert into tickets_mail (id, key, received_at, via, envelope_from, envelope_to, size_bytes, raw, is_cut, state)
    values (${mail.id}, ${mail.key}, ${mail.at}, ${mail.via}, ${mail.from}, ${[...mail.to]}::text[], ${mail.sizeBytes}, ${mail.raw}, ${mail.isCut}, 'waiting')
    on conflict (key) do nothing`);
  return count > 0;
}

export type MailRow = {
  id: string;
  received_at: Date;
  via: MailVia;
  envelope_from: string;
  envelope_to: string[];
  size_bytes: number;
  raw: Buffer;
  is_cut: boolean;
  state: MailState;
  reason: ParkedMail['reason'] | null;
  from_mail: string;
  from_name: string;
  subject: string;
  proof: SenderProof | null;
  account_id: string | null;
  ticket_id: string | null;
};
export const lockMail = (tx: Tx, id: string): Promise<MailRow | undefined> =>
  tx.first(sql<MailRow>`select * from tickets_mail where id = ${id} for update`);

export const selectMail = (tx: Tx, id: string): Promise<MailRow | undefined> =>
  tx.first(sql<MailRow>`select * from tickets_mail where id = ${id}`);

export async function settleMail(
  tx: Tx,
  id: string,
  settled: {
    readonly state: MailState;
    readonly at: Date;
    readonly by?: string | undefined;
    readonly reason?: string | undefined;
    readonly accountId?: string | undefined;
    readonly ticketId?: string | undefined;
    readonly seen?: {
      readonly fromMail: string;
      readonly fromName: string;
      readonly subject: string;
      readonly proof: SenderProof;
    };
  },
): Promise<void> {
  const { seen } = settled;
  await tx.run(sql`
    update tickets_mail set state = ${settled.state}, reason = ${settled.reason ?? null}, account_id = coalesce(${settled.accountId ?? null}, account_id),
      ticket_id = coalesce(${settled.ticketId ?? null}, ticket_id), settled_at = ${settled.at}, settled_by = ${settled.by ?? null}
      ${seen ? sql`, from_mail = ${seen.fromMail}, from_name = ${seen.fromName}, subject = ${seen.subject}, proof = ${JSON.stringify(seen.proof)}::jsonb` : sql``}
    where id = ${id}`);
}

/** Mails of one sender are filed one after another: those at once would not be in each other's count. */
export async function lockSender(tx: Tx, fromMail: string): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`desk mail of ${fromMail.toLowerCase()}`}))`);
}

/** Mails of one sender since then, of which the desk made something. */
export async function countFrom(tx: Tx, fromMail: string, since: Date): Promise<number> {
  const row = await tx.one(sql<{ count: number }>`
    select count(*) as count from tickets_mail where from_mail = ${fromMail} and received_at > ${since} and state = 'filed'`);
  return row.count;
}

/** Acknowledgements to one address since then: two desks that acknowledge each other stop (RFC 3834 §2). */
export async function countAcknowledged(tx: Tx, recipient: string, since: Date): Promise<number> {
  const row = await tx.one(sql<{ count: number }>`
    select count(*) as count from notices_notice where kind = 'ticket.acknowledged' and recipient = ${recipient} and created_at > ${since}`);
  return row.count;
}

export type ParkedRow = Omit<MailRow, 'raw'> & { number: number | null; ticket_account: string | null };
export function selectParked(
  tx: Tx,
  { id, after, limit }: { readonly id?: string; readonly after?: Cursor | undefined; readonly limit: number },
): Promise<ParkedRow[]> {
  return tx.rows(sql<ParkedRow>`
    select m.id, m.received_at, m.via, m.envelope_from, m.envelope_to, m.size_bytes, m.is_cut, m.state, m.reason, m.from_mail, m.from_name, m.subject,
      m.proof, m.account_id, m.ticket_id, t.number, t.tenant_id as ticket_account
    from tickets_mail m left join tickets_ticket t on t.id = m.ticket_id
    where m.state = 'parked' ${id ? sql`and m.id = ${id}` : sql``}
      ${after ? sql`and (m.received_at, m.id) > (${after.at}, ${after.id}::uuid)` : sql``}
    order by m.received_at, m.id limit ${limit}`);
}
export async function countParked(tx: Tx): Promise<number> {
  return (await tx.one(sql<{ count: number }>`select count(*) as count from tickets_mail where state = 'parked'`))
    .count;
}

/** Mails whose job was lost, as when a process died between its tries. */
export function selectStranded(tx: Tx, before: Date): Promise<{ id: string }[]> {
  return tx.rows(sql<{ id: string }>`
    select id from tickets_mail where state = 'waiting' and received_at < ${before} order by received_at limit 200`);
}

/** Originals are kept as long as detections are; what is still parked stays. */
export async function deleteOldMails(tx: Tx, before: Date): Promise<void> {
  await tx.run(sql`delete from tickets_mail where received_at < ${before} and state not in ('waiting', 'parked')`);
}

export type MailboxRow = {
  settings: unknown;
  sealed_password: string | null;
  updated_at: Date;
  last_error: string | null;
  last_mail_at: Date | null;
};
export const selectMailbox = (tx: Tx): Promise<MailboxRow | undefined> =>
  tx.first(sql<MailboxRow>`
    select settings, sealed_password, updated_at, last_error, last_mail_at from tickets_mailbox where id = 1`);

export async function upsertMailbox(tx: Tx, settings: object, sealed: string | null, at: Date): Promise<void> {
  await tx.run(sql`
    insert into tickets_mailbox (id, settings, sealed_password, updated_at) values (1, ${JSON.stringify(settings)}::jsonb, ${sealed}, ${at})
    on conflict (id) do update set settings = excluded.settings, sealed_password = excluded.sealed_password, updated_at = excluded.updated_at,
      last_error = null`);
}
export async function setMailboxState(
  tx: Tx,
  state: { readonly lastError?: string | null; readonly lastMailAt?: Date },
): Promise<void> {
  await tx.run(sql`
    update tickets_mailbox set last_error = ${state.lastError ?? null}, last_mail_at = coalesce(${state.lastMailAt ?? null}, last_mail_at) where id = 1`);
}
