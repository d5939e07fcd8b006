import { z } from 'zod';
import { Id } from '../primitives.ts';
import { BillingLine, BillingMonth, billingFormats, NewQuote, Quote, QuoteDecision } from '../quote.ts';
import { route } from '../route.ts';

const QuoteParams = z.object({ accountId: Id, quoteId: Id });

export const listQuotes = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/quotes',
  summary: 'Quotes that the caller may see, the newest first',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(Quote).max(10_000) }),
});
export const createQuote = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/quotes',
  summary: 'Offer what the plan sells besides, or more of what it includes',
  params: z.object({ accountId: Id }),
  body: NewQuote,
  reply: Quote,
  errors: ['not_found', 'not_in_plan', 'included_in_plan', 'date_past'],
});
export const decideQuote = route({
  needs: 'contract.agree',
  method: 'POST',
  path: '/accounts/{accountId}/quotes/{quoteId}/decide',
  summary: 'Approve or decline a quote in the customer’s name',
  params: QuoteParams,
  body: QuoteDecision,
  reply: Quote,
  errors: ['not_found', 'wrong_state', 'malformed'],
});
export const getQuoteDocument = route({
  needs: 'contract.read',
  method: 'GET',
  path: '/accounts/{accountId}/quotes/{quoteId}/document',
  summary: 'A quote as a PDF with the provider’s brand: the same bytes each time',
  params: QuoteParams,
  query: z.object({ language: z.enum(['ja', 'en']).optional() }),
  reply: z.object({ name: z.string(), type: z.string(), /** Base64. */ content: z.string(), sha256: z.string() }),
  errors: ['not_found'],
});
export const sendQuote = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/quotes/{quoteId}/send',
  summary: 'Mail a quote as a PDF to contacts of the account, each in their language',
  params: QuoteParams,
  body: z.object({ contactIds: z.array(Id).min(1).max(20) }),
  reply: z.object({ sentTo: z.array(z.string()) }),
  errors: ['not_found', 'wrong_state'],
});
export const withdrawQuote = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/quotes/{quoteId}/withdraw',
  summary: 'Withdraw a quote that nobody has decided',
  params: QuoteParams,
  body: z.object({ reason: z.string().trim().min(1).max(1000) }),
  reply: Quote,
  errors: ['not_found', 'wrong_state'],
});
export const workOnQuote = route({
  needs: 'contract.write',
  method: 'POST',
  path: '/accounts/{accountId}/quotes/{quoteId}/work',
  summary: 'Begin the work of an approved quote, or record that it is done',
  params: QuoteParams,
  body: z.object({ step: z.enum(['started', 'done']) }),
  reply: Quote,
  errors: ['not_found', 'quote_not_approved', 'wrong_state'],
});
export const listBillingLines = route({
  needs: 'billing.read',
  method: 'GET',
  path: '/billing',
  summary: 'Billing lines of a month: approved work that was done, and monthly add-ons',
  query: z.object({ month: BillingMonth }),
  reply: z.object({ items: z.array(BillingLine).max(100_000) }),
});
export const exportBillingLines = route({
  needs: 'billing.read',
  method: 'GET',
  path: '/billing/file',
  summary: 'The billing lines of a month as a file',
  query: z.object({ month: BillingMonth, format: z.enum(billingFormats) }),
  reply: z.object({ name: z.string(), type: z.string(), /** Base64. */ content: z.string() }),
});
