import { type Actor, type Language, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { contactsFor } from '../customers/index.ts';
import { announce, enqueue, isDuplicate, newId, type Platform, type Tx } from '../platform/index.ts';
import { insertRendering, selectKept } from './archive-store.ts';
import { renderOthers } from './issue.ts';
import {
  type IssueRow,
  insertComment,
  insertSignature,
  type Key,
  lockIssue,
  resolveComments,
  selectComments,
  selectSignatures,
  voidSignatures,
} from './issue-store.ts';
import { issueFor, signerFault } from './scope.ts';
import { sendIssue } from './sending.ts';

/**
 * From a draft to a signed report. Comments and signatures are read and written in the provider's role, for what is internal is closed to a customer's; whose
 * report it is was found out before (`scope.ts`).
 */

const wrongState = (state: string) => new Refusal('wrong_state', { what: 'report', state });
const keyOf = ({ tenant_id: accountId, id }: IssueRow): Key => ({ accountId, id });

type Action = 'report.signed' | 'report.commented' | 'report.commentResolved';
async function record(
  tx: Tx,
  { clock }: Platform,
  actor: Actor,
  action: Action,
  issue: IssueRow,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const accountId = issue.tenant_id;
  const told = { kind: issue.kind, period: issue.period, ...facts };
  await note(tx, clock, { accountId, actor, action, target: `issue:${issue.id}`, facts: told });
  await announce(tx, { topic: 'report', accountId, id: issue.id });
}

/** @returns the row, which nobody else changes meanwhile. @throws Refusal `not_found`, `wrong_state` where there is no draft or it was sent */
async function lockDraft(tx: Tx, issue: IssueRow): Promise<IssueRow & { readonly report_id: string }> {
  const row = await lockIssue(tx, keyOf(issue));
  if (!row) throw new Refusal('not_found', { what: 'report' });
  if (row.sent_at !== null) throw wrongState('sent');
  if (row.report_id === null) throw wrongState('awaited');
  return { ...row, report_id: row.report_id };
}

/** @throws Refusal `not_found`, `wrong_state` */
export async function comment(
  platform: Platform,
  actor: Actor,
  issueId: string,
  { text, asksChange }: { readonly text: string; readonly asksChange: boolean },
): Promise<IssueRow> {
  const issue = await issueFor(platform, actor, issueId);
  await platform.database.asProvider(async (tx) => {
    const row = await lockDraft(tx, issue);
    if (await isSigned(tx, row)) throw wrongState('signed');
    const at = platform.clock.now();
    await insertComment(tx, keyOf(row), {
      ...{ id: newId(platform.clock), report_id: row.report_id, at, by_id: actor.id, by_name: actor.name },
      ...{ text, asks_change: asksChange },
    });
    if (asksChange) await voidSignatures(tx, keyOf(row), at, 'changeAsked');
    // Not the words: customers read the audit of their account.
    await record(tx, platform, actor, 'report.commented', row, { asksChange });
  });
  return issue;
}

/** @throws Refusal `not_found`, `wrong_state` */
export async function resolve(platform: Platform, actor: Actor, issueId: string, commentId: string): Promise<IssueRow> {
  const issue = await issueFor(platform, actor, issueId);
  await platform.database.asProvider(async (tx) => {
    const row = await lockDraft(tx, issue);
    const by = { at: platform.clock.now(), name: actor.name };
    if ((await resolveComments(tx, keyOf(row), by, commentId)) === 0)
      throw new Refusal('not_found', { what: 'comment' });
    await record(tx, platform, actor, 'report.commentResolved', row);
  });
  return issue;
}

async function isSigned(tx: Tx, row: IssueRow): Promise<boolean> {
  return (await selectSignatures(tx, keyOf(row))).length >= row.signatures_needed;
}

/**
 * Signs what has the hash that the signer looked at, in every language that there are readers of. With the last signature a job sends it.
 * @param isTogether one of several: it has to be plain
 * @throws Refusal `not_found`, `wrong_state`, `report_changed`, `already_signed`, `signer_not_party`, `change_asked`, `report_unusual`
 */
export async function sign(
  platform: Platform,
  actor: Actor,
  { issueId, sha256, isTogether = false }: { issueId: string; sha256: string; isTogether?: boolean },
): Promise<IssueRow> {
  const issue = await issueFor(platform, actor, issueId);
  const hashes = await renderForReaders(platform, issue, sha256);
  await platform.database.asProvider(async (tx) => {
    const row = await lockDraft(tx, issue);
    if (row.report_id !== issue.report_id) throw new Refusal('report_changed');
    const given = await selectSignatures(tx, keyOf(row));
    const fault = signerFault(row, actor, given);
    if (fault) throw fault;
    const open = (await selectComments(tx, keyOf(row))).filter(({ resolved_at }) => resolved_at === null);
    if (open.some(({ asks_change }) => asks_change)) throw new Refusal('change_asked');
    if (isTogether && open.length > 0) throw new Refusal('report_unusual', { why: 'comments' });
    if (isTogether && !row.usual?.isUsual)
      throw new Refusal('report_unusual', { why: row.usual?.reasons[0] ?? 'noHistory' });
    await insertSignature(tx, keyOf(row), {
      ...{ id: newId(platform.clock), report_id: row.report_id, at: platform.clock.now(), sha256: hashes },
      ...{ signer_id: actor.id, signer_name: actor.name, signer_role: actor.role },
    }).catch((error: unknown) => {
      throw isDuplicate(error) ? new Refusal('already_signed', { name: actor.name }) : error;
    });
    await record(tx, platform, actor, 'report.signed', row, { number: given.length + 1, sha256 });
    if (given.length + 1 >= row.signatures_needed)
      await enqueue(tx, sendIssue, { accountId: row.tenant_id, issueId: row.id }, row.id);
  });
  return issue;
}

/** Makes what readers of the other language get, so that it is signed too. @returns the hash of each. @throws Refusal `report_changed` */
async function renderForReaders(
  platform: Platform,
  issue: IssueRow,
  sha256: string,
): Promise<Partial<Record<Language, string>>> {
  const { tenant_id: accountId, report_id: reportId } = issue;
  if (reportId === null) throw wrongState('awaited');
  const { kept, readers } = await platform.database.as(accountId, async (tx) => ({
    kept: (await selectKept(tx, reportId))!,
    readers: await contactsFor(tx, issue.kind),
  }));
  if (kept.renderings[0].sha256 !== sha256) throw new Refusal('report_changed');
  const others = await renderOthers(platform, kept.report, kept.renderings, readers);
  if (others.length > 0)
    await platform.database.as(accountId, async (tx) => {
      for (const other of others) await insertRendering(tx, { accountId, reportId }, other);
    });
  return Object.fromEntries([...kept.renderings, ...others].map((one) => [one.language, one.sha256]));
}
