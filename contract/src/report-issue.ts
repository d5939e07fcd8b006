import { z } from 'zod';
import { Deadline } from './calendar.ts';
import { Language } from './language.ts';
import { Sha256 } from './malware-lists.ts';
import { Role } from './permissions.ts';
import { Id, Instant, NoteText } from './primitives.ts';
import { ReportPeriod, reportKinds } from './report.ts';

const Count = z.number().int().nonnegative();
/**
 * How a report that has to leave stands: no draft yet, a draft to sign, a change asked for, one of two signatures given, signed and about to leave (or
 * without anybody to send it to), sent and kept.
 */
export const issueStates = ['awaited', 'draft', 'changeAsked', 'halfSigned', 'signed', 'sent'] as const;
/** Who reports and signs (S82). */
export const reportParties = ['provider', 'soc'] as const;
export type ReportParty = (typeof reportParties)[number];

/** Why a draft is not among those that may be signed together. */
export const unusualReasons = ['noHistory', 'more', 'fewer', 'openAlerts'] as const;
/** The total beside those of up to four periods before, the latest first. */
export const UsualFigures = z.object({
  isUsual: z.boolean(),
  reasons: z.array(z.enum(unusualReasons)).max(4),
  total: Count,
  previous: z.array(Count).max(4),
});
export type UsualFigures = z.infer<typeof UsualFigures>;

/** What became of a letter: on its way, taken by a mail server, put off by one, sent back, given up. */
export const deliveryStates = ['waiting', 'accepted', 'deferred', 'bounced', 'failed'] as const;
export const deliveryWays = ['attached', 'link'] as const;
export type DeliveryWay = (typeof deliveryWays)[number];

export const ReportDelivery = z.object({
  id: Id,
  recipient: z.string(),
  contactId: Id.optional(),
  language: Language,
  way: z.enum(deliveryWays),
  /** `too_large`: the letter before it was refused for its size, so this one has a link. */
  cause: z.enum(['sent', 'resent', 'too_large']),
  state: z.enum(deliveryStates),
  at: Instant,
  acceptedAt: Instant.optional(),
  nextAttemptAt: Instant.optional(),
  problem: z.string().optional(),
  /** Of what it carries: equal to that of the stored copy in this language. */
  sha256: Sha256,
  linkId: Id.optional(),
  by: z.string(),
  /** A later one to the same address stands for it. */
  isReplaced: z.boolean(),
});
export type ReportDelivery = z.infer<typeof ReportDelivery>;

export const ReportLink = z.object({
  id: Id,
  recipient: z.string(),
  language: Language,
  state: z.enum(['open', 'expired', 'revoked']),
  createdAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.optional(),
  revokedBy: z.string().optional(),
  downloads: Count,
  lastDownloadAt: Instant.optional(),
});
export type ReportLink = z.infer<typeof ReportLink>;

export const ReportSignature = z.object({
  id: Id,
  name: z.string(),
  role: Role,
  at: Instant,
  /** Of what was signed, by language. */
  sha256: z.partialRecord(Language, Sha256),
  voidAt: Instant.optional(),
  /** Why it stands no more. */
  voidReason: z.enum(['recomposed', 'changeAsked']).optional(),
});
export type ReportSignature = z.infer<typeof ReportSignature>;

/** What people of the provider and of the SOC write among themselves. No customer, mail or document has it. */
export const ReportComment = z.object({
  id: Id,
  at: Instant,
  by: z.string(),
  text: z.string(),
  asksChange: z.boolean(),
  resolvedAt: Instant.optional(),
  resolvedBy: z.string().optional(),
});
export type ReportComment = z.infer<typeof ReportComment>;
export const NewReportComment = z.object({
  text: NoteText,
  /** Nobody signs before it is settled; signatures that there are fall. */
  asksChange: z.boolean().default(false),
});

/** **A report that has to leave** by a day: of one account and one period (S78, S84). */
export const ReportIssue = z.object({
  id: Id,
  accountId: Id,
  accountName: z.string(),
  customerName: z.string(),
  kind: z.enum(reportKinds),
  period: ReportPeriod,
  party: z.enum(reportParties),
  state: z.enum(issueStates),
  /** The first instant that is late, and the last day on which it is in time. */
  dueAt: Instant,
  dueDay: z.string(),
  isLate: z.boolean(),
  /** Who is waited for: nobody where it was sent, `manager` while a draft is made or a letter is on its way. */
  waitsFor: z.enum(['manager', 'composer', 'provider', 'soc', 'contacts', 'nobody']),
  /** Whoever asks may put the next signature. */
  maySign: z.boolean(),
  /** They may do so together with others: nobody wrote about it, and its figures are as usual. */
  isPlain: z.boolean(),
  reportId: Id.optional(),
  composedAt: Instant.optional(),
  /** Of the draft in its own language: what a signature has to name. */
  sha256: Sha256.optional(),
  usual: UsualFigures.optional(),
  signaturesNeeded: z.number().int(),
  signatures: z.array(ReportSignature).max(2),
  openComments: Count,
  problem: z.string().optional(),
  sentAt: Instant.optional(),
  /** Recipients by what became of the letter that counts. */
  deliveries: z.object({ accepted: Count, waiting: Count, deferred: Count, failed: Count }),
});
export type ReportIssue = z.infer<typeof ReportIssue>;

export const ReportIssueDetail = ReportIssue.extend({
  /** Each day that the deadline stepped over, and why. */
  due: Deadline,
  /** Also those that fell. */
  allSignatures: z.array(ReportSignature).max(100),
  comments: z.array(ReportComment).max(500),
  recipients: z.array(ReportDelivery).max(500),
  links: z.array(ReportLink).max(500),
  /** The copy in the archive was read again and has the hash that was signed. Absent before it was sent. */
  archive: z.object({ isIntact: z.boolean(), sha256: Sha256, pdfSha256: Sha256.optional() }).optional(),
});
export type ReportIssueDetail = z.infer<typeof ReportIssueDetail>;

/** What is signed together: each with the hash of what was looked at. */
export const BulkSignature = z.object({
  issues: z
    .array(z.object({ id: Id, sha256: Sha256 }))
    .min(1)
    .max(1000),
});
export const BulkOutcome = z.object({
  signed: z.array(Id).max(1000),
  left: z.array(z.object({ id: Id, code: z.string(), reason: z.string() })).max(1000),
});

/** What was agreed with the customer about how reports come. */
export const ReportSettings = z.object({
  /** Of how many people. */
  signatures: z.number().int().min(1).max(2),
  /** A PDF attached as it is, or a link to it. Never an archive with a password (PPAP). */
  delivery: z.enum(deliveryWays),
  /** For how many days a link is good. */
  linkDays: z.number().int().min(1).max(90),
});
export type ReportSettings = z.infer<typeof ReportSettings>;

export const ReportLinkToken = z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{64}$/) });
/** What whoever has the link sees before the download. */
export const LinkedReport = z.object({
  kind: z.enum(reportKinds),
  period: ReportPeriod,
  customerName: z.string(),
  provider: z.string(),
  language: Language,
  name: z.string(),
  sizeBytes: Count,
  sha256: Sha256,
  expiresAt: Instant,
});
export type LinkedReport = z.infer<typeof LinkedReport>;
export const LinkedDocument = z.object({
  name: z.string(),
  type: z.string(),
  /** Base64. */
  content: z.string(),
  sha256: Sha256,
});
