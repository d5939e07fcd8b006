import { type Actor, type Language, Refusal, type Report } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { periodOf } from '../calendar/index.ts';
import { contactsFor } from '../customers/index.ts';
import { type Composed, type Recipient, tell } from '../notices/index.ts';
import { announce, newId, type Platform, sha256, type Tx } from '../platform/index.ts';
import { logoOf } from '../provider/index.ts';
import { type Letter, toLetter } from './mail.ts';
import { type Logo, toPdf } from './pdf.ts';
import { composeReport, type ReportRequest } from './reports.ts';
import { insertReport, selectAccount } from './store.ts';
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
 * in their language: all of it or nothing.
 * @param language of the stored renderings
 * @throws Refusal `period_invalid`, `period_not_over`, `not_found`; `not_in_plan`, `quote_needed` where it is to be sent (S30, S31)
 */
export async function issueReport(
  platform: Platform,
  actor: Pick<Actor, 'kind' | 'id' | 'name' | 'accountId'>,
  language: Language,
  request: ReportRequest & ReportSending,
): Promise<IssuedReport> {
  const { accountId, kind, period } = request;
  if (actor.accountId && actor.accountId !== accountId) throw new Refusal('not_found', { what: 'account' });
  const isSent = 'recipients' in request || request.send;
  // What a plan does not have is not delivered to its customer; the provider's own people may look at figures all the same.
  if (isSent) await checkPlan(platform, request);
  const report = await composeReport(platform, request);
  const id = newId(platform.clock);
  const mail = toLetter(language, report);
  const logo = kind === 'monthly' ? await readLogo(platform, report) : undefined;
  const pdf = kind === 'monthly' ? await toPdf(language, report, logo) : undefined;
  const sentTo = await platform.database.as(accountId, async (tx) => {
    const contacts = (await recipientsOf(tx, request)).filter((contact) => !contact.bouncedAt);
    const addresses = contacts.map((contact) => contact.mail);
    const pdfSha256 = pdf && sha256(pdf);
    await insertReport(tx, { accountId, id, composedBy: actor.name, report, mail, pdf, pdfSha256, sentTo: addresses });
    const told = { accountId, actor, target: `report:${id}` };
    const facts = { kind, period, total: report.total, ...(request.early ? { early: true } : {}) };
    await note(tx, platform.clock, { ...told, action: 'report.composed', facts });
    if (contacts.length > 0) {
      const compose = (to: Language): Promise<Composed> =>
        toComposed(to, report, logo, to === language ? { mail, pdf } : undefined);
      await tell(tx, platform, { accountId, kind: `report.${kind}`, contacts, compose });
      await note(tx, platform.clock, { ...told, action: 'report.sent', facts: { kind, period, to: addresses } });
    }
    await announce(tx, { topic: 'report', accountId, id });
    return addresses;
  });
  return { id, report, mail, pdf, sentTo };
}

async function checkPlan(platform: Platform, { accountId, kind, period }: ReportRequest): Promise<void> {
  const { plan } = sourcesOf(platform);
  if (!plan) return;
  const day = periodOf(period).days.at(-1)!;
  await platform.database.as(accountId, async (tx) => {
    if (await selectAccount(tx, accountId)) await plan.check(tx, accountId, kind, day);
  });
}

/** The logo of the brand's version that the report was composed with. */
async function readLogo({ database }: Platform, { accountId, provider }: Report): Promise<Logo | undefined> {
  if (!provider) return undefined;
  const row = await database.as(accountId, (tx) => logoOf(tx, provider));
  return row && { type: row.logo_type, content: row.logo };
}

function recipientsOf(tx: Tx, request: ReportRequest & ReportSending): Promise<readonly Recipient[]> {
  if ('recipients' in request) return Promise.resolve(request.recipients);
  return request.send ? contactsFor(tx, request.kind) : Promise.resolve([]);
}

/** The letter with, of a monthly report, its PDF. `made` are the renderings in this language where they exist already. */
async function toComposed(
  language: Language,
  report: Report,
  logo: Logo | undefined,
  made?: { mail: Letter; pdf: Buffer | undefined },
): Promise<Composed> {
  const { subject, text, html } = made?.mail ?? toLetter(language, report);
  if (report.kind === 'weekly') return { subject, text, html };
  const content = made?.pdf ?? (await toPdf(language, report, logo));
  const name = `sakimori-report-${report.period}.pdf`;
  return { subject, text, html, attachments: [{ name, contentType: 'application/pdf', content }] };
}
