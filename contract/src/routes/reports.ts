import { z } from 'zod';
import { Language } from '../language.ts';
import { Sha256 } from '../malware-lists.ts';
import { Id, Instant } from '../primitives.ts';
import { Report, ReportDocuments, ReportPeriod, ReportSummary, reportKinds } from '../report.ts';
import { route } from '../route.ts';

export const listReports = route({
  needs: 'report.read',
  method: 'GET',
  path: '/reports',
  summary: 'Stored reports, the newest 1,000; a customer sees those that were sent',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({
    items: z
      .array(
        ReportSummary.extend({
          /** Absent of a draft. */
          sentAt: Instant.optional(),
          /** Of mail and PDF together; what was mailed in this language has the same. Absent in earlier reports. */
          sha256: Sha256.optional(),
        }),
      )
      .max(1000),
  }),
});
export const getReport = route({
  needs: 'report.read',
  method: 'GET',
  path: '/reports/{reportId}',
  summary: 'One stored report',
  params: z.object({ reportId: Id }),
  reply: Report,
  errors: ['not_found'],
});
export const getReportDocuments = route({
  needs: 'report.read',
  method: 'GET',
  path: '/reports/{reportId}/documents',
  summary:
    'The mail and the PDF of a stored report, as they were made then: in the language of whoever asks, where it was made in that',
  params: z.object({ reportId: Id }),
  reply: ReportDocuments.extend({ language: Language, sha256: Sha256.optional(), pdfSha256: Sha256.optional() }),
  errors: ['not_found'],
});
export const composeReport = route({
  needs: 'report.compose',
  method: 'POST',
  path: '/reports',
  summary: 'Compose a report from the roll-ups, store it, and optionally send it to the contacts',
  body: z.object({
    accountId: Id,
    kind: z.enum(reportKinds),
    period: ReportPeriod,
    send: z.boolean().default(false),
    /** Compose although the period is not over; the report says so. */ early: z.boolean().default(false),
  }),
  reply: ReportDocuments.extend({ id: Id, report: Report, sentTo: z.array(z.string()) }),
  errors: ['not_in_plan', 'quote_needed', 'not_found', 'period_invalid', 'period_not_over', 'signature_needed'],
});
