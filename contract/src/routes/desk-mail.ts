import { z } from 'zod';
import { Id, PageQuery, pageOf } from '../primitives.ts';
import { route } from '../route.ts';
import { DeskMailboxInput, DeskMailboxState, ParkedMail, ParkedMailDetail, Ticket } from '../ticket.ts';

const MailParams = z.object({ mailId: Id });

export const listParkedMails = route({
  needs: 'ticket.write',
  method: 'GET',
  path: '/parked-mails',
  summary: 'Mails that became no ticket by themselves, oldest first',
  query: PageQuery,
  reply: pageOf(ParkedMail).extend({ total: z.number().int() }),
});
export const getParkedMail = route({
  needs: 'ticket.write',
  method: 'GET',
  path: '/parked-mails/{mailId}',
  summary: 'One parked mail with its text',
  params: MailParams,
  reply: ParkedMailDetail,
  errors: ['not_found'],
});
export const assignParkedMail = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/parked-mails/{mailId}/assign',
  summary: 'Give a parked mail to an account, as a new ticket or to one that stands',
  params: MailParams,
  body: z.object({ accountId: Id, ticketId: Id.optional() }),
  reply: Ticket,
  errors: ['not_found', 'wrong_state', 'no_business_day', 'date_out_of_range'],
});
export const dismissParkedMail = route({
  needs: 'ticket.write',
  method: 'POST',
  path: '/parked-mails/{mailId}/dismiss',
  summary: 'Say that a parked mail is nothing for the desk, and why',
  params: MailParams,
  body: z.object({ reason: z.string().trim().min(1).max(1000) }),
  errors: ['not_found', 'wrong_state'],
});

export const getDeskMailbox = route({
  needs: 'mail.read',
  method: 'GET',
  path: '/desk-mailbox',
  summary: 'How the desk’s mail comes in, and whether it does',
  reply: DeskMailboxState,
});
export const setDeskMailbox = route({
  needs: 'mail.configure',
  method: 'PUT',
  path: '/desk-mailbox',
  summary: 'Set how the desk’s mail comes in',
  body: DeskMailboxInput,
  reply: DeskMailboxState,
});
export const testDeskMailbox = route({
  needs: 'mail.configure',
  method: 'POST',
  path: '/desk-mailbox/test',
  summary: 'Sign in to a mailbox with these settings and count its mails; stores nothing',
  body: DeskMailboxInput,
  reply: z.object({ folder: z.string(), count: z.number().int() }),
  errors: ['mail_refused'],
});
