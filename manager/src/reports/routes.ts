import { type Actor, Refusal, routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { documentsOf, renderingFor, selectKept, selectReport, selectSummaries } from './archive-store.ts';
import { issueReport } from './issue.ts';
import { quoteDocument, sendQuote } from './quote-document.ts';
import { signoffRoutes } from './signoff-routes.ts';

/** Of a customer: what has not left yet is not there. */
const isCustomer = ({ accountId }: Actor): boolean => accountId !== undefined;

export const reportRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listReports, async ({ query }, { actor }) => {
    const rows = await platform.database.for(actor, (tx) => selectSummaries(tx, query.accountId, isCustomer(actor)));
    return {
      items: rows.map((row) => ({
        id: row.id,
        accountId: row.tenant_id,
        kind: row.kind,
        period: row.period,
        composedAt: row.composed_at.toISOString(),
        total: row.total,
        sentTo: row.sent_to,
        ...(row.sent_at ? { sentAt: row.sent_at.toISOString() } : {}),
        ...(row.sha256 ? { sha256: row.sha256 } : {}),
        ...(row.pdf_sha256 ? { pdfSha256: row.pdf_sha256 } : {}),
      })),
    };
  }),
  serve(routes.getReport, async ({ params }, { actor }) => {
    const report = await platform.database.for(actor, (tx) => selectReport(tx, params.reportId, isCustomer(actor)));
    if (!report) throw new Refusal('not_found', { what: 'report' });
    return report;
  }),
  serve(routes.getReportDocuments, async ({ params }, { actor, language }) => {
    const kept = await platform.database.for(actor, (tx) => selectKept(tx, params.reportId, isCustomer(actor)));
    if (!kept) throw new Refusal('not_found', { what: 'report' });
    return documentsOf(renderingFor(kept, language));
  }),
  serve(routes.getQuoteDocument, async ({ params, query }, { actor, language }) => {
    const key = { accountId: params.accountId, id: params.quoteId };
    const { name, pdf, sha256 } = await quoteDocument(platform, actor, key, query.language ?? language);
    return { name, type: 'application/pdf', content: pdf.toString('base64'), sha256 };
  }),
  serve(routes.sendQuote, ({ params, body }, { actor }) =>
    sendQuote(platform, actor, { accountId: params.accountId, id: params.quoteId }, [...new Set(body.contactIds)]),
  ),
  serve(routes.composeReport, async ({ body }, { actor, language }) => {
    const { pdf, ...issued } = await issueReport(platform, actor, language, body);
    return { ...issued, ...(pdf ? { pdf: pdf.toString('base64') } : {}) };
  }),
  ...signoffRoutes(platform),
];
