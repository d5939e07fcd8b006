import type { Language, Report } from '@sakimori/contract';
import type { PeriodKind } from '../calendar/index.ts';
import { sql, type Tx } from '../platform/index.ts';
import type { Rendering } from './rendering.ts';

/** Stored reports and what their readers get. What was sent the database keeps as it was. */
export type NewReport = {
  readonly accountId: string;
  readonly id: string;
  readonly composedBy: string;
  readonly report: Report;
  readonly rendering: Rendering;
};

export async function insertReport(tx: Tx, { accountId, id, composedBy, report, rendering }: NewReport): Promise<void> {
  const { mail, pdf, pdfSha256, sha256, language } = rendering;
  await tx.run(sql`
    insert into reports_report (tenant_id, id, kind, period, composed_at, composed_by, report, language, mail_subject, mail_text, mail_html, pdf, pdf_sha256, sha256)
    values (${accountId}, ${id}, ${report.kind}, ${report.period}, ${report.composedAt}, ${composedBy}, ${JSON.stringify(report)}, ${language},
      ${mail.subject}, ${mail.text}, ${mail.html}, ${pdf ?? null}, ${pdfSha256 ?? null}, ${sha256})`);
}

/** The same report in the other language; one that is there already stays. */
export async function insertRendering(
  tx: Tx,
  key: { readonly accountId: string; readonly reportId: string },
  { language, mail, pdf, pdfSha256, sha256 }: Rendering,
): Promise<void> {
  await tx.run(sql`
    insert into reports_rendering (tenant_id, report_id, language, mail_subject, mail_text, mail_html, pdf, pdf_sha256, sha256)
    values (${key.accountId}, ${key.reportId}, ${language}, ${mail.subject}, ${mail.text}, ${mail.html}, ${pdf ?? null}, ${pdfSha256 ?? null}, ${sha256})
    on conflict do nothing`);
}

/** It has left: from here on customers see it. */
export async function markSent(
  tx: Tx,
  key: { readonly accountId: string; readonly reportId: string },
  sent: { readonly at: Date; readonly to: readonly string[] },
): Promise<void> {
  await tx.run(sql`
    update reports_report set sent_at = ${sent.at}, sent_to = ${sent.to} where tenant_id = ${key.accountId} and id = ${key.reportId} and sent_at is null`);
}

export type SummaryRow = {
  tenant_id: string;
  id: string;
  kind: PeriodKind;
  period: string;
  composed_at: Date;
  total: number;
  sent_to: string[];
  sent_at: Date | null;
  pdf_sha256: string | null;
  sha256: string | null;
};

/** The newest 1,000. @param onlySent whether drafts stay out, as they do for customers */
export const selectSummaries = (tx: Tx, accountId: string | undefined, onlySent: boolean): Promise<SummaryRow[]> =>
  tx.rows(sql<SummaryRow>`
    select tenant_id, id, kind, period, composed_at, (report ->> 'total')::bigint as total, sent_to, sent_at, pdf_sha256, sha256
    from reports_report
    where true ${accountId ? sql`and tenant_id = ${accountId}` : sql``} ${onlySent ? sql`and sent_at is not null` : sql``}
    order by composed_at desc, id desc limit 1000`);

export const selectReport = async (tx: Tx, reportId: string, onlySent: boolean): Promise<Report | undefined> =>
  (
    await tx.first(
      sql<{
        report: Report;
      }>`select report from reports_report where id = ${reportId} ${onlySent ? sql`and sent_at is not null` : sql``}`,
    )
  )?.report;

type RenderingRow = {
  language: Language;
  mail_subject: string;
  mail_text: string;
  mail_html: string;
  pdf: Buffer | null;
  pdf_sha256: string | null;
  sha256: string | null;
};

export type KeptReport = {
  readonly accountId: string;
  readonly id: string;
  readonly report: Report;
  readonly sentAt: Date | undefined;
  /** The first is that of the language that it was composed in; of earlier reports its hash is empty. */
  readonly renderings: readonly [Rendering, ...Rendering[]];
};

const toRendering = (row: RenderingRow): Rendering => ({
  language: row.language,
  mail: { subject: row.mail_subject, text: row.mail_text, html: row.mail_html },
  pdf: row.pdf ?? undefined,
  pdfSha256: row.pdf_sha256 ?? undefined,
  sha256: row.sha256 ?? '',
});

/** A stored report with everything that its readers get. */
export async function selectKept(tx: Tx, reportId: string, onlySent = false): Promise<KeptReport | undefined> {
  const row = await tx.first(sql<RenderingRow & { tenant_id: string; report: Report; sent_at: Date | null }>`
    select tenant_id, report, sent_at, language, mail_subject, mail_text, mail_html, pdf, pdf_sha256, sha256 from reports_report
    where id = ${reportId} ${onlySent ? sql`and sent_at is not null` : sql``}`);
  if (!row) return undefined;
  const others = await tx.rows(sql<RenderingRow>`
    select language, mail_subject, mail_text, mail_html, pdf, pdf_sha256, sha256 from reports_rendering
    where tenant_id = ${row.tenant_id} and report_id = ${reportId} order by language`);
  return {
    ...{ accountId: row.tenant_id, id: reportId, report: row.report, sentAt: row.sent_at ?? undefined },
    renderings: [toRendering(row), ...others.map(toRendering)],
  };
}

/** The rendering for a reader; of a language in which there is none, the first. */
export const renderingFor = ({ renderings }: Pick<KeptReport, 'renderings'>, language: Language): Rendering =>
  renderings.find((one) => one.language === language) ?? renderings[0];

/** The newest report of a period that was composed after its end. */
export const selectNewest = async (
  tx: Tx,
  key: { readonly accountId: string; readonly kind: PeriodKind; readonly period: string; readonly to: Date },
): Promise<{ id: string; report: Report } | undefined> =>
  tx.first(sql<{ id: string; report: Report }>`
    select id, report from reports_report
    where tenant_id = ${key.accountId} and kind = ${key.kind} and period = ${key.period} and composed_at >= ${key.to}
    order by composed_at desc, id desc limit 1`);

/** As the wire carries a rendering. */
export const documentsOf = ({ language, mail, pdf, pdfSha256, sha256 }: Rendering) => ({
  ...{ language, mail },
  ...(pdf ? { pdf: pdf.toString('base64') } : {}),
  ...(sha256 ? { sha256 } : {}),
  ...(pdfSha256 ? { pdfSha256 } : {}),
});
