import { type Language, type PhraseKey, phrase, type Report } from '@sakimori/contract';
import { requestsOf } from './advice.ts';
import { partsOf } from './attack-wording.ts';
import { Html, html, nothing } from './html.ts';
import { colourOf, providerLines, providerNameIn, termsIn } from './identity.ts';
import { attackTable, partBlock, trendTable } from './mail-attack.ts';
import { colours } from './mail-cells.ts';
import {
  alertTable,
  changesMax,
  containedTable,
  dayChart,
  headline,
  hostTable,
  incidentTable,
  moreAlerts,
  moreHosts,
  ruleTable,
  severityTable,
  unannouncedTable,
} from './mail-tables.ts';
import { printable } from './printable.ts';
import { earlyNote, longPeriod, moment, moreContained, moreIncidents, moreUnannounced } from './wording.ts';

/**
 * The mail as HTML that mail clients keep: tables, inline styles, bars drawn as table cells. No image, no script, no style sheet, nothing from
 * outside: what some clients block or drop cannot be missing.
 */

export type LetterParts = {
  readonly language: Language;
  readonly report: Report;
  readonly greeting: string;
  readonly opening: string;
};

const sectionIn =
  (language: Language) =>
  (title: PhraseKey | { readonly text: string }, table: Html, note?: string): Html =>
    html`<tr><td style="padding:20px 20px 0;">
<h2 style="margin:0 0 8px;font-size:16px;line-height:1.5;color:${colours.navy};">${typeof title === 'string' ? phrase(language, title) : title.text}</h2>
${table}${note ? html`<p style="margin:6px 0 0;font-size:12px;line-height:1.6;color:${colours.faint};">${note}</p>` : nothing}
</td></tr>
`;

export function weeklyHtml(parts: LetterParts): string {
  const { language, report } = parts;
  const section = sectionIn(language);
  return frame(parts, [
    section('report.section.attack', attackTable(language, report), attackNote(language)),
    ...(report.former ? [section(`report.section.trend.${report.kind}`, trendTable(language, report))] : []),
    ...partsOf(language, report).map((part) => section({ text: part.name }, partBlock(language, part))),
    section('report.section.days', dayChart(language, report)),
    section('report.section.severities', severityTable(language, report)),
    section('report.section.rules', ruleTable(language, report)),
    section('report.section.alerts', alertTable(language, report), moreAlerts(language, report)),
    section('report.section.hosts', hostTable(language, report), moreHosts(language, report)),
  ]);
}

const attackNote = (language: Language): string =>
  [phrase(language, 'report.moduleNote'), phrase(language, 'report.ratioNote')].join(language === 'ja' ? '' : ' ');

/** The letter that carries the PDF: the summary, the incidents, what was done about attacks, and what changed without notice. */
export function monthlyHtml(parts: LetterParts): string {
  const { language, report } = parts;
  const section = sectionIn(language);
  const sections: Html[] = [];
  if (report.incidents) {
    const note = moreIncidents(language, report, changesMax);
    sections.push(section('report.section.cases', incidentTable(language, report), note));
  }
  if (report.contained) {
    const note = moreContained(language, report, changesMax);
    sections.push(section('report.section.contained', containedTable(language, report), note));
  }
  if (report.unannounced) {
    const note = [moreUnannounced(language, report, changesMax), phrase(language, 'report.unannouncedNote')];
    const said = note.filter((line) => line !== undefined).join(language === 'ja' ? '' : ' ');
    sections.push(section('report.section.unannounced', unannouncedTable(language, report), said));
  }
  return frame(parts, sections);
}

function frame(parts: LetterParts, sections: readonly Html[]): string {
  const { language, report } = parts;
  const title = phrase(language, `report.title.${report.kind}`);
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<title>${title} ${printable(report.customerName)}</title>
</head>
<body style="margin:0;padding:0;background:#eef1f5;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#eef1f5;"><tr><td align="center" style="padding:16px 8px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:680px;background:#ffffff;border:1px solid ${colours.line};${fontStack}color:${colours.ink};font-size:14px;line-height:1.7;">
${masthead(parts, title)}
${opening(parts)}
<tr><td style="padding:14px 20px 4px;">${headline(language, report)}</td></tr>
${requests(parts)}
${sections}
${closing(parts)}
</table>
</td></tr></table>
</body>
</html>
`.text;
}

const fontStack = new Html(
  `font-family:'Hiragino Sans','Noto Sans JP','Noto Sans CJK JP','Yu Gothic',Meiryo,'Segoe UI',Arial,sans-serif;`,
);

const masthead = ({ language, report }: LetterParts, title: string): Html => html`
<tr><td style="background:${colourOf(report)};padding:24px 20px;color:#ffffff;">
<div style="font-size:12px;color:#ffffff;">${phrase(language, 'report.product')}</div>
<h1 style="margin:2px 0 6px;font-size:22px;line-height:1.4;color:#ffffff;">${title}</h1>
<div style="color:#ffffff;">${phrase(language, 'report.withDetail', {
  text: phrase(language, 'report.customer', { customer: printable(report.customerName) }),
  detail: printable(report.accountName),
})}</div>
<div style="font-size:13px;color:#ffffff;">${longPeriod(language, report)}</div>
</td></tr>`;

function opening({ language, report, greeting, opening }: LetterParts): Html {
  const early = earlyNote(language, report);
  return html`<tr><td style="padding:24px 20px 0;">
<p style="margin:0 0 8px;">${greeting}</p><p style="margin:0;">${opening}</p>
${early ? html`<p style="margin:14px 0 0;padding:10px 14px;background:#fff6e0;border-left:4px solid #d99a2b;">${early}</p>` : nothing}
</td></tr>`;
}

/** What its reader is asked to look at, or that there is nothing. */
const requests = ({ language, report }: LetterParts): Html =>
  sectionIn(language)(
    'report.section.todo',
    html`<ul style="margin:0;padding:0 0 0 18px;">${requestsOf(language, report).map((sentence) => html`<li style="margin:0 0 4px;overflow-wrap:anywhere;">${printable(sentence)}</li>`)}</ul>`,
  );

function closing({ language, report }: LetterParts): Html {
  const terms = termsIn(language, report);
  const contacts = providerLines(language, report);
  const pair = (label: PhraseKey, value: string) =>
    phrase(language, 'report.pair', { label: phrase(language, label), value });
  return html`<tr><td style="padding:24px 20px 28px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td style="border-top:1px solid ${colours.line};padding-top:14px;font-size:12px;line-height:1.7;color:${colours.faint};">
<p style="margin:0 0 8px;">${phrase(language, 'report.stance')}</p>
<p style="margin:0 0 8px;">${phrase(language, 'report.contact')}</p>
${terms ? html`<p style="margin:0 0 4px;font-weight:600;">${terms.heading}</p>${terms.clauses.map((clause) => html`<p style="margin:0 0 6px;font-size:11px;">${clause}</p>`)}` : nothing}
<p style="margin:0;">${pair('report.column.provider', providerNameIn(language, report))}<br>${pair('report.column.composedAt', moment(language, report.composedAt))}${contacts.map((line) => html`<br>${line}`)}</p>
</td></tr></table>
</td></tr>`;
}
