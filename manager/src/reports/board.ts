import {
  type Actor,
  dayInJapan,
  Refusal,
  type ReportComment,
  type ReportDelivery,
  type ReportIssue,
  type ReportIssueDetail,
  type ReportLink,
  type ReportSignature,
} from '@sakimori/contract';
import { type Platform, sha256, type Tx } from '../platform/index.ts';
import { selectKept } from './archive-store.ts';
import { type BoardFilter, type BoardRow, countBoard, selectBoard } from './board-store.ts';
import { type FollowedDelivery, type LinkRow, selectDeliveries, selectLinks } from './deliveries-store.ts';
import { type CommentRow, type SignatureRow, selectComments, selectSignatures } from './issue-store.ts';
import { hashOf } from './rendering.ts';
import { sightOf, signerFault } from './scope.ts';

/** The board of deadlines: every report that has to leave, by when, how far it is and who is waited for. */

function stateOf(row: BoardRow): ReportIssue['state'] {
  if (row.sent_at !== null) return 'sent';
  if (row.report_id === null) return 'awaited';
  if (row.open_changes > 0) return 'changeAsked';
  const count = row.signatures.length;
  if (count >= row.signatures_needed) return 'signed';
  return count > 0 ? 'halfSigned' : 'draft';
}

function waitsFor(row: BoardRow, state: ReportIssue['state']): ReportIssue['waitsFor'] {
  if (state === 'sent') return row.failed > 0 ? 'contacts' : row.waiting + row.deferred > 0 ? 'manager' : 'nobody';
  if (state === 'awaited') return row.problem === null ? 'manager' : 'composer';
  if (state === 'changeAsked') return 'composer';
  if (state === 'signed') return row.problem === null ? 'manager' : 'contacts';
  return row.party;
}

const toSignature = (
  row: Pick<SignatureRow, 'id' | 'signer_name' | 'signer_role' | 'sha256'> & {
    readonly at: Date | string;
    readonly void_at?: Date | null;
    readonly void_reason: SignatureRow['void_reason'];
  },
): ReportSignature => ({
  ...{ id: row.id, name: row.signer_name, role: row.signer_role, at: new Date(row.at).toISOString() },
  sha256: row.sha256,
  ...(row.void_at && row.void_reason ? { voidAt: row.void_at.toISOString(), voidReason: row.void_reason } : {}),
});

function toIssue(row: BoardRow, now: Date, actor: Actor): ReportIssue {
  const state = stateOf(row);
  const maySign = (state === 'draft' || state === 'halfSigned') && !signerFault(row, actor, row.signatures);
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, customerName: row.customer_name },
    ...{ kind: row.kind, period: row.period, party: row.party, state },
    ...{ dueAt: row.due_at.toISOString(), dueDay: row.due.lastDay },
    isLate: (row.sent_at ?? now) >= row.due_at,
    waitsFor: waitsFor(row, state),
    maySign,
    isPlain: maySign && row.open_comments === 0 && (row.usual?.isUsual ?? false),
    ...(row.report_id === null ? {} : { reportId: row.report_id }),
    ...(row.composed_at === null ? {} : { composedAt: row.composed_at.toISOString() }),
    ...(row.sha256 === null ? {} : { sha256: row.sha256 }),
    ...(row.usual === null ? {} : { usual: row.usual }),
    signaturesNeeded: row.signatures_needed,
    signatures: row.signatures.map(toSignature),
    openComments: row.open_comments,
    ...(row.problem === null ? {} : { problem: row.problem }),
    ...(row.sent_at === null ? {} : { sentAt: row.sent_at.toISOString() }),
    deliveries: { accepted: row.accepted, waiting: row.waiting, deferred: row.deferred, failed: row.failed },
  };
}

export type BoardAsked = Pick<BoardFilter, 'accountId' | 'kind' | 'period' | 'limit'> & {
  readonly show: 'unsent' | 'sent';
};
export function listBoard({ database, clock }: Platform, actor: Actor, asked: BoardAsked) {
  return database.asProvider(async (tx) => {
    const [now, sight] = [clock.now(), await sightOf(tx, actor)];
    const rows = await selectBoard(tx, { ...asked, sight, isSent: asked.show === 'sent' });
    const dayEnd = new Date(Date.parse(`${dayInJapan(now)}T00:00:00+09:00`) + 24 * 60 * 60_000);
    const counts = await countBoard(tx, { sight, accountId: asked.accountId, now, dayEnd });
    return { items: rows.map((row) => toIssue(row, now, actor)), counts };
  });
}

/** Whoever asks has been found to have to do with it (`scope.ts`). @throws Refusal `not_found` */
export async function detailOf(
  { database, clock }: Platform,
  actor: Actor,
  issueId: string,
): Promise<ReportIssueDetail> {
  return database.asProvider(async (tx) => {
    const sight = { accountIds: undefined, party: undefined };
    const [row] = await selectBoard(tx, { sight, id: issueId, limit: 1 });
    if (!row) throw new Refusal('not_found', { what: 'report' });
    const [accountId, now] = [row.tenant_id, clock.now()];
    const key = { accountId, id: row.id };
    const reportId = row.report_id;
    return {
      ...toIssue(row, now, actor),
      due: row.due,
      allSignatures: (await selectSignatures(tx, key, true)).map(toSignature),
      comments: (await selectComments(tx, key)).map(toComment),
      recipients: reportId === null ? [] : (await selectDeliveries(tx, accountId, reportId)).map(toDelivery),
      links: reportId === null ? [] : (await selectLinks(tx, accountId, reportId)).map((link) => toLink(link, now)),
      ...(row.sent_at !== null && reportId !== null ? { archive: await readArchive(tx, reportId, row) } : {}),
    };
  });
}

/** What is kept, hashed anew and compared with what was signed. */
async function readArchive(
  tx: Tx,
  reportId: string,
  { signatures }: BoardRow,
): Promise<NonNullable<ReportIssueDetail['archive']>> {
  const kept = (await selectKept(tx, reportId))!;
  const found = kept.renderings.map(({ language, mail, pdf }) => [language, hashOf(mail, pdf && sha256(pdf))] as const);
  const isIntact = found.every(
    ([language, hash], index) =>
      hash === kept.renderings[index]!.sha256 &&
      signatures.every((one) => one.sha256[language] === undefined || one.sha256[language] === hash),
  );
  const [{ sha256: hash, pdfSha256 }] = kept.renderings;
  return { isIntact, sha256: hash, ...(pdfSha256 ? { pdfSha256 } : {}) };
}

const toComment = (row: CommentRow): ReportComment => ({
  ...{ id: row.id, at: row.at.toISOString(), by: row.by_name, text: row.text, asksChange: row.asks_change },
  ...(row.resolved_at ? { resolvedAt: row.resolved_at.toISOString() } : {}),
  ...(row.resolved_by ? { resolvedBy: row.resolved_by } : {}),
});

function deliveryState({ notice_state, last_error }: FollowedDelivery): ReportDelivery['state'] {
  if (notice_state === 'sent') return 'accepted';
  if (notice_state === 'bounced' || notice_state === 'failed') return notice_state;
  return last_error === null ? 'waiting' : 'deferred';
}

const toDelivery = (row: FollowedDelivery): ReportDelivery => ({
  ...{ id: row.id, recipient: row.recipient, language: row.language, way: row.way, cause: row.cause },
  ...(row.contact_id ? { contactId: row.contact_id } : {}),
  ...{ state: deliveryState(row), at: row.created_at.toISOString(), sha256: row.sha256, by: row.created_by },
  ...(row.sent_at ? { acceptedAt: row.sent_at.toISOString() } : {}),
  ...(row.notice_state === 'waiting' && row.next_attempt_at
    ? { nextAttemptAt: row.next_attempt_at.toISOString() }
    : {}),
  ...(row.last_error ? { problem: row.last_error } : {}),
  ...(row.link_id ? { linkId: row.link_id } : {}),
  isReplaced: !row.is_last,
});

const toLink = (row: LinkRow, now: Date): ReportLink => ({
  ...{ id: row.id, recipient: row.recipient, language: row.language },
  state: row.revoked_at ? 'revoked' : row.expires_at <= now ? 'expired' : 'open',
  ...{ createdAt: row.created_at.toISOString(), expiresAt: row.expires_at.toISOString(), downloads: row.downloads },
  ...(row.revoked_at ? { revokedAt: row.revoked_at.toISOString() } : {}),
  ...(row.revoked_by ? { revokedBy: row.revoked_by } : {}),
  ...(row.last_download_at ? { lastDownloadAt: row.last_download_at.toISOString() } : {}),
});
