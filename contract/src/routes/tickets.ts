import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import {
  Caller,
  NewInquiry,
  NewTicket,
  Ticket,
  TicketClosing,
  TicketDetail,
  TicketFigures,
  TicketKind,
  TicketKindChange,
  TicketPausing,
  TicketReply,
  TicketTaking,
  TicketText,
  ticketStates,
} from '../ticket.ts';

const TicketParams = z.object({ ticketId: Id });
const AccountParams = z.object({ accountId: Id });

export const listTickets = route({
  needs: 'ticket.read',
  method: 'GET',
  path: '/tickets',
  summary: 'Tickets: what is due first, or what was closed last',
  query: z.object({
    accountId: Id.optional(),
    state: z.enum([...ticketStates, 'unclosed', 'all']).default('unclosed'),
    kind: TicketKind.optional(),
    /** The one of this number, closed or not. */
    number: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
    alertId: Id.optional(),
    /** About this case, one that was merged into it, or one of its alerts. */
    caseId: Id.optional(),
    mine: z.enum(['true', 'false']).default('false'),
    limit: z.coerce.number().int().min(1).max(500).default(200),
  }),
  reply: z.object({
    items: z.array(Ticket).max(500),
    counts: z.object({ unclosed: z.number().int(), unanswered: z.number().int(), late: z.number().int() }),
  }),
});
export const getTicketFigures = route({
  needs: 'ticket.read',
  method: 'GET',
  path: '/ticket-figures',
  summary: 'How the first answers of a month came; what is out of scope is counted apart',
  query: z.object({
    accountId: Id.optional(),
    /** The month in Japan; this one where nothing is said. */
    month: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
      .optional(),
  }),
  reply: TicketFigures,
});
export const getTicket = route({
  needs: 'ticket.read',
  method: 'GET',
  path: '/tickets/{ticketId}',
  summary: 'One ticket with its thread; customers see no notes',
  params: TicketParams,
  reply: TicketDetail,
  errors: ['not_found'],
});
export const createTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/accounts/{accountId}/tickets',
  summary: 'Open a ticket for a customer, as the note of a call',
  params: AccountParams,
  body: NewTicket,
  reply: TicketDetail,
  errors: ['not_found', 'no_business_day', 'date_out_of_range'],
});
export const askDesk = route({
  needs: 'ticket.ask',
  method: 'POST',
  path: '/accounts/{accountId}/inquiries',
  summary: 'Ask the desk on the portal, beside phone and mail',
  params: AccountParams,
  body: NewInquiry,
  reply: TicketDetail,
  errors: ['not_found', 'no_business_day', 'date_out_of_range', 'too_many_requests'],
});
export const addToTicket = route({
  needs: 'ticket.ask',
  method: 'POST',
  path: '/tickets/{ticketId}/messages',
  summary: 'Write more about one’s own ticket; a closed one is open again',
  params: TicketParams,
  body: TicketText,
  reply: TicketDetail,
  errors: ['not_found', 'too_many_requests'],
});
export const replyToTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/replies',
  summary: 'Answer the customer by mail; of the first answer the clock stops',
  params: TicketParams,
  body: TicketReply,
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state', 'no_recipient'],
});
export const noteTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/notes',
  summary: 'Write a note for the provider’s people alone',
  params: TicketParams,
  body: TicketText,
  reply: TicketDetail,
  errors: ['not_found'],
});
export const takeTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/take',
  summary: 'Take a ticket on; of another person’s, say that it is taken over',
  params: TicketParams,
  body: TicketTaking,
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state', 'ticket_taken'],
});
export const pauseTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/pause',
  summary: 'Stop the clock, for a reason',
  params: TicketParams,
  body: TicketPausing,
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state'],
});
export const resumeTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/resume',
  summary: 'Let the clock run again; what was paused is added to the due time',
  params: TicketParams,
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state'],
});
export const closeTicket = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/close',
  summary: 'Close a ticket, and say how it ended',
  params: TicketParams,
  body: TicketClosing,
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state', 'answer_missing', 'not_in_plan', 'quote_needed'],
});
export const beginConsulting = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/begin',
  summary:
    'Begin the work of a consulting ticket: included in the plan, or with a quote that the customer approved (S33, S34)',
  params: TicketParams,
  body: z.object({ quoteId: Id.optional() }),
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state', 'not_in_plan', 'quote_needed', 'quote_not_approved'],
});
export const changeTicketKind = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/tickets/{ticketId}/kind',
  summary: 'Say that a ticket is an inquiry, a configuration change or consulting',
  params: TicketParams,
  body: TicketKindChange,
  reply: TicketDetail,
  errors: ['not_found', 'wrong_state'],
});
export const getTicketAttachment = route({
  needs: 'ticket.read',
  method: 'GET',
  path: '/tickets/{ticketId}/attachments/{attachmentId}',
  summary: 'An attachment as base64; what the scanner held back stays here',
  params: TicketParams.extend({ attachmentId: Id }),
  reply: z.object({ name: z.string(), contentType: z.string(), content: z.string() }),
  errors: ['not_found', 'attachment_held'],
});

export const findCallers = route({
  needs: 'ticket.write',
  method: 'GET',
  path: '/callers',
  summary: 'Contacts by telephone number, or by the beginning of name or furigana',
  query: z.object({ phone: z.string().max(40).optional(), name: z.string().max(100).optional() }),
  reply: z.object({ items: z.array(Caller).max(20) }),
});
