import { contactLines, type Language, nameOfProvider, type PhraseKey, phrase, type Quote } from '@sakimori/contract';
import type { BrandOfAccount } from '../provider/index.ts';
import { clean, dateParts } from './paper.ts';
import { toDrawing } from './pdf.ts';

export type QuotePaper = {
  readonly quote: Quote;
  readonly customerName: string;
  readonly providerName: string;
  readonly brand?: BrandOfAccount | undefined;
};

/** A quote as its template prints it: every word in the reader's language. Amounts are yen without tax. */
export function toQuotePaper(language: Language, { quote, customerName, providerName, brand }: QuotePaper): unknown {
  const say = (key: string, facts = {}) => phrase(language, `quotePaper.${key}` as PhraseKey, facts);
  const yen = (amount: number) => say('yen', { yen: amount });
  const total = quote.unitYen * quote.quantity;
  const isMonthly = quote.billing === 'monthly';
  const span = { from: quote.startsOn ?? '', to: quote.endsOn ?? '' };
  const provider = brand ? nameOfProvider(language, brand.profile) : providerName;
  const printed = clean({
    language,
    colour: brand?.profile.colour ?? '#12304f',
    title: `${say('heading')} ${numberOf(quote)} ${customerName}`,
    summary: quote.title,
    provider,
    contacts: brand ? contactLines(language, brand.profile) : [],
    customer: say('customer', { customer: customerName }),
    madeAt: dateParts(quote.offeredAt),
    facts: [
      { label: say('number'), value: numberOf(quote) },
      { label: say('date'), value: dayOf(quote.offeredAt) },
      { label: say('account'), value: quote.accountName },
      { label: say('validUntil'), value: quote.validUntil },
    ],
    name: quote.title,
    feature: say('feature', { feature: phrase(language, `feature.${quote.feature}`), clause: quote.clause }),
    ...{ unit: yen(quote.unitYen), quantity: String(quote.quantity), amount: yen(total) },
    total: isMonthly ? say('perMonth', { amount: yen(total) }) : yen(total),
    conditions: [
      isMonthly ? say(quote.endsOn ? 'monthlyUntil' : 'monthlyFrom', span) : say('once'),
      say('valid', { date: quote.validUntil }),
      say('noWorkBefore'),
    ],
    labels: {
      ...Object.fromEntries(labelKeys.map((key) => [key, say(key)])),
      signatures: [say('signDate'), say('signCompany'), say('signName')],
    },
  });
  return { ...(printed as object), logo: brand?.logo ? toDrawing(brand.logo) : null };
}

const labelKeys = [
  ...['heading', 'opening', 'total', 'content', 'unit', 'quantity', 'amount', 'tax', 'approval', 'approvalText'],
] as const;

/** Counts within the account, so the day is said with it. */
export const numberOf = ({ number, offeredAt }: Pick<Quote, 'number' | 'offeredAt'>): string =>
  `Q-${dayOf(offeredAt).replaceAll('-', '')}-${number}`;

const dayOf = (instant: string): string =>
  Temporal.Instant.from(instant).toZonedDateTimeISO('Asia/Tokyo').toPlainDate().toString();
