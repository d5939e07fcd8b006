import { type Language, type PhraseKey, phrase, type Report } from '@sakimori/contract';
import { colourOf, providerLines, providerNameIn, termsIn } from './identity.ts';
import { partsOnPaper } from './paper-parts.ts';
import { tablesOf } from './paper-tables.ts';
import { printableOnPaper } from './printable.ts';
import { settingsMoment } from './settings-wording.ts';
import {
  alertCountOf,
  countText,
  earlyNote,
  isEarly,
  longPeriod,
  moment,
  preventedOf,
  shortPeriod,
  summarize,
  trendOf,
} from './wording.ts';

/**
 * A report as the template prints it: every word in the reader's language, every figure as text, every colour. The template (`template/monthly.typ`)
 * adds nothing but the layout, and takes all of this as data.
 */
export function toPaper(language: Language, report: Report, logo?: string): unknown {
  const customer = phrase(language, 'report.customer', { customer: report.customerName });
  const title = `${phrase(language, `report.title.${report.kind}`)} ${shortPeriod(language, report)}`;
  const printed = clean({
    language,
    colour: colourOf(report),
    contacts: providerLines(language, report),
    terms: termsIn(language, report) ?? null,
    title: `${title} ${customer}`,
    running: phrase(language, 'report.withDetail', { text: customer, detail: report.accountName }),
    customer,
    provider: providerNameIn(language, report),
    period: { short: shortPeriod(language, report) },
    madeAt: dateParts(report.composedAt),
    early: earlyNote(language, report) ?? null,
    facts: [
      { label: say(language, 'column.account'), value: report.accountName },
      { label: say(language, 'column.period'), value: longPeriod(language, report) },
      { label: say(language, 'column.composedAt'), value: moment(language, report.composedAt) },
      { label: say(language, 'column.reportNumber'), value: reportNumber(report) },
      { label: say(language, 'column.provider'), value: providerNameIn(language, report) },
    ],
    labels: labelsOf(language, report),
    summary: summarize(language, report),
    tiles: tilesOf(language, report),
    ...tablesOf(language, report),
    ...partsOnPaper(language, report),
  });
  return { ...(printed as object), logo: logo ?? null };
}

const say = (language: Language, key: string): string => phrase(language, `report.${key}` as PhraseKey);

/** Every string of the data, and so every character on paper, is one that the fonts can show. */
export function clean(value: unknown): unknown {
  if (typeof value === 'string') return printableOnPaper(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clean(one)]));
  return value;
}

/** As `datetime` in Typst takes it; PDF dates without a zone are UTC. */
export function dateParts(instant: string): Record<string, number> {
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

/** `M-2026-11-0F3A91BC`: kind, period, and the end of the account's id. The day of composing stands beside it. */
const reportNumber = ({ kind, period, accountId }: Report): string =>
  `${kind === 'weekly' ? 'W' : 'M'}-${period}-${accountId.slice(-8).toUpperCase()}`;

const labelKeys = {
  product: 'product',
  summary: 'section.summary',
  detections: 'section.detections',
  attack: 'section.attack',
  changed: 'section.changed',
  todo: 'section.todo',
  none: 'part.zero',
  ratio: 'column.ratio',
  ratioNote: 'ratioNote',
  partRules: 'part.rules',
  partHosts: 'part.hosts',
  services: 'section.services',
  servicesNote: 'servicesNote',
  serviceNames: 'column.services',
  engineMode: 'column.engineMode',
  hostCount: 'column.hostCount',
  mounts: 'section.mounts',
  mountList: 'column.mounts',
  noMounts: 'noMounts',
  inquiries: 'section.inquiries',
  inquiryKind: 'column.inquiryKind',
  subject: 'column.subject',
  acceptedAt: 'column.acceptedAt',
  firstAnswerAt: 'column.firstAnswerAt',
  doneAt: 'column.doneAt',
  addressees: 'column.addressees',
  contents: 'contents',
  alertList: 'section.alerts',
  severities: 'section.severities',
  days: 'section.days',
  rules: 'section.rules',
  hosts: 'section.hosts',
  incidents: 'section.incidents',
  cases: 'section.cases',
  casesNote: 'incidentsNote',
  incidentAt: 'column.incidentAt',
  incidentContent: 'column.incidentContent',
  incidentDone: 'column.incidentDone',
  nothingTold: 'nothingTold',
  contained: 'section.contained',
  containedNote: 'containedNote',
  containedAt: 'column.containedAt',
  containedHost: 'column.containedHost',
  measure: 'column.measure',
  consent: 'column.consent',
  containedState: 'column.containedState',
  unannounced: 'section.unannounced',
  component: 'column.component',
  change: 'column.change',
  seenAt: 'column.seenAt',
  changedHosts: 'column.changedHosts',
  unannouncedNote: 'unannouncedNote',
  noUnannounced: 'noUnannounced',
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
  settingsAsOf: settingsMoment(language, report),
  trend: phrase(language, `report.section.trend.${report.kind}`),
  span: phrase(language, `report.column.span.${report.kind}`),
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
