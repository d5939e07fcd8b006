import { Refusal, timeZone } from '@sakimori/contract';

export type PeriodKind = 'weekly' | 'monthly';

/**
 * A **period** that a report covers: half-open, in Asia/Tokyo. A week runs from Monday 00:00 to the next Monday 00:00 and is named by ISO 8601
 * (`2026-W47`, S79); a month runs from the 1st 00:00 to the next 1st 00:00 (`2026-11`, S85). An instant belongs to exactly one period of a kind.
 */
export type Period = {
  readonly kind: PeriodKind;
  readonly period: string;
  /** The first instant that belongs to it. */
  readonly from: Date;
  /** The first instant that no longer belongs to it. */
  readonly to: Date;
  /** Its days in order: `2026-11-23`. */
  readonly days: readonly string[];
  /** Name of the period of the same kind just before. */
  readonly previous: string;
};

const expected = '2026-W47 / 2026-11';

/** Outside these years nobody has detections, and four digits stay four digits on both sides of every edge. */
const firstYear = 2000;
const lastYear = 2199;

/**
 * @param period `2026-W47` or `2026-11`
 * @throws Refusal `period_invalid` for anything else: a 13th month, a 53rd week in a year of 52, a year before 2000 or after 2199
 */
export function periodOf(period: string): Period {
  const week = /^(\d{4})-W(\d{2})$/.exec(period);
  const month = /^(\d{4})-(\d{2})$/.exec(period);
  const first = week
    ? mondayOf(Number(week[1]), Number(week[2]))
    : month
      ? firstOf(Number(month[1]), Number(month[2]))
      : undefined;
  if (!first) throw new Refusal('period_invalid', { expected });
  return periodFrom(week ? 'weekly' : 'monthly', first);
}

/** The period of a kind that an instant falls into. */
export function periodAt(kind: PeriodKind, at: Date): Period {
  const day = at.toTemporalInstant().toZonedDateTimeISO(timeZone).toPlainDate();
  return periodFrom(kind, kind === 'weekly' ? day.subtract({ days: day.dayOfWeek - 1 }) : day.with({ day: 1 }));
}

function mondayOf(year: number, week: number): Temporal.PlainDate | undefined {
  if (year < firstYear || year > lastYear) return undefined;
  // ISO 8601: 4 January is always in week 1.
  const fourth = Temporal.PlainDate.from({ year, month: 1, day: 4 });
  const monday = fourth.subtract({ days: fourth.dayOfWeek - 1 }).add({ weeks: week - 1 });
  return monday.yearOfWeek === year && monday.weekOfYear === week ? monday : undefined;
}

function firstOf(year: number, month: number): Temporal.PlainDate | undefined {
  if (year < firstYear || year > lastYear || month < 1 || month > 12) return undefined;
  return Temporal.PlainDate.from({ year, month, day: 1 });
}

function periodFrom(kind: PeriodKind, first: Temporal.PlainDate): Period {
  const step = kind === 'weekly' ? { weeks: 1 } : { months: 1 };
  const next = first.add(step);
  const count = first.until(next, { largestUnit: 'days' }).days;
  return {
    kind,
    period: nameOf(kind, first),
    from: startOf(first),
    to: startOf(next),
    days: Array.from({ length: count }, (_, index) => first.add({ days: index }).toString()),
    previous: nameOf(kind, first.subtract(step)),
  };
}

const nameOf = (kind: PeriodKind, first: Temporal.PlainDate): string =>
  kind === 'weekly'
    ? `${first.yearOfWeek}-W${String(first.weekOfYear).padStart(2, '0')}`
    : first.toPlainYearMonth().toString();

const startOf = (day: Temporal.PlainDate): Date => new Date(day.toZonedDateTime(timeZone).epochMilliseconds);
