import type { Language, Report } from '@sakimori/contract';
import { type Platform, sha256 } from '../platform/index.ts';
import { logoOf } from '../provider/index.ts';
import { type Letter, toLetter } from './mail.ts';
import { type Logo, toPdf } from './pdf.ts';

/** A report as its reader gets it, in one language. */
export type Rendering = {
  readonly language: Language;
  readonly mail: Letter;
  /** Of a monthly report only. */
  readonly pdf: Buffer | undefined;
  readonly pdfSha256: string | undefined;
  /** Of all of it: what is signed, kept and sent. */
  readonly sha256: string;
};

/** SHA-256 of the JSON list `[subject, text, html, SHA-256 of the PDF or null]`. */
export const hashOf = ({ subject, text, html }: Letter, pdfSha256: string | undefined): string =>
  sha256(JSON.stringify([subject, text, html, pdfSha256 ?? null]));

/** Mail and PDF of a report; equal reports give equal bytes. @throws Error where the PDF cannot be printed */
export async function renderReport(platform: Platform, language: Language, report: Report): Promise<Rendering> {
  const mail = toLetter(language, report);
  const isPaper = report.kind === 'monthly';
  const pdf = isPaper ? await toPdf(language, report, await readLogo(platform, report)) : undefined;
  const pdfSha256 = pdf && sha256(pdf);
  return { language, mail, pdf, pdfSha256, sha256: hashOf(mail, pdfSha256) };
}

/** The logo of the brand's version that the report was composed with; a SOC's brand is nobody's account. */
async function readLogo({ database }: Platform, { provider }: Report): Promise<Logo | undefined> {
  if (!provider) return undefined;
  const row = await database.asProvider((tx) => logoOf(tx, provider));
  return row && { type: row.logo_type, content: row.logo };
}
