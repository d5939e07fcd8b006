import { type Actor, type Language, Refusal, type Report } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { periodOf } from '../calendar/index.ts';
import { contactsFor } from '../customers/index.ts';
import type { Recipient } from '../notices/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { insertRendering, insertReport, type KeptReport } from './archive-store.ts';
import { deliver } from './delivery.ts';
import { checkDirect, settleDirect } from './direct.ts';
import type { Letter } from './mail.ts';
import { type Rendering, renderReport } from './rendering.ts';
import { composeReport, type ReportRequest } from './reports.ts';
import { selectAccount } from './store.ts';
import { sourcesOf } from './wiring.ts';

export type IssuedReport = {
  readonly id: string;
  readonly report: Report;
  readonly mail: Letter;
  /** Of a monthly report only. */
  readonly pdf: Buffer | undefined;
  /** Addresses that a letter was queued for. */
  readonly sentTo: string[];
};

/** To nobody, to the account's contacts for such reports, or to whoever is named. */
export type ReportSending = { readonly send: boolean } | { readonly recipients: readonly Recipient[] };

/**
 * Composes a report, stores it with its renderings, and, if asked, queues it for the account's contacts of that purpose or for others, each
 * in their language: all of it or nothing. Whoever has it sent at once has signed it by that, where one signature of the provider is enough.
 * @param language of the stored renderings
 * @throws Refusal `period_invalid`, `period_not_over`, `not_found`; `not_in_plan`, `quote_needed` where it is to be sent (S30, S31); `signature_needed`
 *   where it leaves only signed by others
 */
export async function issueReport(
  platform: Platform,
  actor: Pick<Actor, 'kind' | 'id' | 'name' | 'accountId'> & Partial<Pick<Actor, 'role'>>,
  language: Language,
  request: ReportRequest & ReportSending,
): Promise<IssuedReport> {
  const { accountId, kind, period } = request;
  if (actor.accountId && actor.accountId !== accountId) throw new Refusal('not_found', { what: 'account' });
  const isSent = 'recipients' in request || request.send;
  // What a plan does not have is not delivered to its customer; the provider's own people may look at figures all the same.
  if (isSent) await checkPlan(platform, request);
  if (isSent) await checkDirect(platform, request);
  const report = await composeReport(platform, request);
  const id = newId(platform.clock);
  const contacts = isSent ? await platform.database.as(accountId, (tx) => recipientsOf(tx, request)) : [];
  const rendering = await renderReport(platform, language, report);
  const others = await renderOthers(platform, report, [rendering], contacts);
  const kept: KeptReport = { accountId, id, report, sentAt: undefined, renderings: [rendering, ...others] };
  const sentTo = await platform.database.as(accountId, async (tx) => {
    await insertReport(tx, { accountId, id, composedBy: actor.name, report, rendering });
    for (const other of others) await insertRendering(tx, { accountId, reportId: id }, other);
    const facts = { kind, period, total: report.total, ...(request.early ? { early: true } : {}) };
    await note(tx, platform.clock, { accountId, actor, target: `report:${id}`, action: 'report.composed', facts });
    const addresses = await deliver(tx, platform, { kept, contacts, cause: 'sent', actor });
    if (addresses.length > 0 && !request.early) await settleDirect(tx, platform, actor, kept);
    await announce(tx, { topic: 'report', accountId, id });
    return addresses;
  });
  return { id, report, mail: rendering.mail, pdf: rendering.pdf, sentTo };
}

/** What readers of languages that there are no renderings in yet would get. */
export function renderOthers(
  platform: Platform,
  report: Report,
  made: readonly Rendering[],
  readers: readonly Recipient[],
): Promise<Rendering[]> {
  const wanted = new Set(readers.filter(({ bouncedAt }) => !bouncedAt).map(({ language }) => language));
  for (const { language } of made) wanted.delete(language);
  return Promise.all([...wanted].map((language) => renderReport(platform, language, report)));
}

async function checkPlan(platform: Platform, { accountId, kind, period }: ReportRequest): Promise<void> {
  const { plan } = sourcesOf(platform);
  if (!plan) return;
  const day = periodOf(period).days.at(-1)!;
  await platform.database.as(accountId, async (tx) => {
    if (await selectAccount(tx, accountId)) await plan.check(tx, accountId, kind, day);
  });
}

function recipientsOf(tx: Tx, request: ReportRequest & ReportSending): Promise<readonly Recipient[]> {
  if ('recipients' in request) return Promise.resolve(request.recipients);
  return request.send ? contactsFor(tx, request.kind) : Promise.resolve([]);
}
