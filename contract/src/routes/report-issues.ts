import { z } from 'zod';
import { Language } from '../language.ts';
import { Sha256 } from '../malware-lists.ts';
import { Id } from '../primitives.ts';
import { ReportDocuments, ReportPeriod, reportKinds } from '../report.ts';
import {
  BulkOutcome,
  BulkSignature,
  deliveryWays,
  LinkedDocument,
  LinkedReport,
  NewReportComment,
  ReportIssue,
  ReportIssueDetail,
  ReportLinkToken,
  ReportSettings,
} from '../report-issue.ts';
import { route } from '../route.ts';

const params = z.object({ issueId: Id });

export const listReportIssues = route({
  needs: 'report.sign',
  method: 'GET',
  path: '/report-issues',
  summary: 'Reports that have to leave, by when and who is waited for; those that left too',
  query: z.object({
    accountId: Id.optional(),
    kind: z.enum(reportKinds).optional(),
    period: ReportPeriod.optional(),
    /** `unsent` has the one that is due first at its top, `sent` the latest. */
    show: z.enum(['unsent', 'sent']).default('unsent'),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
  }),
  reply: z.object({
    items: z.array(ReportIssue).max(1000),
    counts: z.object({ unsent: z.number().int(), late: z.number().int(), today: z.number().int() }),
  }),
});
export const getReportIssue = route({
  needs: 'report.sign',
  method: 'GET',
  path: '/report-issues/{issueId}',
  summary: 'One report that has to leave: deadline, comments, signatures, recipients, links, archive',
  params,
  reply: ReportIssueDetail,
  errors: ['not_found'],
});
export const getReportDraft = route({
  needs: 'report.sign',
  method: 'GET',
  path: '/report-issues/{issueId}/documents',
  summary: 'The mail and the PDF that would be signed, with their hash',
  params,
  query: z.object({ language: Language.optional() }),
  reply: ReportDocuments.extend({ language: Language, sha256: Sha256, pdfSha256: Sha256.optional() }),
  errors: ['not_found', 'wrong_state'],
});
export const commentReport = route({
  needs: 'report.sign',
  method: 'POST',
  path: '/report-issues/{issueId}/comments',
  summary: 'Write about a draft, for the provider alone; asking for a change takes its signatures back',
  params,
  body: NewReportComment,
  reply: ReportIssueDetail,
  errors: ['not_found', 'wrong_state'],
});
export const resolveReportComment = route({
  needs: 'report.sign',
  method: 'POST',
  path: '/report-issues/{issueId}/comments/{commentId}/resolve',
  summary: 'Say that a comment is settled',
  params: params.extend({ commentId: Id }),
  reply: ReportIssueDetail,
  errors: ['not_found', 'wrong_state'],
});
export const recomposeReport = route({
  needs: 'report.compose',
  method: 'POST',
  path: '/report-issues/{issueId}/recompose',
  summary: 'Compose the draft again; its signatures fall and changes that were asked for are settled',
  params,
  reply: ReportIssueDetail,
  errors: ['not_found', 'wrong_state', 'report_not_composed'],
});
export const signReport = route({
  needs: 'report.sign',
  method: 'POST',
  path: '/report-issues/{issueId}/sign',
  summary: 'Sign what has this hash; with the last signature it leaves',
  params,
  body: z.object({ sha256: Sha256 }),
  reply: ReportIssueDetail,
  errors: ['not_found', 'wrong_state', 'report_changed', 'already_signed', 'signer_not_party', 'change_asked'],
});
export const signReports = route({
  needs: 'report.sign',
  method: 'POST',
  path: '/report-issues/sign',
  summary:
    'Sign several drafts that nobody wrote about and whose figures are as usual; the others are left, with the reason',
  body: BulkSignature,
  reply: BulkOutcome,
});
export const sendReport = route({
  needs: 'report.compose',
  method: 'POST',
  path: '/report-issues/{issueId}/send',
  summary: 'Send a signed report that had nobody to go to',
  params,
  reply: ReportIssueDetail,
  errors: ['not_found', 'wrong_state', 'no_recipients'],
});
export const resendReport = route({
  needs: 'report.compose',
  method: 'POST',
  path: '/report-issues/{issueId}/deliveries/{deliveryId}/resend',
  summary: 'Send the same report to one recipient again, to the address that the contact has now',
  params: params.extend({ deliveryId: Id }),
  body: z.object({ way: z.enum(deliveryWays).optional() }),
  reply: ReportIssueDetail,
  errors: ['not_found', 'wrong_state'],
});
export const revokeReportLink = route({
  needs: 'report.compose',
  method: 'POST',
  path: '/report-issues/{issueId}/links/{linkId}/revoke',
  summary: 'Make a link good for nothing',
  params: params.extend({ linkId: Id }),
  reply: ReportIssueDetail,
  errors: ['not_found'],
});
export const getReportSettings = route({
  needs: 'report.compose',
  method: 'GET',
  path: '/accounts/{accountId}/report-settings',
  summary: 'How reports come to a customer, and how many sign them',
  params: z.object({ accountId: Id }),
  reply: ReportSettings,
  errors: ['not_found'],
});
export const setReportSettings = route({
  needs: 'contract.write',
  method: 'PUT',
  path: '/accounts/{accountId}/report-settings',
  summary:
    'Set how reports come to a customer, and how many sign them; for reports whose period ends from now on and drafts nobody signed',
  params: z.object({ accountId: Id }),
  body: ReportSettings,
  reply: ReportSettings,
  errors: ['not_found'],
});

const linkIsAll = 'the link of the mail is the credential, good for one document until it expires or is revoked';
export const lookAtReportLink = route({
  open: linkIsAll,
  method: 'POST',
  path: '/report-links/look',
  summary: 'What a link leads to; counts as no download',
  body: ReportLinkToken,
  reply: LinkedReport,
  errors: ['report_link_unknown'],
});
export const downloadByLink = route({
  open: linkIsAll,
  method: 'POST',
  path: '/report-links/download',
  summary: 'The document of a link',
  body: ReportLinkToken,
  reply: LinkedDocument,
  errors: ['report_link_unknown'],
});
