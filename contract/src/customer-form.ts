import { z } from 'zod';
import { HearingAnswers, HearingDefinition } from './hearing.ts';
import { Language } from './language.ts';
import { orderOptionsMax, orderRecipientsMax, orderServersMax } from './order.ts';
import { Id, Instant, MailAddress, ShortText } from './primitives.ts';
import { CellFault, cellFaultsMax } from './workbook-fault.ts';

/** What the database can keep: no zero bytes, no halves of characters. */
const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
const Value = z.union([
  z.string().max(2000).refine(isStorable, 'has characters that are none'),
  z.number(),
  z.boolean(),
]);
const Values = z.record(z.string().regex(/^[a-zA-Z]{1,40}$/), Value);
export type DraftValue = z.infer<typeof Value>;
export type DraftValues = z.infer<typeof Values>;

/** An **order form** as it is being filled in: anything may be missing or wrong yet. */
export const OrderDraft = z.object({
  fields: Values,
  tables: z.object({
    servers: z.array(Values).max(orderServersMax),
    recipients: z.array(Values).max(orderRecipientsMax),
    options: z.array(Values).max(orderOptionsMax),
  }),
});
export type OrderDraft = z.infer<typeof OrderDraft>;

const purposes = ['alerts', 'weekly', 'monthly'] as const;

/** A new row of a table of the form, with what is usual. */
export function newDraftRow(table: keyof OrderDraft['tables']): DraftValues {
  if (table === 'servers') return { support: 'gold' };
  return table === 'recipients' ? { language: 'ja', alerts: true } : { quantity: 1, billing: 'monthly' };
}

export const emptyOrderDraft = (known: DraftValues = {}): OrderDraft => ({
  fields: known,
  tables: {
    servers: [newDraftRow('servers'), newDraftRow('servers')],
    recipients: [newDraftRow('recipients')],
    options: [],
  },
});

/** What was not filled in is not there. */
const filled = (values: DraftValues): DraftValues =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

/** The draft in the shape of an order, not checked. */
export const orderOfDraft = ({ fields, tables }: OrderDraft): Record<string, unknown> => ({
  ...filled(fields),
  termsAgreed: fields['termsAgreed'] === true,
  servers: tables.servers.map(filled),
  recipients: tables.recipients.map(({ recipientName = '', ...values }) => ({
    ...filled({ name: recipientName, mail: values['mail'] ?? '', language: values['language'] ?? 'ja' }),
    purposes: purposes.filter((purpose) => values[purpose] === true),
  })),
  options: tables.options.map(filled),
});

export const customerFormKinds = ['order', 'hearing'] as const;
/** `expired` and `locked` (too many wrong codes) are an open form whose link serves no more; a new link opens it again. */
export const customerFormStates = ['open', 'submitted', 'withdrawn', 'taken', 'expired', 'locked'] as const;
const State = z.enum(customerFormStates);

/** A form that a customer fills in by a link, as the provider sees it. */
export const CustomerForm = z.object({
  id: Id,
  kind: z.enum(customerFormKinds),
  state: State,
  customerName: z.string(),
  contactName: z.string(),
  mail: z.string(),
  language: Language,
  hearingId: Id.optional(),
  issuedAt: Instant,
  issuedBy: z.string(),
  expiresAt: Instant,
  savedAt: Instant.optional(),
  submittedAt: Instant.optional(),
  /** Who said that they filled it in; the code went to the contact's address. */
  submittedBy: z.string().optional(),
  /** Version of the hearing sheet that came of it. */
  hearingVersion: z.number().int().optional(),
  onboardingId: Id.optional(),
  /** Why it was withdrawn or opened again. */
  reason: z.string().optional(),
});
export type CustomerForm = z.infer<typeof CustomerForm>;

const daysMax = 60;
const Days = z.number().int().min(1).max(daysMax).default(14);
export const NewCustomerForm = z
  .object({
    kind: z.enum(customerFormKinds),
    /** Of an order form; a hearing sheet has its customer. */
    customerName: ShortText.optional(),
    hearingId: Id.optional(),
    contactName: ShortText,
    mail: MailAddress,
    language: Language.default('ja'),
    days: Days,
  })
  .refine(
    ({ kind, customerName, hearingId }) =>
      kind === 'order' ? customerName !== undefined && hearingId === undefined : hearingId !== undefined,
    'an order form takes customerName, a hearing sheet hearingId',
  );
export type NewCustomerForm = z.infer<typeof NewCustomerForm>;
export const NewFormLink = z.object({ days: Days });

/** The secret of the mail's link. */
export const FormSecret = z.object({ secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
const Answers = HearingAnswers.refine(
  (answers) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(answers)),
  'has characters that are none',
);
export const FormContent = FormSecret.extend({
  /** The one that was read: of two at one link the second is told. */
  revision: z.number().int().min(0),
  order: OrderDraft.optional(),
  answers: Answers.optional(),
});
export type FormContent = z.infer<typeof FormContent>;
export const FormSubmission = FormContent.extend({ by: ShortText, code: z.string().regex(/^\d{6}$/) });
export type FormSubmission = z.infer<typeof FormSubmission>;

/** A form as the link shows it. */
export const FilledForm = z.object({
  kind: z.enum(customerFormKinds),
  state: State,
  provider: z.string(),
  customerName: z.string(),
  contactName: z.string(),
  /** `h***@example.jp`: where the code goes. */
  mailShown: z.string(),
  language: Language,
  expiresAt: Instant,
  revision: z.number().int(),
  savedAt: Instant.optional(),
  codeSentAt: Instant.optional(),
  submittedAt: Instant.optional(),
  submittedBy: z.string().optional(),
  /** Absent where the link serves no more. */
  order: OrderDraft.optional(),
  hearing: z.object({ questions: HearingDefinition, answers: HearingAnswers }).optional(),
  /** Why an order form cannot be submitted yet, where somebody tried. */
  faults: z.array(CellFault).max(cellFaultsMax),
});
export type FilledForm = z.infer<typeof FilledForm>;
