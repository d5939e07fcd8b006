import { type Actor, Refusal, type Role } from '@sakimori/contract';
import { periodOf } from '../calendar/index.ts';
import { newId, type Platform, type Tx } from '../platform/index.ts';
import type { KeptReport } from './archive-store.ts';
import { settleWarnings } from './deadline.ts';
import { selectSettings } from './deliveries-store.ts';
import { insertSignature, lockIssueOf, setDraft, setSent, voidSignatures } from './issue-store.ts';
import { partyOf } from './reporter.ts';
import type { ReportRequest } from './reports.ts';
import { judge } from './usual.ts';
import { sourcesOf } from './wiring.ts';

/** Composing and sending in one act: whoever does it signs by that. */

/**
 * A report that the SOC signs, or two people, does not leave by one act of one person.
 * @throws Refusal `signature_needed`
 */
export async function checkDirect(platform: Platform, { accountId, kind, period }: ReportRequest): Promise<void> {
  const { desk } = sourcesOf(platform);
  if (!desk) return;
  const { days } = periodOf(period);
  await platform.database.as(accountId, async (tx) => {
    const party = await partyOf(tx, desk, { accountId, kind, day: days.at(-1)! });
    const { signatures } = await selectSettings(tx, accountId);
    if (party === 'provider' && signatures === 1) return;
    throw new Refusal('signature_needed', { party, count: signatures });
  });
}

/** What was waited for has left: its issue, where there is one, is sent and signed by whoever did it. The transaction is the account's. */
export async function settleDirect(
  tx: Tx,
  platform: Platform,
  actor: Pick<Actor, 'id' | 'name'> & { readonly role?: Role },
  kept: KeptReport,
): Promise<void> {
  const { desk } = sourcesOf(platform);
  const { accountId, report, id: reportId } = kept;
  const issue = desk && (await lockIssueOf(tx, { accountId, kind: report.kind, period: report.period }));
  if (!issue || issue.sent_at !== null) return;
  const [at, key] = [platform.clock.now(), { accountId, id: issue.id }];
  await voidSignatures(tx, key, at, 'recomposed');
  await setDraft(tx, key, reportId, judge(report));
  await insertSignature(tx, key, {
    ...{ id: newId(platform.clock), report_id: reportId, at },
    ...{ signer_id: actor.id, signer_name: actor.name, signer_role: actor.role ?? 'operator' },
    sha256: Object.fromEntries(kept.renderings.map(({ language, sha256 }) => [language, sha256])),
  });
  await setSent(tx, key, at);
  await settleWarnings(tx, desk, issue, actor.name);
}
