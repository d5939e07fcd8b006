import type { Day, Deadline, DeadlineStep, DueRule } from '../calendar.ts';
import {
  type BusinessCalendar,
  businessDayAfter,
  businessDayBefore,
  datesBetween,
  isBusinessDay,
} from './business-calendar.ts';
import { acceptedAt, atJapanTime, japanDay, openingOf } from './business-hours.ts';

/**
 * When something is due, with each day it stepped over and why.
 * @param at when the request came in (`first-answer`), any instant of the period (`weekly-report`, `monthly-report`), the alert
 *   (`advanced-review`), the meeting's day (`meeting`)
 * @throws Refusal `date_out_of_range`, `no_business_day`
 */
export function deadlineOf(calendar: BusinessCalendar, rule: DueRule, at: Temporal.Instant): Deadline {
  const found = ways[rule](calendar, at);
  const steps = found.steps;
  return {
    rule,
    at: wire(at),
    acceptedAt: wire(found.acceptedAt),
    dueAt: wire(found.dueAt),
    lastDay: found.lastDay.toString(),
    calendarVersion: calendar.version,
    isProvisional: steps.some((step) => step.isProvisional),
    explanation: steps,
  };
}

type Found = {
  readonly acceptedAt: Temporal.Instant;
  readonly dueAt: Temporal.Instant;
  readonly lastDay: Temporal.PlainDate;
  readonly steps: DeadlineStep[];
};
type Way = (calendar: BusinessCalendar, at: Temporal.Instant) => Found;

const wire = (at: Temporal.Instant): string => new Date(at.epochMilliseconds).toISOString();
const step = (day: Day, role: DeadlineStep['role'], count?: number): DeadlineStep => ({
  ...day,
  role,
  ...(count === undefined ? {} : { count }),
});

/** Within so many business days of reception (S50); outside of reception it is received at the next opening (S51). */
const firstAnswer: Way = (calendar, at) => {
  const { days, isFirstDayCounted } = calendar.times.firstAnswer;
  const accepted = acceptedAt(calendar, at);
  const [arrived, first] = [japanDay(at), japanDay(accepted)];
  const waited = [...datesBetween(arrived.toString(), first.toString())]
    .slice(0, -1)
    .map((date, index) => step(calendar.dayOf(date), index === 0 ? 'received' : 'skipped'));
  const isDue = isFirstDayCounted && days === 1;
  const taken = step(calendar.dayOf(first), isDue ? 'due' : 'accepted', isFirstDayCounted ? 1 : undefined);
  const counted = isDue
    ? { lastDay: first, steps: [] }
    : countOn(calendar, first, { from: isFirstDayCounted ? 2 : 1, to: days });
  return {
    acceptedAt: accepted,
    dueAt: openingOf(calendar, counted.lastDay).closes,
    lastDay: counted.lastDay,
    steps: [...waited, taken, ...counted.steps],
  };
};

/** By the nth business day after the last day of a period; the first one after it is 1 (S78, S84). */
const report =
  (periodEnd: (day: Temporal.PlainDate) => Temporal.PlainDate, days: (calendar: BusinessCalendar) => number): Way =>
  (calendar, at) => {
    const end = periodEnd(japanDay(at));
    const { lastDay, steps } = countOn(calendar, end, { from: 1, to: days(calendar) });
    return {
      acceptedAt: openingOf(calendar, businessDayAfter(calendar, end)).opens,
      dueAt: openingOf(calendar, lastDay).closes,
      lastDay,
      steps: [step(calendar.dayOf(end), 'from'), ...steps],
    };
  };

/** Alerts of a day are reviewed on the next business day, from opening to closing (S65, S71). */
const advancedReview: Way = (calendar, at) => {
  const day = japanDay(at);
  const { lastDay, steps } = countOn(calendar, day, { from: 1, to: 1 });
  const { opens, closes } = openingOf(calendar, lastDay);
  return { acceptedAt: opens, dueAt: closes, lastDay, steps: [step(calendar.dayOf(day), 'from'), ...steps] };
};

/** Two weeks before, by the calendar: the specification counts weeks here and not business days (S92). */
const meeting: Way = (calendar, at) => {
  const day = japanDay(at);
  const lastDay = day.subtract({ days: calendar.times.meetingDays });
  const before = [...datesBetween(lastDay.toString(), day.toString())].reverse();
  const steps = before.map((date, count) =>
    count === 0
      ? step(calendar.dayOf(date), 'from')
      : step(calendar.dayOf(date), count === calendar.times.meetingDays ? 'due' : 'counted', count),
  );
  return { acceptedAt: atJapanTime(day), dueAt: atJapanTime(lastDay.add({ days: 1 })), lastDay, steps };
};

const ways: Readonly<Record<DueRule, Way>> = {
  'first-answer': firstAnswer,
  'weekly-report': report(
    (day) => day.add({ days: 7 - day.dayOfWeek }),
    ({ times }) => times.weeklyReportDays,
  ),
  'monthly-report': report(
    (day) => day.with({ day: day.daysInMonth }),
    ({ times }) => times.monthlyReportDays,
  ),
  'advanced-review': advancedReview,
  meeting,
};

/** Goes on from a day, which itself is not counted, until the count is full. */
function countOn(
  calendar: BusinessCalendar,
  after: Temporal.PlainDate,
  count: { readonly from: number; readonly to: number },
): { lastDay: Temporal.PlainDate; steps: DeadlineStep[] } {
  const steps: DeadlineStep[] = [];
  let lastDay = after;
  for (let number = count.from; number <= count.to; number++) {
    const next = businessDayAfter(calendar, lastDay);
    const between = [...datesBetween(lastDay.add({ days: 1 }).toString(), next.toString())];
    for (const date of between.slice(0, -1)) steps.push(step(calendar.dayOf(date), 'skipped'));
    steps.push(step(calendar.dayOf(next), number === count.to ? 'due' : 'counted', number));
    lastDay = next;
  }
  return { lastDay, steps };
}

/**
 * The sheet that is reviewed on a business day covers every day since the last one, from 00:00 to 24:00 (S65): no day is on two sheets, and
 * none on no sheet.
 * @returns `[from, to)` and its days, or undefined where the day is no business day
 */
export function reviewSheetOf(
  calendar: BusinessCalendar,
  date: Temporal.PlainDate,
): { readonly from: Temporal.Instant; readonly to: Temporal.Instant; readonly days: readonly string[] } | undefined {
  if (!isBusinessDay(calendar, date)) return undefined;
  const first = businessDayBefore(calendar, date);
  const days = [...datesBetween(first.toString(), date.toString())].slice(0, -1);
  return { from: atJapanTime(first), to: atJapanTime(date), days: days.map(String) };
}
