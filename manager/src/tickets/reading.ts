import {
  type Actor,
  isCustomerRole,
  Refusal,
  type Ticket,
  type TicketAttachment,
  type TicketDetail,
  type TicketMessage,
  type TicketMessageKind,
  ticketMessageKinds,
} from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { planOfTicket } from './consulting.ts';
import {
  type AttachmentRow,
  type MessageRow,
  selectAttachments,
  selectMessages,
  selectTickets,
  type TicketRow,
} from './store.ts';

/** What a customer sees of a thread: what was written to each other. Notes and deeds are the provider's (S88). */
const customerKinds: readonly TicketMessageKind[] = ['customer', 'reply', 'acknowledgement'];

function urgencyOf(row: TicketRow, now: Date): Ticket['urgency'] {
  if (row.first_answer_at || row.state === 'closed' || row.state === 'paused') return 'none';
  if (row.due_at <= now) return 'late';
  if (row.most_at <= now) return 'most';
  return row.half_at <= now ? 'half' : 'none';
}

export function toTicket(row: TicketRow, now: Date, isCustomer = false): Ticket {
  return {
    ...{ id: row.id, number: row.number, accountId: row.tenant_id, accountName: row.account_name },
    ...{ customerName: row.customer_name, kind: row.kind, channel: row.channel, subject: row.subject },
    ...{ state: row.state, language: row.language },
    requester: {
      name: row.requester_name,
      ...(row.requester_mail === null ? {} : { mail: row.requester_mail }),
      ...(row.requester_phone === null ? {} : { phone: row.requester_phone }),
      ...(row.contact_id === null ? {} : { contactId: row.contact_id }),
    },
    ...(row.alert_id === null ? {} : { alertId: row.alert_id }),
    ...(row.case_id === null || isCustomer ? {} : { caseId: row.case_id }),
    ...(row.meeting_id === null ? {} : { meetingId: row.meeting_id }),
    ...(row.assignee_id === null || isCustomer
      ? {}
      : { assignee: { id: row.assignee_id, name: row.assignee_name ?? row.assignee_id } }),
    ...{ openedAt: row.opened_at.toISOString(), acceptedAt: row.accepted_at.toISOString() },
    ...{ dueAt: row.due_at.toISOString(), isPromised: row.kind === 'inquiry', urgency: urgencyOf(row, now) },
    ...(row.first_answer_at === null ? {} : { firstAnswerAt: row.first_answer_at.toISOString() }),
    ...(row.paused_at === null ? {} : { pausedAt: row.paused_at.toISOString() }),
    ...(row.pause_reason === null || isCustomer ? {} : { pauseReason: row.pause_reason }),
    ...(row.closed_at === null ? {} : { closedAt: row.closed_at.toISOString() }),
    ...(row.outcome === null ? {} : { outcome: row.outcome }),
  };
}

const toAttachment = (row: AttachmentRow): TicketAttachment => ({
  ...{ id: row.id, name: row.name, contentType: row.content_type, sizeBytes: row.size_bytes, state: row.state },
  ...(row.finding === null ? {} : { finding: row.finding }),
});

const toMessage = (row: MessageRow, attachments: readonly AttachmentRow[], isCustomer: boolean): TicketMessage => ({
  ...{ id: row.id, kind: row.kind, at: row.at.toISOString(), author: row.author, text: row.text },
  ...{ isStranger: row.is_stranger, isAutomatic: row.is_automatic },
  ...(row.from_mail === null ? {} : { fromMail: row.from_mail }),
  ...(row.quoted === null ? {} : { quoted: row.quoted }),
  ...(row.proof === null || isCustomer ? {} : { proof: row.proof }),
  ...(row.delivery === null ? {} : { delivery: row.delivery }),
  attachments: attachments.filter(({ message_id }) => message_id === row.id).map(toAttachment),
});

/** @throws Refusal `not_found` */
export async function getTicket(tx: Tx, desk: Desk, actor: Pick<Actor, 'role'>, id: string): Promise<TicketDetail> {
  const [row] = await selectTickets(tx, { id, limit: 1 });
  if (!row) throw new Refusal('not_found', { what: 'ticket' });
  const isCustomer = isCustomerRole(actor.role);
  const key = { accountId: row.tenant_id, ticketId: id };
  const messages = await selectMessages(tx, key, isCustomer ? customerKinds : ticketMessageKinds);
  const attachments = await selectAttachments(tx, key);
  const plan = await planOfTicket(tx, desk, row);
  return {
    ...toTicket(row, desk.platform.clock.now(), isCustomer),
    ...(plan ? { plan } : {}),
    due: row.due,
    pauses: isCustomer ? row.pauses.map((pause) => ({ ...pause, reason: '' })) : row.pauses,
    messages: messages.map((message) => toMessage(message, attachments, isCustomer)),
  };
}
