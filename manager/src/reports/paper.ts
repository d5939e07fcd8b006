import { type Language, modules, type PhraseKey, phrase, phraseOr, type Report, timeZone } from '@sakimori/contract';
import { printableOnPaper } from './printable.ts';
import {
  alertCountOf,
  colourOfModule,
  colourOfSeverity,
  countText,
  dayLabel,
  earlyNote,
  isEarly,
  kindName,
  longPeriod,
  moduleName,
  moment,
  preventedOf,
  shortMoment,
  shortPeriod,
  summarize,
  trendOf,
} from './wording.ts';

/**
 * A report as the template prints it: every word in the reader's language, every figure as text, every colour. The template (`template/monthly.typ`)
 * adds nothing but the layout, and takes all of this as data.
 */
export function toPaper(language: Language, report: Report): unknown {
  const count = (value: number) => countText(language, value);
  const customer = phrase(language, 'report.customer', { customer: report.customerName });
  const title = `${phrase(language, `report.title.${report.kind}`)} ${shortPeriod(language, report)}`;
  const prevented = preventedOf(report);
  return clean({
    language,
    title: `${title} ${customer}`,
    running: phrase(language, 'report.withDetail', { text: customer, detail: report.accountName }),
    customer,
    provider: report.providerName,
    period: { short: shortPeriod(language, report) },
    madeAt: dateParts(report.composedAt),
    early: earlyNote(language, report) ?? null,
    facts: [
      { label: say(language, 'column.account'), value: report.accountName },
      { label: say(language, 'column.period'), value: longPeriod(language, report) },
      { label: say(language, 'column.composedAt'), value: moment(language, report.composedAt) },
      { label: say(language, 'column.provider'), value: report.providerName },
    ],
    labels: labelsOf(language, report),
    summary: summarize(language, report),
    tiles: tilesOf(language, report),
    modules: report.byModule
      .filter((row) => row.module !== 'system' || row.total > 0)
      .map((row) => ({
        name: moduleName(language, row.module),
        colour: colourOfModule[row.module],
        count: row.total,
        detected: count(row.detected),
        prevented: count(row.prevented),
        total: count(row.total),
      })),
    sums: { detected: count(report.total - prevented), prevented: count(prevented), total: count(report.total) },
    mostOfModule: mostOf(report.byModule.map((row) => row.total)),
    severities: report.bySeverity.map((row) => ({
      name: phrase(language, `severity.${row.severity}`),
      colour: colourOfSeverity[row.severity],
      count: row.count,
      text: count(row.count),
    })),
    mostOfSeverity: mostOf(report.bySeverity.map((row) => row.count)),
    chart: chartOf(language, report),
    legend: report.byModule
      .filter((row) => row.total > 0)
      .map((row) => ({ name: moduleName(language, row.module), colour: colourOfModule[row.module] })),
    rules: report.topRules.map((row) => ({
      name: row.ruleName,
      id: row.ruleId,
      module: moduleName(language, row.module),
      severity: phrase(language, `severity.${row.severity}`),
      colour: colourOfSeverity[row.severity],
      count: count(row.count),
    })),
    hosts: report.byHost.map((row) => ({ name: row.hostName, count: row.count, text: count(row.count) })),
    mostOfHost: mostOf(report.byHost.map((row) => row.count)),
    alerts: report.alerts.map((alert) => alertRow(language, alert)),
    moreAlerts: moreAlertsOf(language, report),
    ...settingsOf(language, report),
  });
}

const say = (language: Language, key: string): string => phrase(language, `report.${key}` as PhraseKey);
const mostOf = (counts: readonly number[]): number => Math.max(1, ...counts);

/** Every string of the data, and so every character on paper, is one that the fonts can show. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return printableOnPaper(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]));
  return value;
}

/** As `datetime` in Typst takes it; PDF dates without a zone are UTC. */
function dateParts(instant: string): Record<string, number> {
  const at = new Date(instant);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}

const labelKeys = {
  product: 'product',
  summary: 'section.summary',
  detections: 'section.detections',
  modules: 'section.modules',
  severities: 'section.severities',
  days: 'section.days',
  rules: 'section.rules',
  hosts: 'section.hosts',
  incidents: 'section.incidents',
  settings: 'section.settings',
  policies: 'section.policies',
  hostModules: 'section.hostModules',
  stanceTitle: 'section.stance',
  module: 'column.module',
  detected: 'column.detected',
  prevented: 'column.prevented',
  total: 'column.total',
  severity: 'column.severity',
  count: 'column.count',
  chart: 'column.chart',
  rule: 'column.rule',
  host: 'column.host',
  number: 'column.number',
  openedAt: 'column.openedAt',
  content: 'column.content',
  state: 'column.state',
  policy: 'column.policy',
  version: 'column.version',
  appliedHosts: 'column.hosts',
  liveness: 'column.liveness',
  moduleNote: 'moduleNote',
  noAlerts: 'noAlerts',
  noHosts: 'noHosts',
  noPolicies: 'noPolicies',
  noRules: 'noRules',
  stance: 'stance',
  contact: 'contact',
  comma: 'comma',
} as const;

const labelsOf = (language: Language, report: Report): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(labelKeys).map(([label, key]) => [label, say(language, key)])),
  title: phrase(language, `report.title.${report.kind}`),
  alertsAsOf: phrase(language, 'report.alertsAsOf', { early: isEarly(report) }),
  settingsAsOf: phrase(language, 'report.settingsAsOf', { at: new Date(report.composedAt) }),
  // Page numbers are known to the template only.
  page: phrase(language, 'report.page', { page: '{page}', pages: '{pages}' }),
});

function tilesOf(language: Language, report: Report): { label: string; value: string; note: string }[] {
  const { open, acknowledged } = report.alertsByState;
  const silent = report.settings.hosts.filter((host) => host.liveness === 'silent').length;
  return [
    {
      label: say(language, 'figure.detections'),
      value: countText(language, report.total),
      note: phrase(language, `report.figure.trend.${report.kind}`, trendOf(report)),
    },
    {
      label: say(language, 'figure.prevented'),
      value: countText(language, preventedOf(report)),
      note: say(language, 'figure.prevented.note'),
    },
    {
      label: say(language, 'figure.alerts'),
      value: countText(language, alertCountOf(report)),
      note: phrase(language, 'report.figure.unclosed', { count: open + acknowledged }),
    },
    {
      label: say(language, 'figure.hosts'),
      value: phrase(language, 'report.hostCount', { count: report.settings.hosts.length }),
      note: phrase(language, 'report.figure.silent', { count: silent }),
    },
  ];
}

function chartOf(language: Language, report: Report): unknown {
  const most = mostOf(report.byDay.map((day) => day.count));
  const ticks = ticksUpTo(most);
  const weekday = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { timeZone, weekday: 'narrow' });
  const busiest = report.byDay.reduce((day, other) => (other.count > day.count ? other : day));
  const values = report.byDay.map((day) => `${dayLabel(language, day.day)} ${day.count}`).join(say(language, 'comma'));
  return {
    alt:
      report.total === 0
        ? say(language, 'chart.zero')
        : phrase(language, 'report.chart.days', {
            day: dayLabel(language, busiest.day),
            count: busiest.count,
            values,
          }),
    ticks,
    top: ticks.at(-1),
    days: report.byDay.map((day) => {
      const date = new Date(`${day.day}T12:00:00+09:00`);
      return {
        number: String(Number(day.day.slice(8))),
        weekday: weekday.format(date),
        weekend: date.getUTCDay() % 6 === 0,
        parts: report.byModule
          .map(({ module }) => ({ colour: colourOfModule[module], count: day.byModule[module] ?? 0 }))
          .filter((part) => part.count > 0),
      };
    }),
  };
}

/** Round numbers from 0 to the first that is not below `most`, four to six of them where `most` allows. */
export function ticksUpTo(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 5)));
  const step = [1, 2, 5, 10].map((unit) => unit * power).find((size) => most / size <= 5)!;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}

function alertRow(language: Language, alert: Report['alerts'][number]): unknown {
  return {
    number: `#${alert.number}`,
    openedAt: shortMoment(language, alert.openedAt),
    host: alert.hostName,
    kind: kindName(language, alert.kind),
    module: moduleName(language, alert.module),
    title: alert.title,
    many: alert.detectionCount > 1 ? phrase(language, 'report.alertDetections', { count: alert.detectionCount }) : null,
    severity: phrase(language, `severity.${alert.severity}`),
    colour: colourOfSeverity[alert.severity],
    state: phraseOr(language, 'alertState', alert.state),
    closing: alert.closing ? phraseOr(language, 'closing', alert.closing) : null,
  };
}

function moreAlertsOf(language: Language, report: Report): string | null {
  const count = alertCountOf(report) - report.alerts.length;
  return count > 0 ? phrase(language, 'report.moreAlerts', { count }) : null;
}

function settingsOf(language: Language, { settings }: Report): Record<string, unknown> {
  const stateOf = (state: string | undefined) => phraseOr(language, 'report.moduleState', state ?? 'unknown');
  const policies = settings.policies.map((policy) => ({
    name: policy.name,
    version: phrase(language, 'report.version', {
      version: policy.version,
      behind: policy.version < policy.latestVersion,
      latest: policy.latestVersion,
    }),
    hosts: policy.hosts,
  }));
  const without = { name: say(language, 'withoutPolicy'), version: '－', hosts: settings.hostsWithoutPolicy };
  return {
    policies: settings.hostsWithoutPolicy.length > 0 ? [...policies, without] : policies,
    moduleHeads: modules.map((module) => say(language, `module.short.${module}`)),
    hostModules: settings.hosts.map((host) => ({
      name: host.name,
      os: host.os,
      liveness: phraseOr(language, 'report.liveness', host.liveness),
      states: modules.map((module) => stateOf(host.modules[module])),
    })),
  };
}
