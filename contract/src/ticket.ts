import { z } from 'zod';
import { Plan } from './account.ts';
import { Deadline } from './calendar.ts';
import { Language } from './language.ts';
import { Id, Instant, NoteText, PhoneNumber, ShortText } from './primitives.ts';

/**
 * **Tickets** (チケット): what customers ask of the desk, by mail, phone, portal or as a reply to an alert mail, with everything that was written
 * about it (S49, S52, S60, S63, S98; clauses 7(4), 7(5), 7(12)).
 */
export const ticketKinds = ['inquiry', 'change', 'consulting'] as const;
export const TicketKind = z.enum(ticketKinds);
export type TicketKind = z.infer<typeof TicketKind>;

export const ticketChannels = ['mail', 'phone', 'portal', 'alertReply', 'meeting'] as const;
export type TicketChannel = (typeof ticketChannels)[number];

/** `open` waits for us; `answered` for the customer; `paused` for something that is named, and its clock stands. */
export const ticketStates = ['open', 'answered', 'paused', 'closed'] as const;
export type TicketState = (typeof ticketStates)[number];

/** How a ticket ended. What is out of scope (S49) or outside the product's specification (S61, clause 8(4)) is no figure of the service. */
export const ticketOutcomes = ['resolved', 'out_of_scope', 'not_supported', 'duplicate'] as const;
export type TicketOutcome = (typeof ticketOutcomes)[number];

/** `acknowledgement` is written by the desk itself and answers nothing (S50); `note` is for the provider's people alone; `event` says what was done. */
export const ticketMessageKinds = ['customer', 'reply', 'acknowledgement', 'note', 'event'] as const;
export type TicketMessageKind = (typeof ticketMessageKinds)[number];

/** What the provider's own mail server found of the sender (RFC 8601). `none`: it said nothing. */
export const senderProofs = ['pass', 'fail', 'none'] as const;
export const SenderProof = z.object({
  verdict: z.enum(senderProofs),
  /** `spf=pass dkim=fail dmarc=fail`, as the relay wrote it. */
  detail: z.string().max(300),
});
export type SenderProof = z.infer<typeof SenderProof>;

/** `held`: the scanner found something; nobody gets it. `left_out`: larger than what is kept. `unscanned`: no scanner answered. */
export const attachmentStates = ['clean', 'held', 'unscanned', 'left_out'] as const;
export const TicketAttachment = z.object({
  id: Id,
  name: z.string().max(200),
  contentType: z.string().max(100),
  sizeBytes: z.number().int(),
  state: z.enum(attachmentStates),
  /** What the scanner calls it. */
  finding: z.string().max(200).optional(),
});
export type TicketAttachment = z.infer<typeof TicketAttachment>;

export const TicketMessage = z.object({
  id: Id,
  kind: z.enum(ticketMessageKinds),
  at: Instant,
  author: z.string().max(300),
  /** Of a mail, the address it came from. */
  fromMail: z.string().max(320).optional(),
  text: z.string().max(200_000),
  /** History that the sender's program put below, folded away. */
  quoted: z.string().max(200_000).optional(),
  /** The sender is no contact of the account. */
  isStranger: z.boolean(),
  /** Written by a program, as an absence notice is. */
  isAutomatic: z.boolean(),
  proof: SenderProof.optional(),
  /** Of our own: what became of the letter. */
  delivery: z.enum(['waiting', 'sent', 'failed', 'bounced']).optional(),
  attachments: z.array(TicketAttachment).max(100),
});
export type TicketMessage = z.infer<typeof TicketMessage>;

export const Ticket = z.object({
  id: Id,
  /** Counts over all accounts, for people to say. */
  number: z.number().int(),
  accountId: Id,
  accountName: z.string().max(200),
  customerName: z.string().max(200),
  kind: TicketKind,
  channel: z.enum(ticketChannels),
  subject: z.string().max(300),
  state: z.enum(ticketStates),
  language: Language,
  requester: z.object({
    name: z.string().max(300),
    mail: z.string().max(320).optional(),
    phone: z.string().max(40).optional(),
    contactId: Id.optional(),
  }),
  alertId: Id.optional(),
  caseId: Id.optional(),
  /** The review meeting that it was asked at (S90). */
  meetingId: Id.optional(),
  assignee: z.object({ id: z.string(), name: z.string() }).optional(),
  openedAt: Instant,
  /** From when it counts (S51). */
  acceptedAt: Instant,
  /** When the first answer is due (S50), pauses added. The clause promises it of inquiries; of others it is our own target. */
  dueAt: Instant,
  isPromised: z.boolean(),
  firstAnswerAt: Instant.optional(),
  /** No answer yet, and half or four fifths of the time are over; or it is late. */
  urgency: z.enum(['none', 'half', 'most', 'late']),
  pausedAt: Instant.optional(),
  pauseReason: z.string().max(4000).optional(),
  closedAt: Instant.optional(),
  outcome: z.enum(ticketOutcomes).optional(),
});
export type Ticket = z.infer<typeof Ticket>;

/** A time during which the clock stood, with the reception time that it took (S50). */
export const TicketPause = z.object({
  from: Instant,
  to: Instant,
  reason: z.string().max(4000),
  openMs: z.number().int(),
});
export type TicketPause = z.infer<typeof TicketPause>;

/** Of a consulting ticket: whether the plan includes it, sells it (有償) or does not have it, and since when its work is allowed (S33, S34). */
export const TicketPlan = z.object({
  outcome: z.enum(['granted', 'paid', 'refused']),
  plan: Plan,
  clause: z.string().max(50),
  begunAt: Instant.optional(),
});
export type TicketPlan = z.infer<typeof TicketPlan>;

export const TicketDetail = Ticket.extend({
  plan: TicketPlan.optional(),
  /** How the time came about, before pauses. */
  due: Deadline,
  pauses: z.array(TicketPause).max(200),
  messages: z.array(TicketMessage).max(1000),
});
export type TicketDetail = z.infer<typeof TicketDetail>;

const Subject = z.string().trim().min(1).max(300);
const LongText = z.string().trim().min(1).max(20_000);

/** A note of a call, taken in twenty seconds (S52); or an inquiry that somebody of the provider opens for a customer. */
export const NewTicket = z.object({
  kind: TicketKind.default('inquiry'),
  channel: z.enum(['phone', 'mail', 'portal']).default('phone'),
  subject: Subject,
  text: LongText,
  contactId: Id.optional(),
  callerName: ShortText.optional(),
  callerPhone: PhoneNumber.optional(),
  alertId: Id.optional(),
  caseId: Id.optional(),
});
/** What a customer asks on the portal. */
export const NewInquiry = z.object({
  kind: TicketKind.default('inquiry'),
  subject: Subject,
  text: LongText,
  alertId: Id.optional(),
  caseId: Id.optional(),
});
/** By phone it was said and is noted here; by mail it is sent. Either answers. */
export const TicketReply = z.object({
  text: LongText,
  by: z.enum(['mail', 'phone']).default('mail'),
  closes: z.boolean().default(false),
});
export const TicketText = z.object({ text: LongText });
export const TicketClosing = z.object({
  outcome: z.enum(ticketOutcomes).default('resolved'),
  /** What the customer is told; of `out_of_scope` and `not_supported` the polite template where nothing is said. */
  text: LongText.optional(),
});
export const TicketPausing = z.object({ reason: NoteText });
export const TicketTaking = z.object({ isTakenOver: z.boolean().default(false) });
export const TicketKindChange = z.object({ kind: TicketKind });

/** How the first answers of a month came (S50). What was out of scope, not supported or asked twice is counted apart and is no figure (S49). */
export const TicketFigures = z.object({
  month: z.string().regex(/^\d{4}-\d{2}$/),
  /** Inquiries that were accepted in the month. */
  inquiries: z.number().int(),
  inTime: z.number().int(),
  late: z.number().int(),
  /** Not answered, and still in time. */
  pending: z.number().int(),
  leftOut: z.number().int(),
  others: z.number().int(),
});
export type TicketFigures = z.infer<typeof TicketFigures>;

/** Who may be calling: a contact, found by number or by the beginning of name or furigana. */
export const Caller = z.object({
  contactId: Id,
  accountId: Id,
  accountName: z.string().max(200),
  customerName: z.string().max(200),
  plan: z.string().max(20),
  name: z.string().max(200),
  reading: z.string().max(200).optional(),
  phone: z.string().max(40).optional(),
  mail: z.string().max(320),
  openTickets: z.number().int(),
});
export type Caller = z.infer<typeof Caller>;

/** Why a mail became no ticket by itself. */
export const parkedReasons = [
  'unknown_sender',
  'several_accounts',
  'sender_not_proven',
  'flood',
  'unreadable',
] as const;
export const ParkedMail = z.object({
  id: Id,
  receivedAt: Instant,
  via: z.enum(['smtp', 'lmtp', 'imap']),
  fromMail: z.string().max(320),
  fromName: z.string().max(300),
  subject: z.string().max(1000),
  sizeBytes: z.number().int(),
  reason: z.enum(parkedReasons),
  proof: SenderProof.optional(),
  /** The ticket it says it is about, where the sender is not known there. */
  claimedTicket: z.object({ id: Id, number: z.number().int(), accountId: Id }).optional(),
});
export type ParkedMail = z.infer<typeof ParkedMail>;
export const ParkedMailDetail = ParkedMail.extend({
  text: z.string().max(200_000),
  attachments: z.array(TicketAttachment.pick({ name: true, contentType: true, sizeBytes: true })).max(100),
});

/** How the desk's mail comes in. The password is written, never read back. */
export const DeskMailbox = z.object({
  /** The mailbox that is watched; without it, mail comes by the SMTP door alone. */
  host: z.string().max(255).optional(),
  port: z.number().int().min(1).max(65535).optional(),
  security: z.enum(['none', 'starttls', 'tls']).optional(),
  user: z.string().max(255).optional(),
  passwordSet: z.boolean(),
  folder: z.string().max(255).optional(),
  trustedCertificate: z.string().max(20_000).optional(),
  /** The name by which the provider's own mail server signs its findings about senders (authserv-id of RFC 8601). */
  relayName: z.string().max(255).optional(),
});
export type DeskMailbox = z.infer<typeof DeskMailbox>;
export const DeskMailboxInput = DeskMailbox.omit({ passwordSet: true }).extend({
  password: z.string().max(500).optional(),
});
export const DeskMailboxState = DeskMailbox.extend({
  /** Where the watching process stands. */
  state: z.enum(['off', 'watching', 'failing']),
  lastError: z.string().max(1000).optional(),
  lastMailAt: Instant.optional(),
  parked: z.number().int(),
});
export type DeskMailboxState = z.infer<typeof DeskMailboxState>;
