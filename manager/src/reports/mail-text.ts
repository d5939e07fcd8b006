import { type PhraseKey, phrase, phraseOr } from '@sakimori/contract';
import { requestsOf } from './advice.ts';
import { attackRows, meanSentence, partsOf, trendRows } from './attack-wording.ts';
import { providerLines, providerNameIn, termsIn } from './identity.ts';
import type { LetterParts } from './mail-html.ts';
import { alertsMax, changesMax, hostsMax, moreAlerts, moreHosts, rulesMax } from './mail-tables.ts';
import { printable } from './printable.ts';
import {
  alertHeadline,
  containedRows,
  countText,
  dayLabel,
  earlyNote,
  incidentRows,
  longPeriod,
  moment,
  moreContained,
  moreIncidents,
  moreUnannounced,
  shortMoment,
  stateName,
  summarize,
  topRuleName,
  unannouncedRows,
} from './wording.ts';

/** The mail for those who read plain text: the same figures as lists, because columns do not line up in proportional Japanese fonts. */
export function weeklyText(parts: LetterParts): string {
  return join([...opening(parts), ...tables(parts), ...closing(parts)]);
}
export const monthlyText = (parts: LetterParts): string =>
  join([...opening(parts), ...incidents(parts), ...contained(parts), ...unannounced(parts), ...closing(parts)]);

const join = (blocks: readonly (string | undefined)[]): string =>
  `${blocks.filter((block) => block !== undefined).join('\n\n')}\n`;

function opening({ language, report, greeting, opening }: LetterParts): (string | undefined)[] {
  return [
    greeting,
    opening,
    pairs(language, [
      ['report.column.account', `${printable(report.customerName)} / ${printable(report.accountName)}`],
      ['report.column.period', longPeriod(language, report)],
    ]),
    earlyNote(language, report),
    block(language, 'report.section.summary', summarize(language, report)),
    block(
      language,
      'report.section.todo',
      requestsOf(language, report).map((sentence) => `・${printable(sentence)}`),
    ),
  ];
}

function tables({ language, report }: LetterParts): string[] {
  const line = (label: string, value: string) => `・${phrase(language, 'report.pair', { label, value })}`;
  const count = (value: number) => countText(language, value);
  return [
    ...attack({ language, report }),
    block(
      language,
      'report.section.severities',
      report.bySeverity.map((row) => line(phrase(language, `severity.${row.severity}`), count(row.count))),
    ),
    block(
      language,
      'report.section.days',
      report.byDay.map((row) => line(dayLabel(language, row.day), count(row.count))),
    ),
    block(
      language,
      'report.section.rules',
      report.topRules
        .slice(0, rulesMax)
        .map((row) => line(`${topRuleName(language, row)} [${printable(row.ruleId)}]`, count(row.count))),
      phrase(language, 'report.noRules'),
    ),
    block(language, 'report.section.alerts', alertLines(language, report), phrase(language, 'report.noAlerts')),
    block(language, 'report.section.hosts', hostLines(language, report), phrase(language, 'report.noHosts')),
  ];
}

type Part = Pick<LetterParts, 'language' | 'report'>;

/** The attack report, its trend, and the sections by module (S80). */
function attack({ language, report }: Part): string[] {
  const line = (label: string, value: string) => `・${phrase(language, 'report.pair', { label, value })}`;
  const split = (row: { detected: string; prevented: string; ratio: string }) =>
    (['detected', 'prevented', 'ratio'] as const)
      .map((column) => `${phrase(language, `report.column.${column}`)} ${row[column]}`)
      .join(' / ');
  const detail = (row: { total: string; detected: string; prevented: string; ratio: string }) =>
    phrase(language, 'report.withDetail', { text: row.total, detail: split(row) });
  const trend = trendRows(language, report).map((row) => line(row.name, detail(row)));
  const parts = partsOf(language, report).map((part) =>
    titled(language, part.name, [
      part.sums,
      part.mean,
      ...(part.count === 0
        ? []
        : [
            ...part.days.map((day) => line(day.name, day.text)),
            phrase(language, 'report.part.rules'),
            ...part.rules.map((rule) => line(`${rule.name} [${printable(rule.id)}]`, rule.count)),
            phrase(language, 'report.part.hosts'),
            ...part.hosts.map((host) => line(printable(host.name), host.text)),
          ]),
    ]),
  );
  return [
    block(
      language,
      'report.section.attack',
      attackRows(language, report).map((row) => line(row.name, detail(row))),
    ),
    ...(report.former
      ? [
          block(language, `report.section.trend.${report.kind}`, [
            meanSentence(language, report, ({ total }) => total),
            ...trend,
          ]),
        ]
      : []),
    ...parts,
  ];
}

function alertLines(language: Part['language'], report: Part['report']): string[] {
  const lines = report.alerts.slice(0, alertsMax).map((alert) => {
    const severity = phraseOr(language, 'severity', alert.severity);
    return `・#${alert.number} ${shortMoment(language, alert.openedAt)} [${severity}] ${printable(alert.hostName)} ${stateName(language, alert)}\n  ${alertHeadline(language, alert)}`;
  });
  const more = moreAlerts(language, report);
  return more ? [...lines, more] : lines;
}

function hostLines(language: Part['language'], report: Part['report']): string[] {
  const lines = report.byHost
    .slice(0, hostsMax)
    .map(
      (row) =>
        `・${phrase(language, 'report.pair', { label: printable(row.hostName), value: countText(language, row.count) })}`,
    );
  const more = moreHosts(language, report);
  return more ? [...lines, more] : lines;
}

function incidents({ language, report }: LetterParts): string[] {
  if (!report.incidents) return [];
  const lines = incidentRows(language, report, changesMax).map(({ number, at, content, hosts, done, state }) => {
    const told =
      done.length > 0 ? done.map((one) => `${one.at} ${one.text}`) : [phrase(language, 'report.nothingTold')];
    const head = `・#${number} ${at} ${printable(content)}\n  ${printable(hosts)} ${state}`;
    return [head, ...told.map((line) => `  - ${printable(line)}`)].join('\n');
  });
  const more = moreIncidents(language, report, changesMax);
  const note = phrase(language, 'report.incidentsNote');
  return [block(language, 'report.section.cases', more ? [...lines, more] : lines, note), note];
}

function contained({ language, report }: LetterParts): string[] {
  if (!report.contained) return [];
  const lines = containedRows(language, report, changesMax).map(
    ({ at, host, measure, consent, state }) =>
      `・${at} ${printable(host)} ${printable(measure)}\n  ${printable(consent)} ${state}`,
  );
  const more = moreContained(language, report, changesMax);
  const note = phrase(language, 'report.containedNote');
  return [block(language, 'report.section.contained', more ? [...lines, more] : lines, note), note];
}

function unannounced({ language, report }: LetterParts): string[] {
  if (!report.unannounced) return [];
  const lines = unannouncedRows(language, report, changesMax).map(
    ({ component, change, seenAt, hosts }) =>
      `・${seenAt} ${printable(component)} ${printable(change)}\n  ${printable(hosts)}`,
  );
  const more = moreUnannounced(language, report, changesMax);
  const all = more ? [...lines, more] : lines;
  const note = phrase(language, 'report.unannouncedNote');
  return [block(language, 'report.section.unannounced', all, phrase(language, 'report.noUnannounced')), note];
}

function closing({ language, report }: LetterParts): string[] {
  const terms = termsIn(language, report);
  const contacts = providerLines(language, report);
  return [
    '----------------------------------------',
    phrase(language, 'report.stance'),
    phrase(language, 'report.contact'),
    pairs(language, [
      ['report.column.provider', providerNameIn(language, report)],
      ['report.column.composedAt', moment(language, report.composedAt)],
    ]),
    ...(terms ? [[terms.heading, ...terms.clauses].join('\n')] : []),
    ...(contacts.length > 0 ? [`-- \n${[providerNameIn(language, report), ...contacts].join('\n')}`] : []),
  ];
}

const pairs = (language: Part['language'], rows: readonly (readonly [PhraseKey, string])[]): string =>
  rows.map(([label, value]) => phrase(language, 'report.pair', { label: phrase(language, label), value })).join('\n');

const block = (language: Part['language'], title: PhraseKey, lines: readonly string[], empty = ''): string =>
  titled(language, phrase(language, title), lines.length > 0 ? lines : [empty]);

const titled = (language: Part['language'], title: string, lines: readonly string[]): string =>
  [language === 'ja' ? `■ ${title}` : title.toUpperCase(), ...lines].join('\n');
