import { timeZone } from '../message.ts';
import { type BusinessCalendar, businessDayAfter, datesBetween, isBusinessDay } from './business-calendar.ts';

/** Reception on one day, half-open: `[opens, closes)`. */
export type Opening = { readonly opens: Temporal.Instant; readonly closes: Temporal.Instant };

export const japanDay = (at: Temporal.Instant): Temporal.PlainDate => at.toZonedDateTimeISO(timeZone).toPlainDate();
/** A wall-clock time of a day in Japan; with none, its first instant. */
export const atJapanTime = (date: Temporal.PlainDate, time?: string): Temporal.Instant =>
  date.toZonedDateTime({ timeZone, ...(time === undefined ? {} : { plainTime: time }) }).toInstant();

/** @param date a business day */
export const openingOf = ({ times }: BusinessCalendar, date: Temporal.PlainDate): Opening => ({
  opens: atJapanTime(date, times.opens),
  closes: times.closes === '24:00' ? atJapanTime(date.add({ days: 1 })) : atJapanTime(date, times.closes),
});

const isBefore = (a: Temporal.Instant, b: Temporal.Instant): boolean => Temporal.Instant.compare(a, b) < 0;
const later = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (isBefore(a, b) ? b : a);
const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (isBefore(a, b) ? a : b);

/** Somebody receives at this instant (S51). */
export const isOpen = (calendar: BusinessCalendar, at: Temporal.Instant): boolean =>
  acceptedAt(calendar, at).equals(at);

/** When something that comes in now counts as received: at once while it is open, else at the next opening (S51, S60, S98). */
export function acceptedAt(calendar: BusinessCalendar, at: Temporal.Instant): Temporal.Instant {
  const today = japanDay(at);
  if (isBusinessDay(calendar, today)) {
    const { opens, closes } = openingOf(calendar, today);
    if (isBefore(at, closes)) return later(at, opens);
  }
  return openingOf(calendar, businessDayAfter(calendar, today)).opens;
}

/** Open time in `[from, to)`, milliseconds; 0 where `to` is not after `from`. */
export function openMsBetween(calendar: BusinessCalendar, from: Temporal.Instant, to: Temporal.Instant): number {
  if (!isBefore(from, to)) return 0;
  let sum = 0;
  for (const day of datesBetween(japanDay(from).toString(), japanDay(to).toString())) {
    if (!isBusinessDay(calendar, day)) continue;
    const { opens, closes } = openingOf(calendar, day);
    const [start, end] = [later(from, opens), earlier(to, closes)];
    if (isBefore(start, end)) sum += end.epochMilliseconds - start.epochMilliseconds;
  }
  return sum;
}

/**
 * The instant at which so much open time has passed. Where it is used up at closing it is that closing, and not the next opening: a
 * deadline ends with the day.
 * @param ms not negative
 */
export function addOpenMs(calendar: BusinessCalendar, from: Temporal.Instant, ms: number): Temporal.Instant {
  let at = acceptedAt(calendar, from);
  let left = ms;
  for (;;) {
    const { closes } = openingOf(calendar, japanDay(at));
    const rest = closes.epochMilliseconds - at.epochMilliseconds;
    if (left <= rest) return at.add({ milliseconds: left });
    left -= rest;
    at = openingOf(calendar, businessDayAfter(calendar, japanDay(at))).opens;
  }
}

/** How much of a deadline's open time has passed: 0 before it begins, 1 when it is due. */
export function shareElapsed(
  calendar: BusinessCalendar,
  deadline: { readonly acceptedAt: Temporal.Instant; readonly dueAt: Temporal.Instant },
  now: Temporal.Instant,
): number {
  if (!isBefore(now, deadline.dueAt)) return 1;
  const whole = openMsBetween(calendar, deadline.acceptedAt, deadline.dueAt);
  return whole === 0 ? 0 : openMsBetween(calendar, deadline.acceptedAt, now) / whole;
}

/** When so much of a deadline's open time has passed: for warnings at 50 and 80 % (S50). @param share 0 to 1 */
export function instantAtShare(
  calendar: BusinessCalendar,
  deadline: { readonly acceptedAt: Temporal.Instant; readonly dueAt: Temporal.Instant },
  share: number,
): Temporal.Instant {
  const whole = openMsBetween(calendar, deadline.acceptedAt, deadline.dueAt);
  return addOpenMs(calendar, deadline.acceptedAt, Math.round(whole * share));
}
