import { type Language, type PhraseKey, phrase, phraseOr, type Report } from '@sakimori/contract';
import { type Html, html, nothing } from './html.ts';
import { bar, below, cell, colours, columnChart, number, severityMark, table } from './mail-cells.ts';
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

export const dayChart = (language: Language, report: Report): Html =>
  columnChart(
    report.byDay.map((row) => ({
      name: dayLabel(language, row.day),
      text: countText(language, row.count),
      parts: report.byModule.map(({ module }) => ({
        colour: colourOfModule[module]!,
        count: row.byModule[module] ?? 0,
      })),
    })),
    report.byDay
      .map(({ day, count }) => `${dayLabel(language, day)} ${countText(language, count)}`)
      .join(phrase(language, 'report.comma')),
  );

export function ruleTable(language: Language, report: Report): Html {
  if (report.topRules.length === 0) return html`<p style="margin:0;">${phrase(language, 'report.noRules')}</p>`;
  return table(
    language,
    ['report.column.rule', 'report.column.severity', 'report.column.count'],
    report.topRules
      .slice(0, rulesMax)
      .map((row) => [
        cell(
          html`${topRuleName(language, row)}${below(`${moduleName(language, row.module)} · ${printable(row.ruleId)}`)}`,
        ),
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
  ['report.column.number', 'report.column.content', 'report.column.severity'],
  report.alerts.slice(0, alertsMax).map((alert) => {
    const rule = alertRule(language, alert);
    return [
      cell(`#${alert.number}`, 'white-space:nowrap;'),
      cell(
        html`<strong>${alertHeadline(language, alert)}</strong>${below(
          html`${shortMoment(language, alert.openedAt)} · ${printable(alert.hostName)}${rule ? html`<br>${rule}` : nothing}`,
        )}`,
      ),
      cell(html`${severityMark(language, alert.severity)}${stateLines(language, alert)}`),
    ];
  }),
)}`;
}

function stateLines(language: Language, alert: Report['alerts'][number]): Html {
  const state = phraseOr(language, 'alertState', alert.state);
  const closing = alert.closing ? phraseOr(language, 'closing', alert.closing) : undefined;
  return html`${below(state)}${fine(closing)}`;
}

/** A second line in small print, where there is one. */
const fine = (text: string | undefined): Html => (text ? below(text) : nothing);

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
