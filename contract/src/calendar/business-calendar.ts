import { type CalendarOverride, type Day, type DayKind, isBusinessKind } from '../calendar.ts';
import { Refusal } from '../errors.ts';
import { phrase } from '../phrase.ts';
import { announcedUntil, type HolidayId, holidaysOf, knownYears } from './holiday-law.ts';
import { type ServiceTimes, secondEdition } from './service-times.ts';

/** Holidays from a list that somebody publishes. For the years it covers it stands in the place of the law's rules. */
export type HolidayList = {
  readonly firstYear: number;
  readonly lastYear: number;
  readonly days: readonly { readonly date: string; readonly name: string }[];
};

/** What a calendar is made of beside the law and the edition: it fits into one row, and is never changed once a deadline names its version. */
export type CalendarData = {
  /** `builtin-1+p3+a2`; the calendar's own version has the edition behind it: `builtin-1+p3+a2@2`. */
  readonly version: string;
  readonly holidays?: HolidayList | undefined;
  /** In the order in which they were made: of two that name one day the later stands, and an account's stands over the provider's. */
  readonly overrides: readonly CalendarOverride[];
};

/** The calendar of a system that was told nothing: the law's rules. The number changes when the rules in this code do. */
export const builtIn: CalendarData = { version: 'builtin-1', overrides: [] };

/**
 * **Business days** (営業日, S53): Monday to Friday without national holidays and the year-end closing, as the provider overrode them.
 * Days are days of Japan.
 */
export type BusinessCalendar = {
  readonly version: string;
  readonly times: ServiceTimes;
  /** The last year whose holidays were announced. Days after it follow from the law, and say that they are provisional. */
  readonly announcedUntil: number;
  /** @throws Refusal `date_out_of_range` outside the known years */
  readonly dayOf: (date: Temporal.PlainDate) => Day;
};

export const knownDays = {
  first: Temporal.PlainDate.from({ year: knownYears.first, month: 1, day: 1 }),
  last: Temporal.PlainDate.from({ year: knownYears.last, month: 12, day: 31 }),
};

type Named = Pick<Day, 'name'>;

export function makeCalendar(data: CalendarData = builtIn, times: ServiceTimes = secondEdition): BusinessCalendar {
  const years = new Map<number, ReadonlyMap<string, Named>>();
  const overrides = spread(data.overrides);
  const announced = Math.max(announcedUntil, data.holidays?.lastYear ?? 0);
  const holidays = (year: number): ReadonlyMap<string, Named> => {
    let found = years.get(year);
    if (!found) {
      found = namesOf(year, data.holidays);
      years.set(year, found);
    }
    return found;
  };
  return {
    version: `${data.version}@${times.edition}`,
    times,
    announcedUntil: announced,
    dayOf(date) {
      if (date.year < knownYears.first || date.year > knownYears.last)
        throw new Refusal('date_out_of_range', { date: String(date), ...rangeFacts });
      const text = date.toString();
      const holiday = holidays(date.year).get(text);
      const override = overrides.get(text);
      return {
        date: text,
        weekday: date.dayOfWeek,
        kind: kindOf(date, { isHoliday: holiday !== undefined, override, times }),
        ...(times.hasNationalHolidays ? holiday : {}),
        ...(override ? { reason: override.reason } : {}),
        isProvisional: date.year > announced,
      };
    },
  };
}

const rangeFacts = { first: `${knownYears.first}-01-01`, last: `${knownYears.last}-12-31` } as const;

function kindOf(
  date: Temporal.PlainDate,
  what: { isHoliday: boolean; override: CalendarOverride | undefined; times: ServiceTimes },
): DayKind {
  if (what.override) return what.override.effect;
  if (what.isHoliday && what.times.hasNationalHolidays) return 'holiday';
  if (isYearEnd(date, what.times)) return 'year-end';
  return what.times.weekdays.includes(date.dayOfWeek) ? 'business' : 'weekend';
}

/** The closing runs over New Year: its last day comes before its first one in the year. */
function isYearEnd(date: Temporal.PlainDate, { yearEnd }: ServiceTimes): boolean {
  if (!yearEnd) return false;
  const { from, to } = yearEnd;
  const day = date.toString().slice(5);
  return from <= to ? day >= from && day <= to : day >= from || day <= to;
}

/** Holidays of a year: those of the list where it covers the year, in the law's words where it knows the day. */
function namesOf(year: number, list: HolidayList | undefined): ReadonlyMap<string, Named> {
  const lawful = new Map<string, Named>(holidaysOf(year).map(({ date, id }) => [date, { name: nameOf(id) }]));
  if (!list || year < list.firstYear || year > list.lastYear) return lawful;
  const listed = list.days.filter(({ date }) => date.startsWith(`${year}-`));
  return new Map(listed.map(({ date, name }) => [date, lawful.get(date) ?? { name: { ja: name, en: name } }]));
}

export const nameOf = (id: HolidayId): { ja: string; en: string } => ({
  ja: phrase('ja', `holiday.${id}`),
  en: phrase('en', `holiday.${id}`),
});

function spread(overrides: readonly CalendarOverride[]): ReadonlyMap<string, CalendarOverride> {
  const days = new Map<string, CalendarOverride>();
  const byScope = [...overrides].sort((a, b) => Number(a.scope === 'account') - Number(b.scope === 'account'));
  for (const override of byScope)
    for (const date of datesBetween(override.from, override.to)) days.set(date.toString(), override);
  return days;
}

/** Every day from the first to the last, both included. */
export function* datesBetween(from: string, to: string): Generator<Temporal.PlainDate> {
  const last = Temporal.PlainDate.from(to);
  let date = Temporal.PlainDate.from(from);
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) yield date;
}

/** Days in order, both ends included. @throws Refusal `date_out_of_range` */
export const listDays = (calendar: BusinessCalendar, from: string, to: string): Day[] =>
  [...datesBetween(from, to)].map((date) => calendar.dayOf(date));

export const isBusinessDay = (calendar: BusinessCalendar, date: Temporal.PlainDate): boolean =>
  isBusinessKind(calendar.dayOf(date).kind);

/** A closing can be long, but not this long: beyond it a deadline is a fault of the calendar. */
const closingDaysMax = 400;

/** The first business day after a day, or before it. @throws Refusal `date_out_of_range`, `no_business_day` */
export function businessDayAfter(calendar: BusinessCalendar, date: Temporal.PlainDate): Temporal.PlainDate {
  return seek(calendar, date, 1);
}
/** @throws Refusal `date_out_of_range`, `no_business_day` */
export function businessDayBefore(calendar: BusinessCalendar, date: Temporal.PlainDate): Temporal.PlainDate {
  return seek(calendar, date, -1);
}

function seek(calendar: BusinessCalendar, from: Temporal.PlainDate, step: 1 | -1): Temporal.PlainDate {
  for (let days = 1; days <= closingDaysMax; days++) {
    const date = from.add({ days: days * step });
    if (isBusinessDay(calendar, date)) return date;
  }
  throw new Refusal('no_business_day', { date: from.toString(), days: closingDaysMax });
}

/** @param count business days to go on from `date`, which itself is not counted; negative goes back; 0 gives `date` itself */
export function addBusinessDays(
  calendar: BusinessCalendar,
  date: Temporal.PlainDate,
  count: number,
): Temporal.PlainDate {
  let day = date;
  for (let left = Math.abs(count); left > 0; left--) day = seek(calendar, day, count > 0 ? 1 : -1);
  return day;
}

/** Business days in `[from, to)`. */
export function countBusinessDays(
  calendar: BusinessCalendar,
  from: Temporal.PlainDate,
  to: Temporal.PlainDate,
): number {
  let count = 0;
  for (let day = from; Temporal.PlainDate.compare(day, to) < 0; day = day.add({ days: 1 }))
    if (isBusinessDay(calendar, day)) count++;
  return count;
}
