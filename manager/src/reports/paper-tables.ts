import { type Language, modules, type PhraseKey, phrase, phraseOr, type Report } from '@sakimori/contract';
import { chartOf } from './paper-chart.ts';
import {
  alertCountOf,
  alertHeadline,
  alertRule,
  colourOfModule,
  colourOfSeverity,
  containedRows,
  countText,
  incidentRows,
  moduleName,
  moment,
  moreContained,
  moreIncidents,
  moreUnannounced,
  shortMoment,
  topRuleName,
  unannouncedRows,
} from './wording.ts';

/** So many changes of versions are printed; the rest is counted. */
const changesMax = 100;

/** The tables and the chart of the printed report, row by row as the template takes them. */
export function tablesOf(language: Language, report: Report): Record<string, unknown> {
  const count = (value: number) => countText(language, value);
  return {
    mostOfModule: mostOf(report.byModule.map((row) => row.total)),
    severities: report.bySeverity.map((row) => ({
      ...severityOf(language, row.severity),
      count: row.count,
      text: count(row.count),
    })),
    mostOfSeverity: mostOf(report.bySeverity.map((row) => row.count)),
    chart: chartOf(
      language,
      report.byDay.map(({ day, count: all, byModule }) => ({
        ...{ day, count: all },
        parts: report.byModule.map(({ module }) => ({ colour: colourOfModule[module]!, count: byModule[module] ?? 0 })),
      })),
    ),
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
  return {
    moduleHeads: modules.map((module) => say(language, `module.short.${module}`)),
    hostModules: settings.hosts.map((host) => ({
      name: host.name,
      notes: notesOf(language, host),
      liveness: phraseOr(language, 'report.liveness', host.liveness),
      states: modules.map((module) => stateOf(host.modules[module])),
    })),
  };
}

/** Below a host's name: its system, and the version of its baseline. */
function notesOf(language: Language, { os, baseline }: Report['settings']['hosts'][number]): string[] {
  return [
    os,
    ...(baseline
      ? [phrase(language, 'report.baseline', { version: baseline.version, at: moment(language, baseline.recordedAt) })]
      : []),
  ];
}
