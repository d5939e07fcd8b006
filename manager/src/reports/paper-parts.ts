import { type Language, phrase, phraseOr, type Report } from '@sakimori/contract';
import { changesOf, requestsOf } from './advice.ts';
import { attackRows, meanHead, meanSentence, partsOf, trendRows } from './attack-wording.ts';
import { chartOf } from './paper-chart.ts';
import {
  inquiriesSentence,
  inquiryRows,
  moreInquiries,
  mountRows,
  policyRows,
  serviceRows,
} from './settings-wording.ts';
import { colourOfSeverity } from './wording.ts';

/** So many inquiries and changes are printed; the rest is counted. */
const inquiriesMax = 200;

/** Summary in words, attack report, sections by module, settings and inquiries, as the template takes them. */
export function partsOnPaper(language: Language, report: Report): Record<string, unknown> {
  const trend = trendRows(language, report);
  const comma = phrase(language, 'report.comma');
  return {
    changed: changesOf(language, report),
    requests: requestsOf(language, report),
    attack: attackRows(language, report).map((row) => ({ ...row, colour: row.colour ?? null })),
    meanHead: report.former?.length ? meanHead(language, report) : null,
    trend: {
      sentence: meanSentence(language, report, ({ total }) => total),
      rows: trend,
      most: Math.max(1, ...trend.map(({ count }) => count)),
    },
    parts: partsOf(language, report).map((part) => ({
      ...part,
      chart: chartOf(
        language,
        report.byDay.map(({ day }, index) => {
          const { count } = part.days[index]!;
          return { day, count, parts: [{ colour: part.colour, count }] };
        }),
      ),
      rules: part.rules.map((rule) => ({
        ...rule,
        severity: { name: phraseOr(language, 'severity', rule.severity), colour: colourOfSeverity[rule.severity] },
      })),
    })),
    policies: policyRows(language, report).map((row) => ({
      ...row,
      note: row.note ?? null,
      hosts: row.hosts.join(comma),
      count: phrase(language, 'report.policyHosts', { count: row.hosts.length }),
    })),
    services: serviceRows(language, report).map((row) => ({ ...row, note: row.note ?? null })),
    mounts: mountRows(report),
    inquiries: report.inquiries
      ? inquiryRows(language, report, inquiriesMax).map((row) => ({ ...row, outcome: row.outcome ?? null }))
      : null,
    inquiriesSentence: inquiriesSentence(language, report) ?? null,
    moreInquiries: moreInquiries(language, report, inquiriesMax) ?? null,
    addressees: (report.addressees ?? []).map(({ name, reading }) => rubyOf(language, name, reading)),
  };
}

/** A name in parts, each with its reading where it is written in another script; in English the name alone. */
export function rubyOf(
  language: Language,
  name: string,
  reading: string | undefined,
): { before: string; parts: { base: string; ruby: string }[]; after: string } {
  const [before = '', after = ''] = phrase(language, 'report.addressee', { name: '\u0001' }).split('\u0001');
  const split = (text: string) => text.split(/[\s\u3000]+/).filter((part) => part !== '');
  const bases = split(name);
  const readings = split(reading ?? '');
  const isAsked = language === 'ja' && readings.length > 0 && reading !== name;
  if (!isAsked) return { before, after, parts: bases.map((base) => ({ base, ruby: '' })) };
  if (bases.length !== readings.length) return { before, after, parts: [{ base: name, ruby: readings.join(' ') }] };
  return { before, after, parts: bases.map((base, index) => ({ base, ruby: readings[index]! })) };
}
