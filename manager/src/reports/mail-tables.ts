import { type Language, type PhraseKey, phrase, phraseOr, type Report } from '@sakimori/contract';
import { type Html, html, nothing } from './html.ts';
import { printable } from './printable.ts';
import {
  alertCountOf,
  alertHeadline,
  alertRule,
  colourOfModule,
  colourOfSeverity,
  containedRows,
  countText,
  dayLabel,
  incidentRows,
  isEarly,
  moduleName,
  preventedOf,
  shortMoment,
  summarize,
  topRuleName,
  trendOf,
  unannouncedRows,
} from './wording.ts';

/** The tables of the weekly mail. A mail lists so many rules, alerts and hosts; the rest is counted below the table. */
export const rulesMax = 10;
export const alertsMax = 20;
export const hostsMax = 20;
export const changesMax = 20;

export const colours = { ink: '#1f2933', faint: '#5b6773', line: '#dfe4ea', navy: '#12304f', head: '#f3f6f9' } as const;

/** The summary in words, and the three figures to see at a glance. */
export function headline(language: Language, report: Report): Html {
  const tile = (label: PhraseKey, value: number, note: string) => html`
<td width="33%" valign="top" style="padding:10px 14px;background:${colours.head};border-left:3px solid ${colours.navy};">
<div style="font-size:12px;color:${colours.faint};">${phrase(language, label)}</div>
<div style="font-size:22px;line-height:1.3;font-weight:bold;color:${colours.navy};">${countText(language, value)}</div>
<div style="font-size:12px;color:${colours.faint};">${note}</div></td>`;
  const { open, acknowledged } = report.alertsByState;
  const gap = html`<td width="8" style="font-size:0;">&nbsp;</td>`;
  return html`<p style="margin:0 0 14px;font-size:15px;line-height:1.8;">${summarize(language, report).join(language === 'ja' ? '' : ' ')}</p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>
${tile('report.figure.detections', report.total, phrase(language, `report.figure.trend.${report.kind}`, trendOf(report)))}${gap}
${tile('report.figure.prevented', preventedOf(report), phrase(language, 'report.figure.prevented.note'))}${gap}
${tile('report.figure.alerts', alertCountOf(report), phrase(language, 'report.figure.unclosed', { count: open + acknowledged }))}
</tr></table>`;
}

export function moduleTable(language: Language, report: Report): Html {
  const sums = { detected: report.total - preventedOf(report), prevented: preventedOf(report), total: report.total };
  const cells = (row: typeof sums) => [
    number(countText(language, row.detected)),
    number(countText(language, row.prevented)),
    number(countText(language, row.total), 'font-weight:bold;'),
  ];
  return table(
    language,
    ['report.column.module', 'report.column.detected', 'report.column.prevented', 'report.column.total'],
    [
      // The six modules of the service are always named; the system's own detections only where there are any.
      ...report.byModule
        .filter((row) => row.module !== 'system' || row.total > 0)
        .map((row) => [
          cell(html`${swatch(colourOfModule[row.module]!)}${moduleName(language, row.module)}`),
          ...cells(row),
        ]),
      [cell(phrase(language, 'report.column.total'), 'font-weight:bold;'), ...cells(sums)],
    ],
  );
}

export function severityTable(language: Language, report: Report): Html {
  const most = Math.max(...report.bySeverity.map((row) => row.count));
  return table(
    language,
    ['report.column.severity', 'report.column.chart', 'report.column.count'],
    report.bySeverity.map((row) => [
      cell(phrase(language, `severity.${row.severity}`), 'white-space:nowrap;'),
      cell(bar([{ colour: colourOfSeverity[row.severity]!, count: row.count }], most), 'width:70%;'),
      number(countText(language, row.count)),
    ]),
  );
}

export function dayTable(language: Language, report: Report): Html {
  const most = Math.max(...report.byDay.map((row) => row.count));
  return table(
    language,
    ['report.column.day', 'report.column.chart', 'report.column.count'],
    report.byDay.map((row) => [
      cell(dayLabel(language, row.day), 'white-space:nowrap;'),
      cell(
        bar(
          report.byModule.map(({ module }) => ({ colour: colourOfModule[module]!, count: row.byModule[module] ?? 0 })),
          most,
        ),
        'width:70%;',
      ),
      number(countText(language, row.count)),
    ]),
  );
}

export function ruleTable(language: Language, report: Report): Html {
  if (report.topRules.length === 0) return html`<p style="margin:0;">${phrase(language, 'report.noRules')}</p>`;
  return table(
    language,
    ['report.column.rule', 'report.column.module', 'report.column.severity', 'report.column.count'],
    report.topRules
      .slice(0, rulesMax)
      .map((row) => [
        cell(
          html`${topRuleName(language, row)}<br><span style="font-size:12px;color:${colours.faint};">${printable(row.ruleId)}</span>`,
        ),
        cell(moduleName(language, row.module)),
        cell(severityMark(language, row.severity), 'white-space:nowrap;'),
        number(countText(language, row.count)),
      ]),
  );
}

export function alertTable(language: Language, report: Report): Html {
  if (report.alerts.length === 0) return html`<p style="margin:0;">${phrase(language, 'report.noAlerts')}</p>`;
  return html`<p style="margin:0 0 8px;font-size:12px;line-height:1.6;color:${colours.faint};">${phrase(language, 'report.alertsAsOf', { early: isEarly(report) })}</p>
${table(
  language,
  [
    'report.column.number',
    'report.column.openedAt',
    'report.column.content',
    'report.column.severity',
    'report.column.state',
  ],
  report.alerts
    .slice(0, alertsMax)
    .map((alert) => [
      cell(`#${alert.number}`, 'white-space:nowrap;'),
      cell(shortMoment(language, alert.openedAt), 'white-space:nowrap;'),
      cell(
        html`<strong>${alertHeadline(language, alert)}</strong><br>${printable(alert.hostName)}${fine(alertRule(language, alert))}`,
      ),
      cell(severityMark(language, alert.severity), 'white-space:nowrap;'),
      cell(stateCell(language, alert), 'white-space:nowrap;'),
    ]),
)}`;
}

function stateCell(language: Language, alert: Report['alerts'][number]): Html {
  const state = phraseOr(language, 'alertState', alert.state);
  const closing = alert.closing ? phraseOr(language, 'closing', alert.closing) : undefined;
  return html`${state}${fine(closing)}`;
}

/** A second line in small print, where there is one. */
const fine = (text: string | undefined): Html =>
  text ? html`<br><span style="font-size:12px;color:${colours.faint};">${text}</span>` : nothing;

/** Of a month: what the SOC worked (S88). */
export const incidentTable = (language: Language, report: Report): Html =>
  table(
    language,
    [
      ...(['report.column.number', 'report.column.incidentAt', 'report.column.incidentContent'] as const),
      ...(['report.column.incidentDone', 'report.column.state'] as const),
    ],
    incidentRows(language, report, changesMax).map((row) => [
      cell(`#${row.number}`, 'white-space:nowrap;'),
      cell(row.at),
      cell(html`${printable(row.content)}${fine(printable(row.hosts))}`),
      cell(
        row.done.length === 0
          ? phrase(language, 'report.nothingTold')
          : html`${row.done.map(({ at, text }) => html`<div>${at} ${printable(text)}</div>`)}`,
      ),
      cell(row.state),
    ]),
  );

/** Of a month: what was done about attacks, with the customer's word (S73). */
export const containedTable = (language: Language, report: Report): Html =>
  table(
    language,
    [
      ...(['report.column.containedAt', 'report.column.containedHost', 'report.column.measure'] as const),
      ...(['report.column.consent', 'report.column.containedState'] as const),
    ],
    containedRows(language, report, changesMax).map((row) => [
      cell(row.at, 'white-space:nowrap;'),
      cell(printable(row.host)),
      cell(printable(row.measure)),
      cell(printable(row.consent)),
      cell(row.state),
    ]),
  );

/** Of a month: which versions became others without a plan (S17). */
export function unannouncedTable(language: Language, report: Report): Html {
  const rows = unannouncedRows(language, report, changesMax);
  if (rows.length === 0) return html`<p style="margin:0;">${phrase(language, 'report.noUnannounced')}</p>`;
  return table(
    language,
    ['report.column.component', 'report.column.change', 'report.column.seenAt', 'report.column.changedHosts'],
    rows.map((row) => [
      cell(printable(row.component)),
      cell(printable(row.change)),
      cell(row.seenAt, 'white-space:nowrap;'),
      cell(printable(row.hosts)),
    ]),
  );
}

/** Says how many alerts the table leaves out. */
export function moreAlerts(language: Language, report: Report): string | undefined {
  const count = alertCountOf(report) - Math.min(report.alerts.length, alertsMax);
  return count > 0 ? phrase(language, 'report.moreAlerts', { count }) : undefined;
}

export function hostTable(language: Language, report: Report): Html {
  if (report.byHost.length === 0) return html`<p style="margin:0;">${phrase(language, 'report.noHosts')}</p>`;
  return table(
    language,
    ['report.column.host', 'report.column.count'],
    report.byHost
      .slice(0, hostsMax)
      .map((row) => [cell(printable(row.hostName)), number(countText(language, row.count))]),
  );
}

export function moreHosts(language: Language, report: Report): string | undefined {
  const rest = report.byHost.slice(hostsMax);
  const count = rest.reduce((sum, row) => sum + row.count, 0);
  return rest.length > 0 ? phrase(language, 'report.moreHosts', { hosts: rest.length, count }) : undefined;
}

const numeric: readonly PhraseKey[] = [
  'report.column.count',
  'report.column.detected',
  'report.column.prevented',
  'report.column.total',
];

function table(language: Language, columns: readonly PhraseKey[], rows: readonly (readonly Html[])[]): Html {
  const heads = columns.map(
    (column) =>
      html`<th scope="col" align="${numeric.includes(column) ? 'right' : 'left'}" style="padding:6px 8px;background:${colours.head};border-bottom:1px solid ${colours.line};font-size:12px;font-weight:bold;color:${colours.faint};white-space:nowrap;">${phrase(language, column)}</th>`,
  );
  return html`<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;border-top:1px solid ${colours.line};font-size:13px;line-height:1.6;">
<tr>${heads}</tr>
${rows.map((row) => html`<tr>${row}</tr>\n`)}</table>`;
}

// Names of hosts and files may be long and without a space: they break anywhere rather than widen the mail.
const cell = (content: Html | string, style = ''): Html =>
  html`<td valign="top" style="padding:6px 8px;border-bottom:1px solid ${colours.line};overflow-wrap:anywhere;word-break:break-word;${style}">${content}</td>`;
const number = (text: string, style = ''): Html =>
  html`<td align="right" valign="top" style="padding:6px 8px;border-bottom:1px solid ${colours.line};white-space:nowrap;${style}">${text}</td>`;

const swatch = (colour: string): Html => html`<span style="color:${colour};">■</span>&nbsp;`;
const severityMark = (language: Language, severity: string): Html =>
  html`<span style="color:${colourOfSeverity[severity]!};">●</span>&nbsp;${phraseOr(language, 'severity', severity)}`;

/** A bar of coloured cells, as wide as its share of `most`. A part that is there at all is at least one per cent wide. */
function bar(parts: readonly { readonly colour: string; readonly count: number }[], most: number): Html {
  const wide = parts
    .filter((part) => part.count > 0)
    .map((part) => ({ colour: part.colour, percent: Math.max(1, Math.round((part.count / most) * 100)) }));
  if (wide.length === 0) return html`&nbsp;`;
  const rest = 100 - wide.reduce((sum, part) => sum + part.percent, 0);
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:4px 0;"><tr>${wide.map(
    (part) =>
      html`<td width="${part.percent}%" height="14" bgcolor="${part.colour}" style="font-size:0;line-height:14px;background:${part.colour};">&nbsp;</td>`,
  )}${rest > 0 ? html`<td width="${rest}%" style="font-size:0;">&nbsp;</td>` : nothing}</tr></table>`;
}
