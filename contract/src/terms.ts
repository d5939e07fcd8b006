import { z } from 'zod';
import { CalendarDate } from './calendar.ts';
import { EditionId } from './edition.ts';
import { Id, Instant, ShortText } from './primitives.ts';
import { decisionWays } from './quote.ts';

/** A consent on record: to which terms, when, who, and how it came. */
export const Consent = z.object({
  id: Id,
  edition: EditionId,
  version: z.number().int(),
  /** SHA-256 of the texts that were agreed to. */
  sha256: z.string(),
  agreedOn: CalendarDate,
  agreedBy: z.string(),
  agreedHow: z.enum(decisionWays),
  recordedAt: Instant,
  recordedBy: z.string(),
});
export type Consent = z.infer<typeof Consent>;

/** Terms as they are shown in reports and below the pages: which version of which edition, and the texts. */
export const TermsShown = z.object({
  edition: EditionId,
  version: z.number().int(),
  clauses: z.array(z.object({ number: z.string(), ja: z.string(), en: z.string() })),
});
export type TermsShown = z.infer<typeof TermsShown>;

/** The terms of the edition that an account is served by (S99–S102), and whether the customer has agreed to this version. */
export const AccountTerms = z.object({
  edition: EditionId,
  version: z.number().int(),
  sha256: z.string(),
  clauses: z.array(z.object({ number: z.string(), ja: z.string(), en: z.string() })),
  /** `asked`: this version is not agreed to yet. */
  state: z.enum(['agreed', 'asked']),
  consents: z.array(Consent).max(1000),
});
export type AccountTerms = z.infer<typeof AccountTerms>;

/** How an account stands to the terms of today: the version in force, and the consent that was recorded last. */
export const ConsentState = z.object({
  accountId: Id,
  accountName: z.string(),
  customerName: z.string(),
  edition: EditionId,
  version: z.number().int(),
  state: z.enum(['agreed', 'asked']),
  last: Consent.optional(),
});
export type ConsentState = z.infer<typeof ConsentState>;

/** Staff say who agreed at the customer, when and how; for a customer it is the person who is signed in, today, by the portal. */
export const NewConsent = z.object({
  /** The version that was read. Another than the one in force is refused. */
  version: z.number().int().min(1).max(10_000),
  by: ShortText.optional(),
  on: CalendarDate.optional(),
  how: z.enum(decisionWays).optional(),
});
