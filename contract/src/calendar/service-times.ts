import type { Edition } from '../edition.ts';

/**
 * What an edition of the service specification says about time. Everything in the calendar takes it as a value, so that two customers may
 * stand on two editions at once (S103).
 */
export type ServiceTimes = {
  /** Id of the edition; part of the version that a deadline keeps. */
  readonly edition: string;
  /** Days of the week that are business days; 1 is Monday. */
  readonly weekdays: readonly number[];
  readonly hasNationalHolidays: boolean;
  /** First and last day of the year-end closing, `MM-DD` (S53). */
  readonly yearEnd: { readonly from: string; readonly to: string } | undefined;
  /** Reception, half-open: at `closes` it is closed (S51). `closes` may be `24:00`. */
  readonly opens: string;
  readonly closes: string;
  readonly firstAnswer: {
    readonly days: number;
    /** S50 leaves it open; as in Civil Code article 140, the first day is not counted. */
    readonly isFirstDayCounted: boolean;
  };
  /** Days after the end of the week (S78), and counted with the month's first business day (S84). */
  readonly weeklyReportDays: number;
  readonly monthlyReportDays: number;
  /** Calendar days before a meeting by which its date must be arranged (S92). */
  readonly meetingDays: number;
};

/** The second edition of the specification, as `rules/editions/2.json` has it: for programs that carry no editions. A test compares both. */
export const secondEdition: ServiceTimes = {
  edition: '2',
  weekdays: [1, 2, 3, 4, 5],
  hasNationalHolidays: true,
  yearEnd: { from: '12-30', to: '01-03' },
  opens: '10:00',
  closes: '18:00',
  firstAnswer: { days: 3, isFirstDayCounted: false },
  weeklyReportDays: 5,
  monthlyReportDays: 5,
  meetingDays: 14,
};

type Term = Edition['deadlines']['firstAnswer'];

/** @throws Error where the edition counts in a way that no rule of the calendar does: it is not guessed what it means */
export function timesOf(edition: Edition): ServiceTimes {
  const { calendar, deadlines, hours, reception } = edition;
  const { from, to, days } = hours[reception.helpdesk.hours] ?? {};
  if (from === undefined || to === undefined || days !== 'business')
    throw new Error(`edition ${edition.id}: reception.helpdesk has no hours on business days`);
  const amount = (name: keyof typeof deadlines, expected: Partial<Term>): number => {
    const term = deadlines[name];
    for (const [key, value] of Object.entries(expected))
      if (term[key as keyof Term] !== value)
        throw new Error(`edition ${edition.id}: deadlines.${name}.${key} is not ${value}`);
    return term.amount;
  };
  const { counting } = deadlines.firstAnswer;
  return {
    edition: edition.id,
    weekdays: calendar.weekdays,
    hasNationalHolidays: calendar.nationalHolidays,
    yearEnd: calendar.yearEnd,
    opens: from,
    closes: to,
    firstAnswer: {
      days: amount('firstAnswer', {
        unit: 'businessDays',
        of: 'reception',
        ...(counting === 'from' ? {} : { counting: 'after' }),
      }),
      isFirstDayCounted: counting === 'from',
    },
    weeklyReportDays: amount('weeklyReport', { unit: 'businessDays', of: 'periodEnd', counting: 'after' }),
    monthlyReportDays: amount('monthlyReport', { unit: 'businessDays', of: 'nextMonthStart', counting: 'from' }),
    meetingDays: amount('meetingNotice', { unit: 'days', of: 'meeting', counting: 'before' }),
  };
}
