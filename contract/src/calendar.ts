import { z } from 'zod';
import { Language } from './language.ts';
import { Id, Instant, NoteText, ShortText } from './primitives.ts';

/** A day of Japan's calendar on the wire: `2026-12-28`. */
export const CalendarDate = z.iso.date();

/**
 * What a day is. `business` and `working` are business days (営業日): the former by the rule, the latter because the provider opened it.
 * `closing` is a day that the provider closed.
 */
export const dayKinds = ['business', 'weekend', 'holiday', 'year-end', 'closing', 'working'] as const;
export const DayKind = z.enum(dayKinds);
export type DayKind = z.infer<typeof DayKind>;
export const isBusinessKind = (kind: DayKind): boolean => kind === 'business' || kind === 'working';

/** A name in both languages; one that an imported file brought is the same in both. */
export const DayName = z.object({ ja: z.string().max(200), en: z.string().max(200) });
export type DayName = z.infer<typeof DayName>;

export const Day = z.object({
  date: CalendarDate,
  /** 1 is Monday, 7 is Sunday. */
  weekday: z.number().int().min(1).max(7),
  kind: DayKind,
  /** The national holiday of that day, whatever else the day is. */
  name: DayName.optional(),
  /** Why the provider closed or opened it. */
  reason: z.string().max(4000).optional(),
  /** The holidays of its year follow from the law, and have not been announced yet. */
  isProvisional: z.boolean(),
});
export type Day = z.infer<typeof Day>;

export const overrideEffects = ['closing', 'working'] as const;
export const overrideDaysMax = 366;
export const overridesMax = 500;
export const CalendarOverride = z.object({
  id: Id,
  from: CalendarDate,
  /** The last day, included. */
  to: CalendarDate,
  effect: z.enum(overrideEffects),
  reason: NoteText,
  scope: z.enum(['provider', 'account']),
});
export type CalendarOverride = z.infer<typeof CalendarOverride>;
export const NewOverride = z.object({
  from: CalendarDate,
  to: CalendarDate.optional(),
  effect: z.enum(overrideEffects),
  reason: NoteText,
});

/** Rules that give a deadline (S50, S78, S84, S71, S92). */
export const dueRules = ['first-answer', 'weekly-report', 'monthly-report', 'advanced-review', 'meeting'] as const;
export const DueRule = z.enum(dueRules);
export type DueRule = z.infer<typeof DueRule>;

/**
 * What a day was to a deadline. `from` is where the count begins without being counted (the last day of a period, the day of an alert, the
 * day of a meeting), `received` came in while nobody received, `accepted` was taken, `skipped` is no business day, `counted` and `due` were
 * counted, the latter last.
 */
export const stepRoles = ['from', 'received', 'accepted', 'skipped', 'counted', 'due'] as const;
export const DeadlineStep = Day.extend({
  role: z.enum(stepRoles),
  /** Which day of the count it is; 1 is the first. */
  count: z.number().int().optional(),
});
export type DeadlineStep = z.infer<typeof DeadlineStep>;

export const Deadline = z.object({
  rule: DueRule,
  at: Instant,
  /** From when it counts: the request as accepted, the first opening after a period, the opening of the review, the start of the meeting's day. */
  acceptedAt: Instant,
  /** The first instant that is late. */
  dueAt: Instant,
  /** The last day on which it is in time. */
  lastDay: CalendarDate,
  /** With which calendar it was computed; a deadline keeps it. */
  calendarVersion: z.string().max(100),
  /** A day it stepped over lies in a year whose holidays have not been announced. */
  isProvisional: z.boolean(),
  /** Each day it stepped over, in the order of the count. */
  explanation: z.array(DeadlineStep).max(2000),
});
export type Deadline = z.infer<typeof Deadline>;

export const holidayFaultCodes = [
  'too_large',
  'empty',
  'encoding',
  'heading',
  'line_long',
  'columns',
  'date_form',
  'no_such_date',
  'date_range',
  'name_missing',
  'name',
  'duplicate',
  'year_incomplete',
] as const;
/** What is wrong with a file of holidays, by line; line 0 is the file as a whole. */
export const HolidayFault = z.object({
  line: z.number().int(),
  code: z.enum(holidayFaultCodes),
  /** What stands there, cut short; a year for `year_incomplete`. */
  text: z.string().max(100).optional(),
  /** Where the same date stood first. */
  otherLine: z.number().int().optional(),
});
export type HolidayFault = z.infer<typeof HolidayFault>;

/** What was done to a calendar. Each step is a version of its own, so that a deadline can keep the one it was computed with. */
export const calendarActions = ['override-added', 'override-removed', 'holidays-imported', 'undone'] as const;
export const CalendarChange = z.object({
  version: z.number().int(),
  at: Instant,
  by: z.string().max(200),
  action: z.enum(calendarActions),
  /** Days that an override names. */
  from: CalendarDate.optional(),
  to: CalendarDate.optional(),
  effect: z.enum(overrideEffects).optional(),
  reason: z.string().max(4000).optional(),
  /** Years that an imported list covers. */
  firstYear: z.number().int().optional(),
  lastYear: z.number().int().optional(),
  /** The change that an undo took back. */
  undid: z.number().int().optional(),
});
export type CalendarChange = z.infer<typeof CalendarChange>;

/** A calendar as it stands: the provider's, or an account's with its own days over the provider's. */
export const CalendarState = z.object({
  accountId: Id.optional(),
  /** What deadlines keep: the rules in the code, the provider's version, the account's, the edition: `builtin-1+p3+a2@2`. */
  calendarVersion: z.string().max(100),
  /** Number of the last change of this calendar itself; 0 before the first. */
  version: z.number().int(),
  knownFrom: CalendarDate,
  knownTo: CalendarDate,
  announcedUntil: z.number().int(),
  opens: z.string(),
  closes: z.string(),
  /** Years of the imported list that stands; absent where the law's rules stand alone. */
  imported: z.object({ firstYear: z.number().int(), lastYear: z.number().int() }).optional(),
  overrides: z.array(CalendarOverride).max(2 * overridesMax),
  /** Newest first. Empty for customers, who see the days and not who set them. */
  changes: z.array(CalendarChange).max(100),
  isUndoPossible: z.boolean(),
});
export type CalendarState = z.infer<typeof CalendarState>;

export const daysMax = 3660;
/** What an import would do, before it does it. */
export const HolidayPreview = z.object({
  encoding: z.enum(['shift_jis', 'utf-8']).optional(),
  /** Of the provider's calendar that it was compared with. */
  version: z.number().int(),
  firstYear: z.number().int().optional(),
  lastYear: z.number().int().optional(),
  count: z.number().int(),
  /** Days that would become holidays, and that would be none any more. */
  added: z.array(Day).max(2000),
  removed: z.array(Day).max(2000),
  faults: z.array(HolidayFault).max(100),
});
export type HolidayPreview = z.infer<typeof HolidayPreview>;

export const feedsMax = 200;
/** A subscription of a calendar by its secret address (iCalendar, RFC 5545). The address itself is shown once and kept nowhere. */
export const CalendarFeed = z.object({
  id: Id,
  accountId: Id.optional(),
  name: ShortText,
  language: Language,
  createdAt: Instant,
  lastFetchedAt: Instant.optional(),
});
export type CalendarFeed = z.infer<typeof CalendarFeed>;
