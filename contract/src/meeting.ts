import { z } from 'zod';
import { Plan } from './account.ts';
import { CalendarDate } from './calendar.ts';
import { Language } from './language.ts';
import { Id, Instant, ShortText } from './primitives.ts';
import { ticketStates } from './ticket.ts';

/**
 * **Review meetings** (定期報告会, S90–S96; clause 7(11)): an engineer visits, or meets by video, reports how the service went and answers
 * questions. Each question is a ticket.
 */
export const meetingKinds = ['visit', 'video'] as const;
export const MeetingKind = z.enum(meetingKinds);
export type MeetingKind = z.infer<typeof MeetingKind>;

/** `planned`: a date is arranged. `confirmed`: those who attend are invited. */
export const meetingStates = ['planned', 'confirmed', 'held', 'cancelled'] as const;
export type MeetingState = (typeof meetingStates)[number];

/**
 * Why a meeting is bought: the plan sells it (S93), the contract year's are used (S32), the visit goes outside of the free area (S94), or nobody
 * can tell from the address whether it does.
 */
export const meetingCharges = ['plan', 'beyondYear', 'remote', 'placeUnclear'] as const;
export type MeetingCharge = (typeof meetingCharges)[number];

/** What decided where a visit goes. `stated`: a person, where the address does not say it. */
export const placeGrounds = ['prefecture', 'postalCode', 'municipality', 'stated', 'none'] as const;

/** Longest meeting, and how far ahead one is booked. */
export const [meetingHoursMax, meetingDaysAheadMax] = [12, 800] as const;
export const minutesCharactersMax = 50_000;
export const attendeesMax = 30;

/** One line: what becomes part of a subject, an address or a header has no line breaks. */
const OneLine = ShortText.regex(/^\P{Cc}*$/u, 'a single line without control characters');
const Place = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^\P{Cc}*$/u, 'a single line without control characters');

/** The address of a video meeting: https, without a name or password in it. It gives entry, so it is in no log and in no audit entry. */
export const MeetingUrl = z
  .string()
  .trim()
  .max(2000)
  .refine((text) => {
    if (!/^https:\/\/[\x21-\x7e]+$/i.test(text) || !URL.canParse(text)) return false;
    const url = new URL(text);
    return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.');
  }, 'an address that begins with https://');

/** Where a visit goes, as a person says it where the address alone does not. */
export const StatedArea = z.object({ isFree: z.boolean(), reason: z.string().trim().min(1).max(500) });

const fields = {
  kind: MeetingKind,
  title: OneLine,
  startsAt: Instant,
  endsAt: Instant,
  /** Of a visit: the address, in Japanese or English. */
  place: Place.optional(),
  url: MeetingUrl.optional(),
  agenda: z.string().max(10_000),
  contactIds: z.array(Id).max(attendeesMax),
  /** People of the provider. */
  personIds: z.array(Id).max(attendeesMax),
  quoteId: Id.optional(),
  statedArea: StatedArea.optional(),
  /** Why the date is arranged later than the specification asks for (S92). */
  lateReason: z.string().trim().min(1).max(1000).optional(),
};

export const NewMeeting = z.object({
  ...fields,
  agenda: fields.agenda.default(''),
  contactIds: fields.contactIds.default([]),
  personIds: fields.personIds.default([]),
});
export type NewMeeting = z.infer<typeof NewMeeting>;

/** What is left out stays. `revision` is the one that the caller saw. */
export const MeetingChange = z
  .object(fields)
  .partial()
  .extend({ revision: z.number().int().min(1) });
export type MeetingChange = z.infer<typeof MeetingChange>;

/** What a booking form asks about before anything is stored. */
export const MeetingDraft = z.object({
  kind: MeetingKind,
  startsAt: Instant,
  place: Place.optional(),
  statedArea: StatedArea.optional(),
  /** The meeting that is changed: it does not count beside itself. */
  meetingId: Id.optional(),
});
export type MeetingDraft = z.infer<typeof MeetingDraft>;

/** Meetings of a contract year: from its first day to the last, by the day on which they are. */
export const MeetingYear = z.object({
  accountId: Id,
  accountName: z.string(),
  plan: Plan,
  from: CalendarDate,
  to: CalendarDate,
  /** How many the plan includes; 0 where it includes none. */
  perYear: z.number().int(),
  /** Of those included: held, and planned or confirmed. */
  held: z.number().int(),
  planned: z.number().int(),
  /** Meetings beside them that were bought. */
  bought: z.number().int(),
  /** The quarter of the contract year that it is now has none, and one is left. */
  isQuarterOpen: z.boolean(),
});
export type MeetingYear = z.infer<typeof MeetingYear>;

/** What a date and a place mean: whether it is in time, part of the plan, and what has to be bought. */
export const MeetingAssessment = z.object({
  plan: Plan,
  /** Number of the clause about meetings in the edition that the account is served by. */
  clause: z.string(),
  year: z.object({ from: CalendarDate, to: CalendarDate, perYear: z.number().int(), used: z.number().int() }),
  /** One of those that the plan includes. */
  isIncluded: z.boolean(),
  notice: z.object({
    days: z.number().int(),
    /** The last day on which the date can be arranged. */
    lastDay: CalendarDate,
    isInTime: z.boolean(),
  }),
  /** Of a visit. `isFree` is absent where nobody can tell. */
  place: z
    .object({
      ground: z.enum(placeGrounds),
      prefecture: z.string().max(20).optional(),
      isFree: z.boolean().optional(),
      freeArea: z.object({ ja: z.string(), en: z.string() }),
    })
    .optional(),
  charges: z.array(z.enum(meetingCharges)),
});
export type MeetingAssessment = z.infer<typeof MeetingAssessment>;

/** What an invitation was answered with (RFC 5545, PARTSTAT). */
export const attendeeAnswers = ['needsAction', 'accepted', 'tentative', 'declined'] as const;
export type AttendeeAnswer = (typeof attendeeAnswers)[number];

export const MeetingAttendee = z.object({
  id: Id,
  side: z.enum(['customer', 'provider']),
  contactId: Id.optional(),
  personId: Id.optional(),
  name: z.string().max(200),
  mail: z.string().max(320),
  language: Language,
  answer: z.enum(attendeeAnswers),
  answeredAt: Instant.optional(),
});
export type MeetingAttendee = z.infer<typeof MeetingAttendee>;

/** A question with the ticket that it became (S90); what was answered stands there. */
export const MeetingQuestion = z.object({
  id: Id,
  text: z.string().max(20_000),
  askedBy: z.string().max(300),
  askedAt: Instant,
  ticketId: Id,
  ticketNumber: z.number().int(),
  ticketState: z.enum(ticketStates),
  dueAt: Instant,
  firstAnswerAt: Instant.optional(),
});
export type MeetingQuestion = z.infer<typeof MeetingQuestion>;

export const Meeting = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  customerName: z.string(),
  /** Counts within the account. */
  number: z.number().int(),
  kind: MeetingKind,
  state: z.enum(meetingStates),
  title: z.string(),
  startsAt: Instant,
  endsAt: Instant,
  place: z.string().optional(),
  url: z.string().optional(),
  isIncluded: z.boolean(),
  charges: z.array(z.enum(meetingCharges)),
  quoteId: Id.optional(),
  /** Of the provider's people alone. */
  lateReason: z.string().optional(),
  attendeeCount: z.number().int(),
  questionCount: z.number().int(),
  invitedAt: Instant.optional(),
  minutesSentAt: Instant.optional(),
  cancelReason: z.string().optional(),
  createdAt: Instant,
  createdBy: z.string(),
  revision: z.number().int(),
});
export type Meeting = z.infer<typeof Meeting>;

export const MeetingDetail = Meeting.extend({
  agenda: z.string(),
  minutes: z.string().optional(),
  minutesBy: z.string().optional(),
  statedArea: StatedArea.optional(),
  attendees: z.array(MeetingAttendee).max(2 * attendeesMax),
  questions: z.array(MeetingQuestion).max(500),
});
export type MeetingDetail = z.infer<typeof MeetingDetail>;

export const materialFormats = ['pdf', 'pptx'] as const;
export type MaterialFormat = (typeof materialFormats)[number];
export const MaterialQuery = z.object({
  format: z.enum(materialFormats),
  /** The last month of the period; that before the meeting's where nothing is said. */
  until: z
    .string()
    .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'a month such as 2026-10')
    .optional(),
  language: Language.optional(),
});

export const MeetingConfirming = z.object({ quoteId: Id.optional(), statedArea: StatedArea.optional() });
export const MeetingCancelling = z.object({ reason: z.string().trim().min(1).max(1000) });
export const MeetingMinutes = z.object({
  revision: z.number().int().min(1),
  text: z.string().trim().min(1).max(minutesCharactersMax),
});
export const NewMeetingQuestion = z.object({
  text: z.string().trim().min(1).max(4000),
  /** Who asked at the customer, and gets the answer; left out, whoever is signed in at the customer. */
  contactId: Id.optional(),
});
