import { routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import { exportBilling, listBillingLines } from './billing.ts';
import type { Desk } from './contracts.ts';
import { createQuote, decideQuote, listQuotes, withdrawQuote, workOnQuote } from './quotes.ts';

const keyOf = ({ accountId, quoteId }: { accountId: string; quoteId: string }) => ({ accountId, id: quoteId });

export const quoteRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.listQuotes, async ({ query }, { actor }) => ({ items: await listQuotes(desk, actor, query.accountId) })),
  serve(routes.createQuote, ({ params, body }, { actor }) => createQuote(desk, actor, params.accountId, body)),
  serve(routes.decideQuote, async ({ params, body }, { actor }) => decideQuote(desk, actor, keyOf(params), body)),
  serve(routes.withdrawQuote, ({ params, body }, { actor }) => withdrawQuote(desk, actor, keyOf(params), body.reason)),
  serve(routes.workOnQuote, ({ params, body }, { actor }) => workOnQuote(desk, actor, keyOf(params), body.step)),
  serve(routes.listBillingLines, async ({ query }) => ({ items: await listBillingLines(desk, query.month) })),
  serve(routes.exportBillingLines, ({ query }, { actor, language }) => exportBilling(desk, actor, language, query)),
];
