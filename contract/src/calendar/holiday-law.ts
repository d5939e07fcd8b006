import { autumnalEquinoxDay, vernalEquinoxDay } from './equinox.ts';

/**
 * National holidays of Japan by the Act on National Holidays (国民の祝日に関する法律, 1948) and its amendments, as data: what was in force in
 * which year. Names are phrase keys below `holiday.`. Checked against the Cabinet Office's list as `@holiday-jp/holiday_jp` carries it
 * (decision 0022).
 */
export type HolidayId =
  | 'newYear'
  | 'comingOfAge'
  | 'foundation'
  | 'emperorsBirthday'
  | 'vernalEquinox'
  | 'showa'
  | 'greenery'
  | 'constitution'
  | 'children'
  | 'marine'
  | 'mountain'
  | 'respectForTheAged'
  | 'autumnalEquinox'
  | 'healthAndSports'
  | 'sports'
  | 'culture'
  | 'labourThanksgiving'
  | 'wedding'
  | 'funeral'
  | 'accession'
  | 'enthronement'
  | 'substitute'
  | 'between';
export type Holiday = { readonly date: string; readonly id: HolidayId };

/** Years whose holidays are known: the Cabinet Office's list begins in 1955, and the formula of the equinoxes holds until 2099. */
export const knownYears = { first: 1955, last: 2099 } as const;

/** The last year whose holidays were announced when this was written; the year's equinoxes are announced in February of the year before. */
export const announcedUntil = 2027;

type On = (year: number) => { readonly month: number; readonly day: number };
type Rule = { readonly id: HolidayId; readonly from: number; readonly to: number; readonly on: On };

const fixed =
  (month: number, day: number): On =>
  () => ({ month, day });
const monday =
  (month: number, nth: number): On =>
  (year) => {
    const first = Temporal.PlainDate.from({ year, month, day: 1 }).dayOfWeek;
    return { month, day: 1 + ((8 - first) % 7) + 7 * (nth - 1) };
  };
/** Moved in the two years of the Olympic Games (special measures act, 2018 and 2020). */
const moved =
  (usual: On, games: Readonly<Record<number, readonly [month: number, day: number]>>): On =>
  (year) => {
    const there = games[year];
    return there ? { month: there[0], day: there[1] } : usual(year);
  };
const rule = (id: HolidayId, on: On, from: number = knownYears.first, to: number = knownYears.last): Rule => ({
  ...{ id, from, to, on },
});

const rules: readonly Rule[] = [
  rule('newYear', fixed(1, 1)),
  rule('comingOfAge', fixed(1, 15), 1955, 1999),
  rule('comingOfAge', monday(1, 2), 2000),
  rule('foundation', fixed(2, 11), 1967),
  rule('emperorsBirthday', fixed(4, 29), 1955, 1988),
  rule('emperorsBirthday', fixed(12, 23), 1989, 2018),
  rule('emperorsBirthday', fixed(2, 23), 2020),
  rule('vernalEquinox', (year) => ({ month: 3, day: vernalEquinoxDay(year) })),
  rule('greenery', fixed(4, 29), 1989, 2006),
  rule('showa', fixed(4, 29), 2007),
  rule('constitution', fixed(5, 3)),
  rule('greenery', fixed(5, 4), 2007),
  rule('children', fixed(5, 5)),
  rule('marine', fixed(7, 20), 1996, 2002),
  rule('marine', moved(monday(7, 3), { 2020: [7, 23], 2021: [7, 22] }), 2003),
  rule('mountain', moved(fixed(8, 11), { 2020: [8, 10], 2021: [8, 8] }), 2016),
  rule('respectForTheAged', fixed(9, 15), 1966, 2002),
  rule('respectForTheAged', monday(9, 3), 2003),
  rule('autumnalEquinox', (year) => ({ month: 9, day: autumnalEquinoxDay(year) })),
  rule('healthAndSports', fixed(10, 10), 1966, 1999),
  rule('healthAndSports', monday(10, 2), 2000, 2019),
  rule('sports', moved(monday(10, 2), { 2020: [7, 24], 2021: [7, 23] }), 2020),
  rule('culture', fixed(11, 3)),
  rule('labourThanksgiving', fixed(11, 23)),
  // Holidays of one day, each by an act of its own.
  rule('wedding', fixed(4, 10), 1959, 1959),
  rule('funeral', fixed(2, 24), 1989, 1989),
  rule('enthronement', fixed(11, 12), 1990, 1990),
  rule('wedding', fixed(6, 9), 1993, 1993),
  rule('accession', fixed(5, 1), 2019, 2019),
  rule('enthronement', fixed(10, 22), 2019, 2019),
];

/** Article 3 (2), in force since 1973-04-12, and article 3 (3), since 1985-12-27. Both were widened on 2007-01-01. */
const substituteFrom = '1973-04-12';
const betweenFrom = '1985-12-27';
const widenedIn = 2007;

/** Holidays of a year in order of their days. @param year within `knownYears` */
export function holidaysOf(year: number): Holiday[] {
  const named = new Map<string, HolidayId>();
  for (const { id, from, to, on } of rules)
    if (year >= from && year <= to) named.set(Temporal.PlainDate.from({ year, ...on(year) }).toString(), id);
  const all = new Map(named);
  for (const date of named.keys()) {
    const substitute = substituteFor(date, year, named);
    if (substitute && substitute >= substituteFrom) all.set(substitute, 'substitute');
  }
  for (const date of named.keys()) {
    const between = Temporal.PlainDate.from(date).add({ days: 1 });
    const isBetween = named.has(between.add({ days: 1 }).toString()) && !all.has(between.toString());
    // Until 2006 a Sunday was no "day between": it was free already.
    const counts = between.dayOfWeek !== 7 || year >= widenedIn;
    if (isBetween && counts && between.toString() >= betweenFrom) all.set(between.toString(), 'between');
  }
  return [...all].map(([date, id]) => ({ date, id })).sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** A holiday that falls on a Sunday frees the next day; since 2007 the next day that is no named holiday itself. */
function substituteFor(date: string, year: number, named: ReadonlyMap<string, HolidayId>): string | undefined {
  let day = Temporal.PlainDate.from(date);
  if (day.dayOfWeek !== 7) return undefined;
  day = day.add({ days: 1 });
  if (year < widenedIn) return named.has(day.toString()) ? undefined : day.toString();
  while (named.has(day.toString())) day = day.add({ days: 1 });
  return day.toString();
}
