import { dayInJapan, type Language, modules, type PhraseKey, phrase, phraseOr, type Report } from '@sakimori/contract';
import type { MeetingRow } from './store.ts';
import { spanIn } from './time.ts';

/** One page: words, a table, bars beside it. */
export type Slide = {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
    /** Columns from this one on hold figures. */
    readonly figuresFrom: number;
    /** Shares of the width. */
    readonly widths: readonly number[];
  } | null;
  readonly bars: readonly { readonly label: string; readonly count: number; readonly text: string }[];
  readonly note: string;
};
/** The material of a meeting as a value: PDF and pptx are two renderings of it (S96). */
export type Deck = {
  readonly language: Language;
  readonly colour: string;
  readonly title: string;
  readonly customer: string;
  readonly period: string;
  readonly provider: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  readonly slides: readonly Slide[];
};

const rowsMax = 10;
const cut = (text: string, max: number): string => (text.length > max ? `${text.slice(0, max - 1)}…` : text);
const preventedOf = (report: Report): number => report.byModule.reduce((sum, { prevented }) => sum + prevented, 0);
const alertsOf = ({ alertsByState: { open, acknowledged, closed } }: Report): number => open + acknowledged + closed;
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const incidentsOf = ({ incidents }: Report): number => incidents?.count ?? 0;

/**
 * The material from the monthly reports of the period, in their order. Every figure of a month is
 * that of its report; sums are sums of them.
 */
export function toDeck(
  language: Language,
  given: { readonly meeting: MeetingRow; readonly reports: readonly Report[] },
): Deck {
  const { meeting, reports } = given;
  const say = (key: string, facts = {}) => phrase(language, `deck.${key}` as PhraseKey, facts);
  const [first, last] = [reports[0]!, reports.at(-1)!];
  const period = say('period', { from: monthIn(language, first.period), to: monthIn(language, last.period) });
  const slides = [
    ...trend(language, reports),
    ...byModule(language, reports),
    ...incidents(language, reports),
    ...desks(language, reports),
    ...settings(language, reports),
    text(say('next'), nextOf(language, last)),
  ];
  const agenda = meeting.agenda
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(0, rowsMax);
  const own = [...new Set([say('summary'), ...slides.map(({ title }) => title.replace(/ \(\d+\/\d+\)$/, ''))])];
  return {
    ...{ language, colour: last.provider?.profile.colour ?? '#12304f', title: cut(meeting.title, 120), period },
    customer: say('customer', { customer: last.customerName }),
    provider: last.providerName,
    facts: [
      { label: say('when'), value: spanIn(language, meeting.starts_at, meeting.ends_at) },
      { label: say('account'), value: last.accountName },
      { label: say('provider'), value: last.providerName },
    ],
    slides: [
      text(say('agenda'), agenda.length > 0 ? agenda : own),
      text(say('summary'), summaryOf(language, reports), say('source', { period })),
      ...slides,
    ],
  };
}

/** `2026年10月`, `October 2026`. */
const monthIn = (language: Language, period: string): string =>
  new Date(`${period}-15T00:00:00Z`).toLocaleDateString(language === 'ja' ? 'ja-JP' : 'en-GB', {
    ...{ timeZone: 'UTC', year: 'numeric', month: 'long' },
  });
const text = (title: string, lines: readonly string[], note = ''): Slide => ({
  ...{ title, lines, table: null, bars: [], note },
});
const number = (language: Language, count: number): string =>
  count.toLocaleString(language === 'ja' ? 'ja-JP' : 'en-GB');

/** What happened, in sentences. */
function summaryOf(language: Language, reports: readonly Report[]): string[] {
  const say = (key: string, facts = {}) => phrase(language, `deck.${key}` as PhraseKey, facts);
  const [first, last] = [reports[0]!, reports.at(-1)!];
  const total = sumOf(reports.map((report) => report.total));
  const most = modules
    .map((module) => ({
      module,
      count: sumOf(reports.map(({ byModule }) => byModule.find((row) => row.module === module)?.total ?? 0)),
    }))
    .sort((a, b) => b.count - a.count)[0]!;
  const trend = last.total > first.total ? 'more' : last.total < first.total ? 'fewer' : 'same';
  return [
    say('sum.total', { total, prevented: sumOf(reports.map(preventedOf)) }),
    say('sum.trend', {
      ...{ trend, first: monthIn(language, first.period), last: monthIn(language, last.period) },
      ...{ before: first.total, after: last.total },
    }),
    ...(most.count > 0
      ? [say('sum.most', { module: phraseOr(language, 'module', most.module), count: most.count })]
      : []),
    say('sum.alerts', { alerts: sumOf(reports.map(alertsOf)), incidents: sumOf(reports.map(incidentsOf)) }),
  ];
}

function trend(language: Language, reports: readonly Report[]): Slide[] {
  const say = (key: string) => phrase(language, `deck.${key}` as PhraseKey);
  const figures = (report: Report) => [report.total, preventedOf(report), alertsOf(report), incidentsOf(report)];
  const all = reports.map(figures);
  const sums = [0, 1, 2, 3].map((at) => sumOf(all.map((row) => row[at]!)));
  const shown = (name: string, row: readonly number[]) => [name, ...row.map((count) => number(language, count))];
  return [
    {
      ...{ title: say('trend'), lines: [], note: say('trendNote') },
      table: {
        head: [say('month'), say('detections'), say('prevented'), say('alerts'), say('incidents')],
        rows: [
          ...reports.map((report, at) => shown(monthIn(language, report.period), all[at]!)),
          shown(say('total'), sums),
        ],
        ...{ figuresFrom: 1, widths: [3, 2, 2, 2, 3] },
      },
      bars: reports.map((report) => ({
        ...{ label: monthIn(language, report.period), count: report.total, text: number(language, report.total) },
      })),
    },
  ];
}

function byModule(language: Language, reports: readonly Report[]): Slide[] {
  const say = (key: string) => phrase(language, `deck.${key}` as PhraseKey);
  const names = [...modules, 'system'] as const;
  const rows = names.map((module) => {
    const counts = reports.map(({ byModule: rowsOf }) => rowsOf.find((row) => row.module === module)?.total ?? 0);
    return [
      phraseOr(language, 'module', module),
      ...[...counts, sumOf(counts)].map((count) => number(language, count)),
    ];
  });
  const head = [say('module'), ...reports.map(({ period }) => monthIn(language, period)), say('total')];
  return [
    {
      ...{ title: say('modules'), lines: [], bars: [], note: '' },
      table: { head, rows, figuresFrom: 1, widths: [4, ...head.slice(1).map(() => 2)] },
    },
  ];
}

/** A table over as many pages as it takes. */
function pages(title: string, table: NonNullable<Slide['table']>): Slide[] {
  const count = Math.ceil(table.rows.length / rowsMax);
  return Array.from({ length: count }, (_, at) => ({
    ...{ title: count > 1 ? `${title} (${at + 1}/${count})` : title, lines: [], bars: [], note: '' },
    table: { ...table, rows: table.rows.slice(at * rowsMax, (at + 1) * rowsMax) },
  }));
}

function incidents(language: Language, reports: readonly Report[]): Slide[] {
  const say = (key: string, facts = {}) => phrase(language, `deck.${key}` as PhraseKey, facts);
  const rows = reports.flatMap((report) =>
    (report.incidents?.items ?? []).map((one) => [
      `#${one.number}`,
      dayInJapan(new Date(one.openedAt)),
      phrase(language, `severity.${one.severity}`),
      cut(one.lead ? (language === 'ja' ? (one.lead.ruleNameJa ?? one.lead.ruleName) : one.lead.ruleName) : '–', 60),
      phraseOr(language, 'caseState', one.state),
    ]),
  );
  const all = sumOf(reports.map(incidentsOf));
  if (rows.length === 0) return [text(say('incidents'), [say(all > 0 ? 'incidentsUnlisted' : 'noIncidents')])];
  const shown = rows.slice(0, 4 * rowsMax);
  const head = [say('number'), say('openedOn'), say('severity'), say('content'), say('state')];
  const made = pages(say('incidents'), { head, rows: shown, figuresFrom: 9, widths: [1, 2, 1, 6, 2] });
  const more = all - shown.length;
  return made.map((slide, at) =>
    at === made.length - 1 && more > 0 ? { ...slide, note: say('more', { more }) } : slide,
  );
}

function desks(language: Language, reports: readonly Report[]): Slide[] {
  const say = (key: string) => phrase(language, `deck.${key}` as PhraseKey);
  const kinds = ['inquiry', 'change', 'consulting'] as const;
  const head = [say('month'), ...kinds.map((kind) => phrase(language, `ticketKind.${kind}`)), say('total')];
  // A report that was made before reports had inquiries says nothing of them, and nothing is made up for it.
  const rows = reports.map(({ period, inquiries }) => [
    monthIn(language, period),
    ...kinds.map((kind) =>
      inquiries ? number(language, inquiries.items.filter((one) => one.kind === kind).length) : '–',
    ),
    inquiries ? number(language, inquiries.count) : '–',
  ]);
  return [
    {
      ...{ title: say('desk'), lines: [], bars: [], note: say('deskNote') },
      table: { head, rows, figuresFrom: 1, widths: [3, 2, 2, 2, 2] },
    },
  ];
}

function settings(language: Language, reports: readonly Report[]): Slide[] {
  const say = (key: string, facts = {}) => phrase(language, `deck.${key}` as PhraseKey, facts);
  const last = reports.at(-1)!;
  const { policies, hostsWithoutPolicy, hosts } = last.settings;
  const changed = sumOf(reports.map(({ unannounced }) => unannounced?.count ?? 0));
  const lines = [
    say('settingsHosts', { count: hosts.length, month: monthIn(language, last.period) }),
    ...(hostsWithoutPolicy.length > 0 ? [say('withoutPolicy', { count: hostsWithoutPolicy.length })] : []),
    say('unannounced', { count: changed }),
  ];
  const rows = policies.map((policy) => [
    cut(policy.name, 60),
    String(policy.version),
    number(language, policy.hosts.length),
  ]);
  const head = [say('policy'), say('version'), say('hosts')];
  return [
    text(say('settings'), lines),
    ...(rows.length > 0 ? pages(say('policies'), { head, rows, figuresFrom: 1, widths: [6, 2, 2] }) : []),
  ];
}

/** What follows from how the last month stood at its end; no more is made up. */
function nextOf(language: Language, last: Report): string[] {
  const say = (key: string, facts = {}) => phrase(language, `deck.${key}` as PhraseKey, facts);
  const open = last.alertsByState.open + last.alertsByState.acknowledged;
  const working = (last.incidents?.items ?? []).filter(({ state }) => state !== 'closed').length;
  const silent = last.settings.hosts.filter(({ liveness }) => liveness === 'silent').length;
  const behind = last.settings.policies.filter(({ version, latestVersion }) => version < latestVersion).length;
  const found = [
    ...(open > 0 ? [say('next.alerts', { count: open })] : []),
    ...(working > 0 ? [say('next.incidents', { count: working })] : []),
    ...(silent > 0 ? [say('next.silent', { count: silent })] : []),
    ...(behind > 0 ? [say('next.policies', { count: behind })] : []),
    ...(last.settings.hostsWithoutPolicy.length > 0
      ? [say('next.unprotected', { count: last.settings.hostsWithoutPolicy.length })]
      : []),
  ];
  return [...(found.length > 0 ? found : [say('next.none')]), say('next.questions')];
}
