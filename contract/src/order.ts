import { z } from 'zod';
import { contactPurposes, Plan, plans } from './account.ts';
import { CalendarDate } from './calendar.ts';
import { type Feature, Feature as FeatureShape } from './edition.ts';
import { Language, languages } from './language.ts';
import { MailAddress, ShortText } from './primitives.ts';
import { supportLevels } from './service-contract.ts';

const LongText = z.string().trim().min(1).max(500);
const Phone = z
  .string()
  .trim()
  .regex(/^[+\d][\d\-() ]{4,30}$/);

/** A server as it was ordered, with the contracts that it needs (S18). */
export const OrderServer = z.object({
  /** The host name that it has; it enrols by this name. */
  name: ShortText,
  basicNumber: ShortText.optional(),
  basicFrom: CalendarDate.optional(),
  basicUntil: CalendarDate.optional(),
  support: z.enum(supportLevels),
  supportNumber: ShortText.optional(),
  supportFrom: CalendarDate.optional(),
  supportUntil: CalendarDate.optional(),
});
export type OrderServer = z.infer<typeof OrderServer>;

export const OrderRecipient = z.object({
  name: ShortText,
  mail: MailAddress,
  language: Language,
  purposes: z.array(z.enum(contactPurposes)).max(contactPurposes.length),
});
export type OrderRecipient = z.infer<typeof OrderRecipient>;

/** What a plan sells besides (有償). The order is the customer’s approval (S34). */
export const OrderOption = z.object({
  feature: FeatureShape,
  title: ShortText,
  unitYen: z.number().int().min(0).max(1_000_000_000),
  quantity: z.number().int().min(1).max(100_000),
  billing: z.enum(['once', 'monthly']),
});
export type OrderOption = z.infer<typeof OrderOption>;

export const orderServersMax = 500;
export const orderRecipientsMax = 100;
export const orderOptionsMax = 50;

/** An **order form** (注文書, S35): what a customer orders, before there is an account. */
export const Order = z.object({
  number: ShortText,
  orderedOn: CalendarDate,
  customerName: ShortText,
  customerAddress: LongText.optional(),
  /** Who signs for the customer (契約者), and who is asked about it. */
  contractor: ShortText,
  contractorTitle: ShortText.optional(),
  contactName: ShortText,
  contactMail: MailAddress,
  contactPhone: Phone,
  plan: Plan,
  startsOn: CalendarDate,
  endsOn: CalendarDate.optional(),
  billingName: ShortText,
  billingAddress: LongText.optional(),
  billingMail: MailAddress,
  paymentTerms: LongText.optional(),
  /** Who agreed to the terms (§8) with this order; where it says no, they are asked for before the start of use. */
  termsAgreed: z.boolean(),
  remarks: z.string().trim().min(1).max(2000).optional(),
  servers: z.array(OrderServer).max(orderServersMax),
  recipients: z.array(OrderRecipient).max(orderRecipientsMax),
  options: z.array(OrderOption).max(orderOptionsMax),
});
export type Order = z.infer<typeof Order>;

/** How a field is written and read; `words` are phrase keys of the choices, by value. */
export type OrderField = {
  readonly key: string;
  readonly kind: 'text' | 'lines' | 'mail' | 'phone' | 'date' | 'whole' | 'choice' | 'flag';
  readonly required?: boolean;
  readonly max?: number;
  readonly choices?: readonly (readonly [value: string, phraseKey: string])[];
  /** There is a hint below `order.hint.<key>`. */
  readonly hint?: boolean;
};

const choicesOf = (area: string, values: readonly string[]) =>
  values.map((value) => [value, `${area}.${value}`] as const);
/** What may be sold besides is checked against the edition; these are all that a plan table sells (§5). */
const paidFeatures: readonly Feature[] = ['report.monthly', 'report.meeting', 'consulting.tuning'];

/** The form as data: template, reading, export and the page are made from it. */
export const orderForm: {
  readonly fields: readonly OrderField[];
  readonly tables: readonly {
    readonly key: 'servers' | 'recipients' | 'options';
    readonly rowsMax: number;
    readonly columns: readonly OrderField[];
  }[];
} = {
  fields: [
    { key: 'number', kind: 'text', required: true, max: 200, hint: true },
    { key: 'orderedOn', kind: 'date', required: true },
    { key: 'customerName', kind: 'text', required: true, max: 200, hint: true },
    { key: 'customerAddress', kind: 'text', max: 500 },
    { key: 'contractor', kind: 'text', required: true, max: 200, hint: true },
    { key: 'contractorTitle', kind: 'text', max: 200 },
    { key: 'contactName', kind: 'text', required: true, max: 200 },
    { key: 'contactMail', kind: 'mail', required: true },
    { key: 'contactPhone', kind: 'phone', required: true },
    { key: 'plan', kind: 'choice', required: true, choices: choicesOf('plan', plans), hint: true },
    { key: 'startsOn', kind: 'date', required: true },
    { key: 'endsOn', kind: 'date', hint: true },
    { key: 'billingName', kind: 'text', required: true, max: 200 },
    { key: 'billingAddress', kind: 'text', max: 500 },
    { key: 'billingMail', kind: 'mail', required: true },
    { key: 'paymentTerms', kind: 'text', max: 500, hint: true },
    { key: 'termsAgreed', kind: 'flag', required: true, hint: true },
    { key: 'remarks', kind: 'lines', max: 2000 },
  ],
  tables: [
    {
      key: 'servers',
      rowsMax: orderServersMax,
      columns: [
        { key: 'name', kind: 'text', required: true, max: 200 },
        { key: 'basicNumber', kind: 'text', max: 200 },
        { key: 'basicFrom', kind: 'date' },
        { key: 'basicUntil', kind: 'date' },
        { key: 'support', kind: 'choice', required: true, choices: choicesOf('support', supportLevels) },
        { key: 'supportNumber', kind: 'text', max: 200 },
        { key: 'supportFrom', kind: 'date' },
        { key: 'supportUntil', kind: 'date' },
      ],
    },
    {
      key: 'recipients',
      rowsMax: orderRecipientsMax,
      columns: [
        { key: 'recipientName', kind: 'text', required: true, max: 200 },
        { key: 'mail', kind: 'mail', required: true },
        { key: 'language', kind: 'choice', required: true, choices: choicesOf('order.language', languages) },
        ...contactPurposes.map((purpose): OrderField => ({ key: purpose, kind: 'flag' })),
      ],
    },
    {
      key: 'options',
      rowsMax: orderOptionsMax,
      columns: [
        { key: 'feature', kind: 'choice', required: true, choices: choicesOf('feature', paidFeatures) },
        { key: 'title', kind: 'text', required: true, max: 200 },
        { key: 'unitYen', kind: 'whole', required: true, max: 1_000_000_000 },
        { key: 'quantity', kind: 'whole', required: true, max: 100_000 },
        { key: 'billing', kind: 'choice', required: true, choices: choicesOf('quoteBilling', ['once', 'monthly']) },
      ],
    },
  ],
};
