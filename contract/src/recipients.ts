import { z } from 'zod';
import { contactPurposes } from './account.ts';
import { Language } from './language.ts';
import { Id, Instant, MailAddress, NoteText } from './primitives.ts';

/** A name that stands in the head of a mail: one line. */
const LineText = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u);
const Purpose = z.enum(contactPurposes);
const Purposes = z.array(Purpose).min(1).max(3);

/**
 * One step of a change of recipients (通知先の変更, S55). `add` gives an address purposes: of a contact that has it already, or of a new one. `remove` takes
 * purposes away, all where none are named; the contact itself stays known. `replace` gives a contact another address.
 */
export const RecipientStep = z.discriminatedUnion('deed', [
  z.object({ deed: z.literal('add'), name: LineText, mail: MailAddress, language: Language, purposes: Purposes }),
  z.object({ deed: z.literal('remove'), contactId: Id, purposes: Purposes.optional() }),
  z.object({
    ...{ deed: z.literal('replace'), contactId: Id, mail: MailAddress },
    ...{ name: LineText.optional(), language: Language.optional() },
  }),
]);
export type RecipientStep = z.infer<typeof RecipientStep>;

export const RecipientSteps = z.object({ steps: z.array(RecipientStep).min(1).max(50) });
export type RecipientSteps = z.infer<typeof RecipientSteps>;

export const NewRecipientChange = RecipientSteps.extend({
  reason: NoteText.max(1000),
  /** Who of the customer asked for it; the former recipients read it. */
  requestedBy: LineText.optional(),
  /** Who of the provider agreed to it, where that is somebody else than who carries it out. */
  approvedBy: LineText.optional(),
  ticketId: Id.optional(),
  /** `basis` of the preview: where the lists changed since, nothing is done. */
  basis: z.string().length(64).optional(),
});
export type NewRecipientChange = z.infer<typeof NewRecipientChange>;

export const ListedRecipient = z.object({
  contactId: Id,
  name: z.string(),
  mail: z.string(),
  language: Language,
  /** A delivery report said that the address fails; nothing is sent to it. */
  fails: z.boolean(),
});
export type ListedRecipient = z.infer<typeof ListedRecipient>;
/** Who receives one kind of mail, before and after. */
export const RecipientList = z.object({
  purpose: Purpose,
  before: z.array(ListedRecipient).max(600),
  after: z.array(ListedRecipient).max(600),
});
export type RecipientList = z.infer<typeof RecipientList>;

/** `new`: confirms that it reads the mail. `old`: is told what changed. */
export const recipientParts = ['new', 'old'] as const;
export const recipientStates = ['asked', 'confirmed', 'refused', 'undelivered', 'told'] as const;

export const RecipientPreview = z.object({
  lists: z.array(RecipientList).max(3),
  mails: z
    .array(z.object({ part: z.enum(recipientParts), to: z.string(), language: Language, subject: z.string() }))
    .max(600),
  /** New addresses of a domain that no contact of the account had: a slip of the pen looks like this. */
  strangeDomains: z.array(z.string()).max(50),
  basis: z.string(),
});
export type RecipientPreview = z.infer<typeof RecipientPreview>;

export const RecipientChange = z.object({
  id: Id,
  accountId: Id,
  state: z.enum(['applied', 'rolledBack']),
  lists: z.array(RecipientList).max(3),
  reason: z.string(),
  requestedBy: z.string().optional(),
  approvedBy: z.string().optional(),
  ticketId: Id.optional(),
  appliedAt: Instant,
  appliedBy: z.string(),
  rolledBackAt: Instant.optional(),
  rolledBackBy: z.string().optional(),
  rollbackReason: z.string().optional(),
  /** The mails about it, to whom, and what became of each. */
  mails: z
    .array(
      z.object({
        part: z.enum(recipientParts),
        to: z.string(),
        state: z.enum(recipientStates),
        noticeId: Id.optional(),
        at: Instant,
        answeredAt: Instant.optional(),
      }),
    )
    .max(1300),
});
export type RecipientChange = z.infer<typeof RecipientChange>;

/** What the link of a mail asks the new address. */
export const RecipientQuestion = z.object({
  state: z.enum(['open', 'confirmed', 'refused', 'over']),
  provider: z.string(),
  accountName: z.string(),
  mail: z.string(),
  purposes: z.array(Purpose),
  language: Language,
});
export type RecipientQuestion = z.infer<typeof RecipientQuestion>;
