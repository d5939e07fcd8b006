import {
  caseEntryText,
  headlineIn,
  type Language,
  matterOfAlert,
  type PhraseFacts,
  phrase,
  phraseOr,
  type Report,
  ruleNameIn,
  timeZone,
} from '@sakimori/contract';
import { printable } from './printable.ts';

/** What mail and PDF say alike, in the reader's language. */

const locales: Readonly<Record<Language, string>> = { ja: 'ja-JP', en: 'en-GB' };
/** Making one takes longer than using it a thousand times, and a report tells thousands of times. */
const formats = new Map<string, Intl.DateTimeFormat>();
function format(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locales[language], { timeZone, ...options });
  formats.set(key, known);
  return known;
}

/** The last instant that a reader would say belongs to the period. */
const lastOf = (report: Report): Date => new Date(Date.parse(report.to) - 1);

/** For subjects and titles: `2026/11/16～2026/11/22`, `2026年11月`. */
export function shortPeriod(language: Language, report: Report): string {
  const from = new Date(report.from);
  return report.kind === 'weekly'
    ? // Some versions of ICU put thin spaces around the dash, which old mail clients show as boxes.
      format(language, { dateStyle: 'long' })
        .formatRange(from, lastOf(report))
        .replace(/[\u2009\u202f]/g, ' ')
    : format(language, { year: 'numeric', month: 'long' }).format(from);
}

/** With days of the week: `2026年11月16日(月)～2026年11月22日(日)`. */
export function longPeriod(language: Language, report: Report): string {
  const day = format(language, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' });
  return phrase(language, 'report.period.range', {
    from: day.format(new Date(report.from)),
    to: day.format(lastOf(report)),
  });
}

/** `2026/11/24 05:44` */
export const moment = (language: Language, instant: string): string =>
  format(language, {
    year: 'numeric',
    month: language === 'ja' ? '2-digit' : 'short',
    day: language === 'ja' ? '2-digit' : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant));

/** `11/24 10:00` */
export const shortMoment = (language: Language, instant: string): string =>
  format(language, {
    month: language === 'ja' ? 'numeric' : 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(instant));

/** `11/16(月)` of the day `2026-11-16` */
export const dayLabel = (language: Language, day: string): string =>
  format(language, {
    month: language === 'ja' ? 'numeric' : 'short',
    day: 'numeric',
    weekday: 'short',
  }).format(new Date(`${day}T00:00:00+09:00`));

export const isEarly = (report: Report): boolean => report.composedAt < report.to;
export const preventedOf = (report: Report): number => report.byModule.reduce((sum, row) => sum + row.prevented, 0);
export const alertCountOf = ({ alertsByState: { open, acknowledged, closed } }: Report): number =>
  open + acknowledged + closed;

/** Facts of the phrases about the trend against the period before. */
export function trendOf({ total, previousTotal: previous }: Report): PhraseFacts {
  if (previous === undefined) return { trend: 'none', previous: 0, difference: 0 };
  const trend = total > previous ? 'more' : total < previous ? 'fewer' : 'same';
  return { trend, previous, difference: Math.abs(total - previous) };
}

/** The period in words: the total and its trend first, then the busiest module, then the alerts. */
export function summarize(language: Language, report: Report): string[] {
  const { total, alertsByState } = report;
  const busiest = report.byModule.reduce((most, row) => (row.total > most.total ? row : most));
  const alerts = alertCountOf(report);
  return [
    phrase(language, `report.summary.total.${report.kind}`, { total, ...trendOf(report) }),
    ...(total > 0
      ? [
          phrase(language, 'report.summary.top', {
            module: moduleName(language, busiest.module),
            count: busiest.total,
            prevented: preventedOf(report),
          }),
        ]
      : []),
    alerts > 0
      ? phrase(language, 'report.summary.alerts', { total: alerts, early: isEarly(report), ...alertsByState })
      : phrase(language, 'report.summary.noAlerts'),
  ];
}

/** Said above everything else where the period was not over yet. */
export const earlyNote = (language: Language, report: Report): string | undefined =>
  isEarly(report) ? phrase(language, 'report.early', { at: moment(language, report.composedAt) }) : undefined;

export const moduleName = (language: Language, module: string): string => phraseOr(language, 'module', module);

type ListedAlert = Report['alerts'][number];
export const alertHeadline = (language: Language, alert: ListedAlert): string =>
  printable(headlineIn(language, matterOfAlert(alert)));

/** The rule of an alert, where its headline does not name it. */
export function alertRule(language: Language, alert: ListedAlert): string | undefined {
  const name = ruleNameIn(language, matterOfAlert(alert).rule);
  return headlineIn(language, matterOfAlert(alert)).includes(name) ? undefined : printable(name);
}

export const topRuleName = (language: Language, { ruleName, ruleNameJa }: Report['topRules'][number]): string =>
  printable(ruleNameIn(language, { name: ruleName, nameJa: ruleNameJa }));

/** `完了（対処済み）` */
export function stateName(language: Language, alert: Report['alerts'][number]): string {
  const state = phraseOr(language, 'alertState', alert.state);
  if (!alert.closing) return state;
  return phrase(language, 'report.withDetail', {
    text: state,
    detail: phraseOr(language, 'closing', alert.closing),
  });
}

export const countText = (language: Language, count: number): string => phrase(language, 'report.count', { count });

/** Colours of the sources of detections, told apart by people with colour vision deficiency too (after Okabe and Ito, darkened for print). */
export const colourOfModule: Readonly<Record<string, string>> = {
  antimalware: '#b5485d',
  webreputation: '#d98e2b',
  firewall: '#5f9e6e',
  intrusion: '#7b5ea7',
  integrity: '#2f6fb5',
  loginspection: '#2a9d9d',
  system: '#8b95a1',
};
export const colourOfSeverity: Readonly<Record<string, string>> = {
  critical: '#8e1b2e',
  high: '#c8452d',
  medium: '#d99a2b',
  low: '#4c8bb5',
  informational: '#9aa5b1',
};

/** Unannounced changes as every rendering lists them: what, from which version to which, when, and on which hosts (S17). */
export function unannouncedRows(
  language: Language,
  { unannounced }: Report,
  shown: number,
): { component: string; change: string; seenAt: string; hosts: string }[] {
  const comma = phrase(language, 'report.comma');
  return (unannounced?.items ?? []).slice(0, shown).map(({ component, from, to, firstSeenAt, hosts, hostCount }) => {
    const more = hostCount - hosts.length;
    return {
      component: phraseOr(language, 'versionComponent', component),
      change: phrase(language, 'report.versionChange', { from, to }),
      seenAt: shortMoment(language, firstSeenAt),
      hosts: [...hosts, ...(more > 0 ? [phrase(language, 'report.moreChangedHosts', { count: more })] : [])].join(
        comma,
      ),
    };
  });
}

export function moreUnannounced(language: Language, { unannounced }: Report, shown: number): string | undefined {
  const count = (unannounced?.count ?? 0) - Math.min(unannounced?.items.length ?? 0, shown);
  return count > 0 ? phrase(language, 'report.moreUnannounced', { count }) : undefined;
}

/** What was done about attacks as every rendering lists it: when, on which host, what, and with whose word (S73). */
export function containedRows(
  language: Language,
  { contained }: Report,
  shown: number,
): { at: string; host: string; measure: string; consent: string; state: string }[] {
  return (contained?.items ?? []).slice(0, shown).map((row) => {
    const given = { by: row.consentBy, way: phraseOr(language, 'consentWay', row.way) };
    return {
      ...{ at: shortMoment(language, row.at), host: row.hostName },
      measure: row.source ? `${row.playbook[language]} ${row.source}` : row.playbook[language],
      consent:
        row.way === 'none'
          ? given.way
          : phrase(language, row.state === 'declined' ? 'report.consentDeclined' : 'report.consentGiven', given),
      state: phraseOr(language, 'containmentState', row.state),
    };
  });
}

export function moreContained(language: Language, { contained }: Report, shown: number): string | undefined {
  const count = (contained?.count ?? 0) - Math.min(contained?.items.length ?? 0, shown);
  return count > 0 ? phrase(language, 'report.moreContained', { count }) : undefined;
}

/** Incidents as every rendering lists them: number, when, what was detected and where, what was done, and how it stands (S88). */
export function incidentRows(
  language: Language,
  { incidents }: Report,
  shown: number,
): {
  number: string;
  at: string;
  content: string;
  hosts: string;
  done: { at: string; text: string }[];
  state: string;
}[] {
  return (incidents?.items ?? []).slice(0, shown).map((row) => {
    const more = row.hostCount - row.hosts.length;
    const state = phraseOr(language, 'caseState', row.state);
    const hosts = [...row.hosts, ...(more > 0 ? [phrase(language, 'report.moreChangedHosts', { count: more })] : [])];
    return {
      number: String(row.number),
      at: row.closedAt
        ? phrase(language, 'report.period.range', {
            from: shortMoment(language, row.openedAt),
            to: shortMoment(language, row.closedAt),
          })
        : shortMoment(language, row.openedAt),
      content: row.lead ? headlineIn(language, matterOfAlert(row.lead)) : phrase(language, 'report.noContent'),
      hosts: hosts.join(phrase(language, 'report.comma')),
      done: row.told.map((entry) => ({
        at: shortMoment(language, entry.at),
        text: caseEntryText(language, entry).replace(/\s*\n\s*/g, ' '),
      })),
      state: row.closing
        ? phrase(language, 'report.withDetail', { text: state, detail: phraseOr(language, 'closing', row.closing) })
        : state,
    };
  });
}

export function moreIncidents(language: Language, { incidents }: Report, shown: number): string | undefined {
  const count = (incidents?.count ?? 0) - Math.min(incidents?.items.length ?? 0, shown);
  return count > 0 ? phrase(language, 'report.moreIncidents', { count }) : undefined;
}
