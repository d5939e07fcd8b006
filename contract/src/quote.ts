import { z } from 'zod';
import { CalendarDate } from './calendar.ts';
import { Feature } from './edition.ts';
import { Id, Instant, ShortText } from './primitives.ts';

export const quoteStates = ['offered', 'approved', 'declined', 'withdrawn', 'expired'] as const;
/** How the customer said it. Phone and mail are the contract's channels; the portal is never the sole way (Q13). */
export const decisionWays = ['portal', 'phone', 'mail', 'document'] as const;

/**
 * A **quote** (見積もり) for what a plan sells besides (S34): no work before the customer approved it. Amounts are yen without tax.
 * `once` is billed for the month in which the work is done, `monthly` for each month from `startsOn` to `endsOn`.
 */
export const Quote = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  /** Counts within the account. */
  number: z.number().int(),
  feature: Feature,
  clause: z.string(),
  title: z.string(),
  unitYen: z.number().int(),
  quantity: z.number().int(),
  billing: z.enum(['once', 'monthly']),
  startsOn: CalendarDate.optional(),
  endsOn: CalendarDate.optional(),
  validUntil: CalendarDate,
  /** `expired`: offered, and its validity is over. */
  state: z.enum(quoteStates),
  work: z.enum(['none', 'started', 'done']),
  offeredAt: Instant,
  offeredBy: z.string(),
  decidedAt: Instant.optional(),
  /** Who decided at the customer, how, and who recorded it. */
  decidedBy: z.string().optional(),
  decidedHow: z.enum(decisionWays).optional(),
  decisionNote: z.string().optional(),
  recordedBy: z.string().optional(),
  doneAt: Instant.optional(),
});
export type Quote = z.infer<typeof Quote>;

export const NewQuote = z
  .object({
    feature: Feature,
    title: ShortText,
    unitYen: z.number().int().min(0).max(1_000_000_000),
    quantity: z.number().int().min(1).max(100_000).default(1),
    billing: z.enum(['once', 'monthly']).default('once'),
    startsOn: CalendarDate.optional(),
    endsOn: CalendarDate.optional(),
    validUntil: CalendarDate,
    /** More than the plan includes of what it has: a fifth meeting in a year, a visit outside the free area. */
    beyondPlan: z.boolean().default(false),
  })
  .refine(({ billing, startsOn }) => billing === 'once' || startsOn !== undefined, 'a monthly quote needs startsOn')
  .refine(({ startsOn, endsOn }) => !startsOn || !endsOn || startsOn <= endsOn, 'endsOn is before startsOn');
export type NewQuote = z.infer<typeof NewQuote>;

export const QuoteDecision = z.object({
  decision: z.enum(['approved', 'declined']),
  /** Who decided at the customer, and how it came. Staff say both; for a customer it is the person who is signed in, by the portal. */
  by: ShortText.optional(),
  how: z.enum(decisionWays).optional(),
  note: z.string().trim().min(1).max(1000).optional(),
});

export const BillingMonth = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'a month such as 2026-12');
export const billingFormats = ['csv', 'xlsx'] as const;

/** One line for the provider's billing: yen without tax. */
export const BillingLine = z.object({
  month: BillingMonth,
  customerName: z.string(),
  accountId: Id,
  accountName: z.string(),
  contractNumber: z.string().optional(),
  quoteNumber: z.number().int(),
  feature: Feature,
  title: z.string(),
  unitYen: z.number().int(),
  quantity: z.number().int(),
  totalYen: z.number().int(),
  approvedAt: Instant,
  approvedBy: z.string(),
});
export type BillingLine = z.infer<typeof BillingLine>;
