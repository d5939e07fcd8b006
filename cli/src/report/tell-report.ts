import type { Report, ReportDocuments } from '@sakimori/contract';
import type { Cli } from '../cli.ts';
import { writeInto } from '../files.ts';
import { sheet, table } from '../table.ts';

/** The weekly report is a mail (HTML and text), the monthly one a PDF. @returns paths of the files */
export function saveReport(folder: string, report: Report, { mail, pdf }: ReportDocuments): string[] {
  const account = report.accountName.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
  const name = `sakimori-${report.kind}-${account || report.accountId}-${report.period}`;
  if (report.kind === 'monthly') return [writeInto(folder, `${name}.pdf`, Buffer.from(pdf ?? '', 'base64'))];
  return [writeInto(folder, `${name}.html`, mail.html), writeInto(folder, `${name}.txt`, mail.text)];
}

/** A report's figures for a terminal. */
export function tellReport(
  cli: Cli,
  report: Report,
  more: { readonly sentTo: readonly string[]; readonly files: readonly string[] },
): string {
  const head = (name: string) => cli.say(`head.${name}`);
  const facts = sheet([
    [head('account'), `${report.customerName} / ${report.accountName}`],
    [head('period'), `${report.period} (${cli.time(report.from)} – ${cli.time(report.to)})`],
    [head('previous'), report.previousTotal === undefined ? undefined : String(report.previousTotal)],
    [head('alerts'), String(report.alerts.filter((alert) => alert.state !== 'closed').length)],
    [head('sentTo'), more.sentTo.join(', ')],
    [head('files'), more.files.join(', ')],
  ]);
  const figures = table(
    [
      { head: head('module') },
      ...['detected', 'prevented', 'total'].map((name) => ({ head: head(name), right: true })),
    ],
    [
      ...report.byModule.map((each) => [
        cli.word('module', each.module),
        ...[each.detected, each.prevented, each.total].map(String),
      ]),
      [head('total'), '', '', String(report.total)],
    ],
  );
  return `${facts}\n\n${figures}`;
}
