import { type Language, modules, type PhraseKey, phrase, phraseOr, type Report, timeZone } from '@sakimori/contract';
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
  moduleName,
  moment,
  moreContained,
  moreIncidents,
  moreUnannounced,
  preventedOf,
  shortMoment,
  topRuleName,
  unannouncedRows,
} from './wording.ts';

/** So many changes of versions are printed; the rest is counted. */
const changesMax = 100;

/** The tables and the chart of the printed report, row by row as the template takes them. */
export function tablesOf(language: Language, report: Report): Record<string, unknown> {
  const count = (value: number) => countText(language, value);
  const prevented = preventedOf(report);
  return {
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
      ...severityOf(language, row.severity),
      count: row.count,
      text: count(row.count),
    })),
    mostOfSeverity: mostOf(report.bySeverity.map((row) => row.count)),
    chart: chartOf(language, report),
    legend: report.byModule
      .filter((row) => row.total > 0)
      .map((row) => ({ name: moduleName(language, row.module), colour: colourOfModule[row.module] })),
    rules: report.topRules.map((row) => ({
      name: topRuleName(language, row),
      id: row.ruleId,
      module: moduleName(language, row.module),
      severity: severityOf(language, row.severity),
      count: count(row.count),
    })),
    hosts: report.byHost.map((row) => ({ name: row.hostName, count: row.count, text: count(row.count) })),
    mostOfHost: mostOf(report.byHost.map((row) => row.count)),
    alerts: report.alerts.map((alert) => alertRow(language, alert)),
    moreAlerts: moreAlertsOf(language, report),
    cases: report.incidents ? incidentRows(language, report, report.incidents.items.length) : null,
    moreCases: moreIncidents(language, report, 200) ?? null,
    contained: report.contained ? containedRows(language, report, changesMax) : null,
    moreContained: moreContained(language, report, changesMax) ?? null,
    unannounced: report.unannounced ? unannouncedRows(language, report, changesMax) : null,
    moreUnannounced: moreUnannounced(language, report, changesMax) ?? null,
    ...settingsOf(language, report),
  };
}

const say = (language: Language, key: string): string => phrase(language, `report.${key}` as PhraseKey);
const mostOf = (counts: readonly number[]): number => Math.max(1, ...counts);
const severityOf = (language: Language, severity: Report['topRules'][number]['severity']) => ({
  name: phrase(language, `severity.${severity}`),
  colour: colourOfSeverity[severity],
});

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
    headline: alertHeadline(language, alert),
    rule: alertRule(language, alert) ?? null,
    module: moduleName(language, alert.module),
    many: alert.detectionCount > 1 ? phrase(language, 'report.alertDetections', { count: alert.detectionCount }) : null,
    severity: severityOf(language, alert.severity),
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
      notes: notesOf(language, host),
      liveness: phraseOr(language, 'report.liveness', host.liveness),
      states: modules.map((module) => stateOf(host.modules[module])),
    })),
  };
}

/** Below a host's name: its system, what integrity monitoring leaves out, and the version of its baseline. */
function notesOf(language: Language, { os, mountsSkipped, baseline }: Report['settings']['hosts'][number]): string[] {
  return [
    os,
    ...(mountsSkipped ? [phrase(language, 'report.mountsSkipped', mountsSkipped)] : []),
    ...(baseline
      ? [phrase(language, 'report.baseline', { version: baseline.version, at: moment(language, baseline.recordedAt) })]
      : []),
  ];
}
