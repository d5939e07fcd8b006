import type {
  Deadline,
  Language,
  SenderProof,
  TicketAttachment,
  TicketChannel,
  TicketKind,
  TicketMessageKind,
  TicketOutcome,
  TicketPause,
  TicketState,
} from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import { isOfCase } from './about.ts';

export type TicketRow = {
  tenant_id: string;
  id: string;
  number: number;
  account_name: string;
  customer_name: string;
  kind: TicketKind;
  channel: TicketChannel;
  subject: string;
  state: TicketState;
  language: Language;
  requester_name: string;
  requester_mail: string | null;
  requester_phone: string | null;
  contact_id: string | null;
  alert_id: string | null;
  case_id: string | null;
  meeting_id: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  opened_at: Date;
  accepted_at: Date;
  due_at: Date;
  due: Deadline;
  half_at: Date;
  most_at: Date;
  warned: number;
  first_answer_at: Date | null;
  pauses: TicketPause[];
  paused_at: Date | null;
  pause_reason: string | null;
  closed_at: Date | null;
  closed_by: string | null;
  outcome: TicketOutcome | null;
};

const columns =
  sql.raw(`t.tenant_id, t.id, t.number, a.name as account_name, a.customer_name, t.kind, t.channel, t.subject, t.state, t.language,
  t.requester_name, t.requester_mail, t.requester_phone, t.contact_id, t.alert_id, t.case_id, t.meeting_id, t.assignee_id, t.assignee_name, t.opened_at,
  t.accepted_at, t.due_at, t.due, t.half_at, t.most_at, t.warned, t.first_answer_at, t.pauses, t.paused_at, t.pause_reason, t.closed_at,
  t.closed_by, t.outcome`);
const from = sql.raw('tickets_ticket t join customers_account a on a.tenant_id = t.tenant_id');

export type NewRow = {
  readonly accountId: string;
  readonly id: string;
  readonly kind: TicketKind;
  readonly channel: TicketChannel;
  readonly subject: string;
  readonly language: Language;
  readonly requester: {
    readonly name: string;
    readonly mail?: string | undefined;
    readonly phone?: string | undefined;
    readonly contactId?: string | undefined;
  };
  readonly alertId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly meetingId?: string | undefined;
  readonly at: Date;
  readonly by: string;
  readonly due: Deadline;
  readonly halfAt: Date;
  readonly mostAt: Date;
};

export async function insertTicket(tx: Tx, row: NewRow): Promise<number> {
  const { requester, due } = row;
  const made = await tx.one(sql<{ number: number }>`
    insert into tickets_ticket (tenant_id, id, kind, channel, subject, state, language, requester_name, requester_mail, requester_phone, contact_id,
      alert_id, case_id, meeting_id, opened_at, opened_by, accepted_at, due_at, due, half_at, most_at)
    values (${row.accountId}, ${row.id}, ${row.kind}, ${row.channel}, ${row.subject}, 'open', ${row.language}, ${requester.name},
      ${requester.mail ?? null}, ${requester.phone ?? null}, ${requester.contactId ?? null}, ${row.alertId ?? null}, ${row.caseId ?? null},
      ${row.meetingId ?? null}, ${row.at}, ${row.by}, ${due.acceptedAt}, ${due.dueAt}, ${JSON.stringify(due)}::jsonb, ${row.halfAt}, ${row.mostAt})
    returning number`);
  return made.number;
}

export type TicketFilter = {
  readonly id?: string | undefined;
  readonly number?: number | undefined;
  readonly accountId?: string | undefined;
  readonly kind?: TicketKind | undefined;
  readonly state?: TicketState | 'unclosed' | 'all' | undefined;
  readonly alertId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly assigneeId?: string | undefined;
  readonly limit: number;
};

/** What waits for a first answer first, by its due time; then the rest; of closed ones the last closed first. */
export function selectTickets(tx: Tx, filter: TicketFilter): Promise<TicketRow[]> {
  const { id, number, accountId, kind, state = 'all', alertId, caseId, assigneeId, limit } = filter;
  const stateIs =
    state === 'all' ? sql`` : state === 'unclosed' ? sql`and t.state <> 'closed'` : sql`and t.state = ${state}`;
  return tx.rows(sql<TicketRow>`
    select ${columns} from ${from}
    where true ${stateIs}
      ${id ? sql`and t.id = ${id}` : sql``}
      ${number ? sql`and t.number = ${number}` : sql``}
      ${accountId ? sql`and t.tenant_id = ${accountId}` : sql``}
      ${kind ? sql`and t.kind = ${kind}` : sql``}
      ${alertId ? sql`and t.alert_id = ${alertId}` : sql``}
      ${caseId ? sql`and ${isOfCase(caseId)}` : sql``}
      ${assigneeId ? sql`and t.assignee_id = ${assigneeId}` : sql``}
    order by t.closed_at desc nulls first, t.state <> 'open', t.first_answer_at is not null, t.due_at, t.id limit ${limit}`);
}

export function lockTicket(tx: Tx, id: string): Promise<TicketRow | undefined> {
  return tx.first(sql<TicketRow>`select ${columns} from ${from} where t.id = ${id} for update of t`);
}

export function countTickets(
  tx: Tx,
  { accountId, now }: { readonly accountId?: string | undefined; readonly now: Date },
): Promise<{ unclosed: number; unanswered: number; late: number }> {
  return tx.one(sql<{ unclosed: number; unanswered: number; late: number }>`
    select count(*) as unclosed, count(*) filter (where first_answer_at is null) as unanswered,
      count(*) filter (where first_answer_at is null and state <> 'paused' and due_at <= ${now}) as late
    from tickets_ticket where state <> 'closed' ${accountId ? sql`and tenant_id = ${accountId}` : sql``}`);
}

type Key = { readonly accountId: string; readonly id: string };
const isKey = ({ accountId, id }: Key) => sql`tenant_id = ${accountId} and id = ${id}`;

/** An answer went out; of the first one the clock stops. */
export async function setAnswered(tx: Tx, key: Key, at: Date): Promise<void> {
  await tx.run(sql`
    update tickets_ticket set state = 'answered', paused_at = null, pause_reason = null, first_answer_at = coalesce(first_answer_at, ${at})
    where ${isKey(key)}`);
}

/** The customer wrote: it waits for us again, closed or not. */
export async function setOpen(tx: Tx, key: Key): Promise<void> {
  await tx.run(sql`
    update tickets_ticket set state = 'open', closed_at = null, closed_by = null, outcome = null
    where ${isKey(key)} and state in ('answered', 'closed')`);
}

export async function setAssignee(tx: Tx, key: Key, { id, name }: { id: string; name: string }): Promise<void> {
  await tx.run(sql`update tickets_ticket set assignee_id = ${id}, assignee_name = ${name} where ${isKey(key)}`);
}

export async function setKind(tx: Tx, key: Key, kind: TicketKind): Promise<void> {
  await tx.run(sql`update tickets_ticket set kind = ${kind} where ${isKey(key)}`);
}

export async function setPaused(tx: Tx, key: Key, at: Date, reason: string): Promise<void> {
  await tx.run(sql`
    update tickets_ticket set state = 'paused', paused_at = ${at}, pause_reason = ${reason} where ${isKey(key)}`);
}

export async function setResumed(
  tx: Tx,
  key: Key,
  clock: {
    readonly state: TicketState;
    readonly pause: TicketPause;
    readonly dueAt: Date;
    readonly halfAt: Date;
    readonly mostAt: Date;
  },
): Promise<void> {
  await tx.run(sql`
    update tickets_ticket set state = ${clock.state}, paused_at = null, pause_reason = null, pauses = pauses || ${JSON.stringify([clock.pause])}::jsonb,
      due_at = ${clock.dueAt}, half_at = ${clock.halfAt}, most_at = ${clock.mostAt}
    where ${isKey(key)}`);
}

export async function setClosed(
  tx: Tx,
  key: Key,
  end: { readonly at: Date; readonly by: string; readonly outcome: TicketOutcome },
): Promise<void> {
  await tx.run(sql`
    update tickets_ticket set state = 'closed', paused_at = null, pause_reason = null, closed_at = ${end.at}, closed_by = ${end.by}, outcome = ${end.outcome}
    where ${isKey(key)}`);
}

export type MessageRow = {
  tenant_id: string;
  id: string;
  ticket_id: string;
  kind: TicketMessageKind;
  at: Date;
  author: string;
  from_mail: string | null;
  text: string;
  quoted: string | null;
  is_stranger: boolean;
  is_automatic: boolean;
  proof: SenderProof | null;
  message_id: string | null;
  delivery: 'waiting' | 'sent' | 'failed' | 'bounced' | null;
};

export type NewMessage = {
  readonly accountId: string;
  readonly id: string;
  readonly ticketId: string;
  readonly kind: TicketMessageKind;
  readonly at: Date;
  readonly author: string;
  readonly text: string;
  readonly fromMail?: string | undefined;
  readonly quoted?: string | undefined;
  readonly isStranger?: boolean | undefined;
  readonly isAutomatic?: boolean | undefined;
  readonly proof?: SenderProof | undefined;
  readonly messageId?: string | undefined;
  readonly noticeId?: string | undefined;
};
export async function insertMessage(tx: Tx, row: NewMessage): Promise<void> {
  await tx.run(sql`
    insert into tickets_message (tenant_id, id, ticket_id, kind, at, author, from_mail, text, quoted, is_stranger, is_automatic, proof, message_id, notice_id)
    values (${row.accountId}, ${row.id}, ${row.ticketId}, ${row.kind}, ${row.at}, ${row.author}, ${row.fromMail ?? null}, ${row.text}, ${row.quoted ?? null},
      ${row.isStranger ?? false}, ${row.isAutomatic ?? false}, ${row.proof ? JSON.stringify(row.proof) : null}::jsonb, ${row.messageId ?? null}, ${row.noticeId ?? null})`);
}

/** The last thousand of a thread, oldest first. @param kinds of what is shown */
export function selectMessages(
  tx: Tx,
  key: { readonly accountId: string; readonly ticketId: string },
  kinds: readonly TicketMessageKind[],
): Promise<MessageRow[]> {
  return tx.rows(sql<MessageRow>`
    select * from (
      select m.tenant_id, m.id, m.ticket_id, m.kind, m.at, m.author, m.from_mail, m.text, m.quoted, m.is_stranger, m.is_automatic, m.proof, m.message_id,
        n.state as delivery
      from tickets_message m left join notices_notice n on n.tenant_id = m.tenant_id and n.id = m.notice_id
      where m.tenant_id = ${key.accountId} and m.ticket_id = ${key.ticketId} and m.kind = any(${[...kinds]})
      order by m.at desc, m.id desc limit 1000
    ) last order by at, id`);
}

/** Message-ID of what the customer wrote last. */
export async function lastMessageId(tx: Tx, key: { accountId: string; ticketId: string }): Promise<string | undefined> {
  const row = await tx.first(sql<{ message_id: string }>`
    select message_id from tickets_message
    where tenant_id = ${key.accountId} and ticket_id = ${key.ticketId} and message_id is not null order by at desc, id desc limit 1`);
  return row?.message_id;
}

export type AttachmentRow = {
  id: string;
  message_id: string;
  name: string;
  content_type: string;
  size_bytes: number;
  state: TicketAttachment['state'];
  finding: string | null;
};
export type NewAttachment = Omit<AttachmentRow, 'message_id'> & { readonly content: Buffer | null };

export async function insertAttachment(
  tx: Tx,
  key: { readonly accountId: string; readonly messageId: string },
  row: NewAttachment,
): Promise<void> {
  await tx.run(sql`
    insert into tickets_attachment (tenant_id, id, message_id, name, content_type, size_bytes, state, finding, content)
    values (${key.accountId}, ${row.id}, ${key.messageId}, ${row.name}, ${row.content_type}, ${row.size_bytes}, ${row.state}, ${row.finding}, ${row.content})`);
}

export function selectAttachments(
  tx: Tx,
  key: { readonly accountId: string; readonly ticketId: string },
): Promise<AttachmentRow[]> {
  return tx.rows(sql<AttachmentRow>`
    select f.id, f.message_id, f.name, f.content_type, f.size_bytes, f.state, f.finding
    from tickets_attachment f join tickets_message m on m.tenant_id = f.tenant_id and m.id = f.message_id
    where m.tenant_id = ${key.accountId} and m.ticket_id = ${key.ticketId} order by f.id`);
}

export function selectContent(
  tx: Tx,
  ticketId: string,
  id: string,
): Promise<(AttachmentRow & { content: Buffer | null }) | undefined> {
  return tx.first(sql<AttachmentRow & { content: Buffer | null }>`
    select f.id, f.message_id, f.name, f.content_type, f.size_bytes, f.state, f.finding, f.content
    from tickets_attachment f join tickets_message m on m.tenant_id = f.tenant_id and m.id = f.message_id
    where m.ticket_id = ${ticketId} and f.id = ${id} and m.kind <> 'note'`);
}

/** The ticket that a letter of ours was part of. */
export function selectTicketOfNotice(tx: Tx, noticeId: string): Promise<{ tenant_id: string; id: string } | undefined> {
  return tx.first(sql<{ tenant_id: string; id: string }>`
    select tenant_id, ticket_id as id from tickets_message where notice_id = ${noticeId}`);
}

/** Tickets that wait for a first answer, and of which the next warning is due. */
export function selectToWarn(tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from tickets_ticket
    where first_answer_at is null and state in ('open', 'answered')
      and ((warned < 1 and half_at <= ${now}) or (warned < 2 and most_at <= ${now}) or (warned < 3 and due_at <= ${now}))
    order by due_at limit 500`);
}
export async function setWarned(tx: Tx, key: Key, warned: number): Promise<void> {
  await tx.run(sql`update tickets_ticket set warned = ${warned} where ${isKey(key)}`);
}

export type FigureRow = {
  inquiries: number;
  in_time: number;
  late: number;
  pending: number;
  left_out: number;
  others: number;
};
const isLeftOut = sql.raw(`coalesce(outcome, '') in ('out_of_scope', 'not_supported', 'duplicate')`);

/** First answers of what was accepted in a span. */
export function selectFigures(
  tx: Tx,
  span: { readonly accountId?: string | undefined; readonly from: Date; readonly to: Date; readonly now: Date },
): Promise<FigureRow> {
  return tx.one(sql<FigureRow>`
    select count(*) filter (where counts) as inquiries,
      count(*) filter (where counts and first_answer_at < due_at) as in_time,
      count(*) filter (where counts and coalesce(first_answer_at, ${span.now}::timestamptz) >= due_at and (first_answer_at is not null or state <> 'paused')) as late,
      count(*) filter (where counts and first_answer_at is null and (due_at > ${span.now}::timestamptz or state = 'paused')) as pending,
      count(*) filter (where kind = 'inquiry' and ${isLeftOut}) as left_out,
      count(*) filter (where kind <> 'inquiry' and not ${isLeftOut}) as others
    from (select *, kind = 'inquiry' and not ${isLeftOut} as counts from tickets_ticket) t
    where accepted_at >= ${span.from} and accepted_at < ${span.to}
      ${span.accountId ? sql`and tenant_id = ${span.accountId}` : sql``}`);
}

export type ClosedRow = {
  id: string;
  number: number;
  kind: TicketKind;
  subject: string;
  opened_at: Date;
  first_answer_at: Date | null;
  closed_at: Date;
  outcome: TicketOutcome;
};
/** What was closed in a span, in the order of closing (S87). */
export function selectClosed(
  tx: Tx,
  span: { readonly accountId: string; readonly from: Date; readonly to: Date },
): Promise<ClosedRow[]> {
  return tx.rows(sql<ClosedRow>`
    select id, number, kind, subject, opened_at, first_answer_at, closed_at, outcome from tickets_ticket
    where tenant_id = ${span.accountId} and state = 'closed' and closed_at >= ${span.from} and closed_at < ${span.to}
    order by closed_at, number`);
}

/** Messages of an account's customer since then. */
export async function countWritten(tx: Tx, accountId: string, since: Date): Promise<number> {
  const row = await tx.one(sql<{ count: number }>`
    select count(*) as count from tickets_message where tenant_id = ${accountId} and kind = 'customer' and at > ${since}`);
  return row.count;
}

/** Unclosed tickets of accounts. */
export function countUnclosed(tx: Tx, accountIds: readonly string[]): Promise<{ tenant_id: string; count: number }[]> {
  return tx.rows(sql<{ tenant_id: string; count: number }>`
    select tenant_id, count(*) as count from tickets_ticket
    where state <> 'closed' and tenant_id = any(${[...accountIds]}::uuid[]) group by tenant_id`);
}

/** The ticket in whose thread one of these mails stands. */
export function selectTicketByMessages(
  tx: Tx,
  messageIds: readonly string[],
): Promise<{ tenant_id: string; id: string } | undefined> {
  return tx.first(sql<{ tenant_id: string; id: string }>`
    select tenant_id, ticket_id as id from tickets_message where message_id = any(${[...messageIds]}) order by at desc limit 1`);
}
