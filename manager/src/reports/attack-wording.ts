import { type Language, type PhraseFacts, phrase, type Report, reportedModules } from '@sakimori/contract';
import { periodOf } from '../calendar/index.ts';
import { colourOfModule, countText, dayLabel, moduleName, preventedOf, topRuleName } from './wording.ts';

/** What every rendering says alike of the attack report, of its trend, and of the sections by module (S80). */

type Sums = { readonly detected: number; readonly prevented: number; readonly total: number };

/** `50.0%`, cut so that it never reads more than it is; every one of them in words, and a dash of none. */
export function ratioText(language: Language, { prevented, total }: Sums): string {
  if (total === 0) return phrase(language, 'report.ratio.none');
  if (prevented === total) return phrase(language, 'report.ratio.all');
  const tenths = Math.floor((prevented * 1000) / total);
  return phrase(language, 'report.ratio.part', { percent: `${Math.floor(tenths / 10)}.${tenths % 10}` });
}

const meanOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0) / counts.length;

/** With one decimal where it is not whole: `141`, `1,141.3`. */
const decimal = (language: Language, value: number): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);

type AttackRow = {
  readonly name: string;
  readonly colour?: string;
  readonly count: number;
  readonly detected: string;
  readonly prevented: string;
  readonly total: string;
  readonly ratio: string;
  /** Of the periods before; a dash where there are none. */
  readonly mean: string;
};

/** The six modules, the system's own detections only where there are any, and their sum as the last row. */
export function attackRows(language: Language, report: Report): AttackRow[] {
  const former = report.former ?? [];
  const row = (name: string, sums: Sums, before: readonly number[], colour?: string): AttackRow => ({
    ...{ name, count: sums.total, ratio: ratioText(language, sums) },
    ...(colour ? { colour } : {}),
    detected: countText(language, sums.detected),
    prevented: countText(language, sums.prevented),
    total: countText(language, sums.total),
    mean:
      before.length === 0
        ? phrase(language, 'report.ratio.none')
        : phrase(language, 'report.mean', { mean: decimal(language, meanOf(before)) }),
  });
  const before = (module: string) =>
    former.map(({ byModule }) => byModule.find((one) => one.module === module)?.total ?? 0);
  return [
    ...report.byModule
      .filter(({ module, total }) => module !== 'system' || total > 0 || before(module).some((count) => count > 0))
      .map((one) => row(moduleName(language, one.module), one, before(one.module), colourOfModule[one.module]!)),
    row(
      phrase(language, 'report.column.total'),
      sumsOf(report),
      former.map(({ total }) => total),
    ),
  ];
}

const sumsOf = (report: Report): Sums => {
  const prevented = preventedOf(report);
  return { detected: report.total - prevented, prevented, total: report.total };
};

/** Head of the column of means: of how many periods they are. */
export const meanHead = (language: Language, { kind, former }: Report): string =>
  phrase(language, `report.column.mean.${kind}`, { periods: former?.length ?? 0 });

export type TrendRow = {
  readonly name: string;
  readonly count: number;
  readonly detected: string;
  readonly prevented: string;
  readonly total: string;
  readonly ratio: string;
  readonly parts: { readonly colour: string; readonly count: number }[];
  readonly isCurrent: boolean;
};

/** The periods before, each with its figures, and this one as the last. None where there is nothing to compare with. */
export function trendRows(language: Language, report: Report): TrendRow[] {
  const former = report.former ?? [];
  if (former.length === 0) return [];
  const row = (name: string, sums: Sums, byModule: Report['byModule'], isCurrent: boolean): TrendRow => ({
    ...{ name, count: sums.total, isCurrent, ratio: ratioText(language, sums) },
    detected: countText(language, sums.detected),
    prevented: countText(language, sums.prevented),
    total: countText(language, sums.total),
    parts: byModule.map(({ module, total }) => ({ colour: colourOfModule[module]!, count: total })),
  });
  return [
    ...former.map((one) => row(spanLabel(language, one.period), one, one.byModule, false)),
    row(phrase(language, `report.current.${report.kind}`), sumsOf(report), report.byModule, true),
  ];
}

/** `11/9(月)～11/15(日)`, `2026年10月` */
function spanLabel(language: Language, name: string): string {
  const { kind, days } = periodOf(name);
  if (kind === 'monthly')
    return new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', {
      ...{ year: 'numeric', month: language === 'ja' ? 'long' : 'short', timeZone: 'UTC' },
    } as const).format(new Date(`${days[0]}T00:00:00Z`));
  const [from, to] = [dayLabel(language, days[0]!), dayLabel(language, days.at(-1)!)];
  return phrase(language, 'report.period.range', { from, to });
}

/** The period against the mean of those before, in words. */
export function meanSentence(
  language: Language,
  report: Report,
  of: (figures: Pick<Report, 'byModule' | 'total'>) => number,
): string {
  const former = report.former ?? [];
  if (former.length === 0) return phrase(language, 'report.trend.none');
  const mean = meanOf(former.map(of));
  const total = of(report);
  const facts: PhraseFacts = {
    periods: former.length,
    mean: decimal(language, mean),
    difference: decimal(language, Math.abs(total - mean)),
    trend: total > mean ? 'more' : total < mean ? 'fewer' : 'same',
  };
  return phrase(language, `report.trend.mean.${report.kind}`, facts);
}

export type PartText = {
  readonly name: string;
  readonly colour: string;
  readonly count: number;
  /** The sums, and how they compare, in words. */
  readonly sums: string;
  readonly mean: string;
  readonly days: { readonly name: string; readonly count: number; readonly text: string }[];
  readonly rules: { readonly name: string; readonly id: string; readonly severity: string; readonly count: string }[];
  readonly hosts: { readonly name: string; readonly count: number; readonly text: string }[];
};

/** Web reputation, firewall, and intrusion prevention and detection: each always there, in this order (S80). */
export function partsOf(language: Language, report: Report): PartText[] {
  if (!report.sections) return [];
  return reportedModules.map((module) => {
    const section = report.sections?.find((one) => one.module === module);
    const sums = report.byModule.find((one) => one.module === module) ?? { detected: 0, prevented: 0, total: 0 };
    return {
      ...{ name: moduleName(language, module), colour: colourOfModule[module]!, count: sums.total },
      sums:
        sums.total === 0
          ? phrase(language, 'report.part.zero')
          : phrase(language, 'report.part.sums', {
              detected: countText(language, sums.detected),
              prevented: countText(language, sums.prevented),
              total: countText(language, sums.total),
              ratio: ratioText(language, sums),
            }),
      mean: meanSentence(language, report, ({ byModule }) => byModule.find((one) => one.module === module)?.total ?? 0),
      days: report.byDay.map((day) => {
        const count = day.byModule[module] ?? 0;
        return { name: dayLabel(language, day.day), count, text: countText(language, count) };
      }),
      rules: (section?.rules ?? []).map((rule) => ({
        ...{ name: topRuleName(language, rule), id: rule.ruleId, severity: rule.severity },
        count: countText(language, rule.count),
      })),
      hosts: (section?.hosts ?? []).map(({ hostName, count }) => ({
        ...{ name: hostName, count, text: countText(language, count) },
      })),
    };
  });
}
