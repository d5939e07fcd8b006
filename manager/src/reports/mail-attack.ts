import { type Language, phrase, type Report } from '@sakimori/contract';
import { attackRows, meanHead, meanSentence, type PartText, trendRows } from './attack-wording.ts';
import { type Html, html, nothing } from './html.ts';
import { bar, below, cell, colours, columnChart, number, severityMark, swatch, table } from './mail-cells.ts';
import { printable } from './printable.ts';

/** The attack report and the sections by module in the weekly mail (S80). */

export function attackTable(language: Language, report: Report): Html {
  const rows = attackRows(language, report);
  return table(
    language,
    ['report.column.module', ...figureHeads],
    rows.map((row) => {
      const bold = row.colour ? '' : 'font-weight:bold;';
      const name = row.colour ? html`${swatch(row.colour)}${row.name}` : html`${row.name}`;
      const mean = phrase(language, 'report.pair', { label: meanHead(language, report), value: row.mean });
      return [
        cell(report.former?.length ? html`${name}${below(mean)}` : name, `${wholeWords}${bold}`),
        ...figures(row, bold),
      ];
    }),
  );
}

/** Each period before and this one, as bars of the modules' colours; then the mean in words. */
export function trendTable(language: Language, report: Report): Html {
  const rows = trendRows(language, report);
  const sentence = html`<p style="margin:0 0 8px;">${meanSentence(language, report, ({ total }) => total)}</p>`;
  if (rows.length === 0) return sentence;
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return html`${sentence}${table(
    language,
    [`report.column.span.${report.kind}`, ...figureHeads],
    rows.map((row) => {
      const bold = row.isCurrent ? 'font-weight:bold;' : '';
      return [cell(html`${row.name}${bar(row.parts, most)}`, `width:46%;${bold}`), ...figures(row, bold)];
    }),
  )}`;
}

const figureHeads = [
  ...(['report.column.detected', 'report.column.prevented'] as const),
  ...(['report.column.total', 'report.column.ratio'] as const),
];

const figures = (row: { detected: string; prevented: string; total: string; ratio: string }, style: string): Html[] => [
  number(row.detected, style),
  number(row.prevented, style),
  number(row.total, 'font-weight:bold;'),
  number(row.ratio, style),
];

/** Our own words are short enough to be left whole. */
const wholeWords = 'overflow-wrap:normal;word-break:normal;';

/** One module: its sums in words, its days as bars, and what it counted most. Of one without detections the words alone. */
export function partBlock(language: Language, part: PartText): Html {
  const words = html`<p style="margin:0;"><strong>${part.sums}</strong><br><span style="font-size:13px;color:${colours.faint};">${part.mean}</span></p>`;
  if (part.count === 0) return words;
  const heading = (text: string) =>
    html`<p style="margin:12px 0 4px;font-size:12px;font-weight:bold;color:${colours.faint};">${text}</p>`;
  const days = columnChart(
    part.days.map(({ name, text, count }) => ({ name, text, parts: [{ colour: part.colour, count }] })),
    part.days.map(({ name, text }) => `${name} ${text}`).join(phrase(language, 'report.comma')),
  );
  const rules = table(
    language,
    ['report.column.rule', 'report.column.severity', 'report.column.count'],
    part.rules.map((rule) => [
      cell(html`${rule.name}<br><span style="font-size:12px;color:${colours.faint};">${printable(rule.id)}</span>`),
      cell(severityMark(language, rule.severity), 'white-space:nowrap;'),
      number(rule.count),
    ]),
  );
  const hosts = table(
    language,
    ['report.column.host', 'report.column.count'],
    part.hosts.map((host) => [cell(printable(host.name)), number(host.text)]),
  );
  return html`${words}<div style="font-size:0;line-height:10px;">&nbsp;</div>${days}
${part.rules.length > 0 ? html`${heading(phrase(language, 'report.part.rules'))}${rules}` : nothing}
${part.hosts.length > 0 ? html`${heading(phrase(language, 'report.part.hosts'))}${hosts}` : nothing}`;
}
