import type { ApiObject } from '@sakimori/contract/workload-security/index';

/**
 * When a scheduled task runs next, strictly after `from`: epoch milliseconds, `undefined` where it never does, `malformed` where its schedule cannot be
 * read. Times of day are read in the schedule's time zone (`timeZone`, else Asia/Tokyo). On a day whose clocks skip that time it is as much later as
 * they skip, and of a time that comes twice the first counts: once a day is once a day. A month without the wanted day is passed over.
 */
export function nextRunOf(task: ApiObject, from: Date): number | undefined | 'malformed' {
  const details = task['scheduleDetails'] as ApiObject | undefined;
  if (!details) return undefined;
  const type = (details['recurrenceType'] as string | undefined) ?? 'none';
  const parameters = details[parametersOf[type] ?? ''] as ApiObject | undefined;
  if (!parameters) return type === 'none' ? undefined : 'malformed';
  const zone = zoneOf(details['timeZone']);
  if (!zone || Number(parameters['startTime'] ?? 0) > startMsMax) return 'malformed';
  const now = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone);
  const next = finders[type]!(parameters, now);
  return next instanceof Temporal.ZonedDateTime ? next.epochMilliseconds : next;
}

type Zoned = Temporal.ZonedDateTime;
type Finder = (parameters: ApiObject, now: Zoned) => Zoned | undefined | 'malformed';

/** The end of the year 9999. */
const startMsMax = 253_402_300_799_999;

const parametersOf: Readonly<Record<string, string>> = {
  none: 'onceOnlyScheduleParameters',
  hourly: 'hourlyScheduleParameters',
  daily: 'dailyScheduleParameters',
  weekly: 'weeklyScheduleParameters',
  monthly: 'monthlyScheduleParameters',
};

/** The time zone in which a task's times are read. */
export const zoneOfTask = (task: ApiObject): string =>
  zoneOf((task['scheduleDetails'] as ApiObject | undefined)?.['timeZone']) ?? 'Asia/Tokyo';

function zoneOf(given: unknown): string | undefined {
  const zone = typeof given === 'string' && given !== '' ? given : 'Asia/Tokyo';
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId;
  } catch {
    return undefined;
  }
}

const finders: Readonly<Record<string, Finder>> = {
  none: (parameters, now) => {
    const start = startOf(parameters, now);
    return start && Temporal.ZonedDateTime.compare(start, now) > 0 ? start : undefined;
  },
  hourly: (parameters, now) => nextMinute(now, Number(parameters['minutesPastTheHour'] ?? 0)),
  daily: (parameters, now) => {
    const frequency = (parameters['frequencyType'] as string | undefined) ?? 'everyday';
    const interval = Math.max(1, Number(parameters['customInterval'] ?? 1));
    const anchor = anchorOf(parameters, now);
    return firstDay(parameters, now, (day) => {
      if (frequency === 'weekdays') return day.dayOfWeek <= 5;
      return frequency !== 'custom' || anchor.until(day, { largestUnit: 'day' }).days % interval === 0;
    });
  },
  weekly: (parameters, now) => {
    const days = ((parameters['days'] as string[] | undefined) ?? []).map(weekdayOf);
    if (days.length === 0) return 'malformed';
    const interval = Math.max(1, Number(parameters['interval'] ?? 1));
    const anchor = anchorOf(parameters, now);
    const fits = (day: Temporal.PlainDate) =>
      days.includes(day.dayOfWeek) && weeksBetween(anchor, day) % interval === 0;
    return firstDay(parameters, now, fits);
  },
  monthly: (parameters, now) => {
    const months = ((parameters['months'] as string[] | undefined) ?? []).map((month) => monthNames.indexOf(month) + 1);
    const fits = dayOfMonth(parameters);
    if (!fits) return 'malformed';
    return firstDay(parameters, now, (day) => (months.length === 0 || months.includes(day.month)) && fits(day));
  },
};

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
/** As ISO 8601 counts: Monday 1, Sunday 7. */
const weekdayOf = (name: string): number => dayNames.indexOf(name) || 7;
/** The second is spelt as the API spells it. */
const monthNames = [
  ...['january', 'feburary', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];
const weeksOfMonth = ['first', 'second', 'third', 'fourth'];

function dayOfMonth(parameters: ApiObject): ((day: Temporal.PlainDate) => boolean) | undefined {
  const type = (parameters['frequencyType'] as string | undefined) ?? 'day-of-month';
  if (type === 'last-day-of-month') return (day) => day.day === day.daysInMonth;
  if (type === 'custom') {
    const weekday = weekdayOf(String(parameters['dayOfWeek']));
    const week = weeksOfMonth.indexOf(String(parameters['weekOfMonth']));
    if (weekday < 0 || (week < 0 && parameters['weekOfMonth'] !== 'last')) return undefined;
    return (day) =>
      day.dayOfWeek === weekday && (week < 0 ? day.day > day.daysInMonth - 7 : Math.ceil(day.day / 7) === week + 1);
  }
  const wanted = Number(parameters['dayOfMonth'] ?? 1);
  if (!(wanted >= 1 && wanted <= 31)) return undefined;
  return (day) => day.day === wanted;
}

const weeksBetween = (from: Temporal.PlainDate, to: Temporal.PlainDate): number => {
  const monday = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });
  return Math.abs(monday(from).until(monday(to), { largestUnit: 'day' }).days / 7);
};

/** `startTime` holds a moment: its date is the first day, its time of day the time of every run. */
function startOf(parameters: ApiObject, now: Zoned): Zoned | undefined {
  const start = parameters['startTime'];
  if (typeof start !== 'number' || start <= 0) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(now.timeZoneId);
}

/** The day from which every second day or third week is counted; without a start one that is the same for ever. */
const anchorOf = (parameters: ApiObject, now: Zoned): Temporal.PlainDate =>
  startOf(parameters, now)?.toPlainDate() ?? new Temporal.PlainDate(1970, 1, 1);

/** The next whole minute that reads so in the zone. Hours are those of the wall: some zones turn their clocks by half an hour. */
function nextMinute(now: Zoned, minute: number): Zoned | undefined {
  let next = now.round({ smallestUnit: 'minute', roundingMode: 'floor' });
  for (let looked = 0; looked < 3 * 60; looked++) {
    next = next.add({ minutes: 1 });
    if (next.minute === minute) return next;
  }
  return undefined;
}

/** Days that are looked through: a 29 February comes within eight years and a bit. */
const daysMax = 3000;

function firstDay(parameters: ApiObject, now: Zoned, fits: (day: Temporal.PlainDate) => boolean): Zoned | undefined {
  const start = startOf(parameters, now);
  const time = start?.toPlainTime() ?? new Temporal.PlainTime();
  let day = start && Temporal.ZonedDateTime.compare(start, now) > 0 ? start.toPlainDate() : now.toPlainDate();
  for (let looked = 0; looked < daysMax; looked++, day = day.add({ days: 1 })) {
    if (!fits(day)) continue;
    const run = day.toZonedDateTime({ timeZone: now.timeZoneId, plainTime: time });
    if (Temporal.ZonedDateTime.compare(run, now) > 0) return run;
  }
  return undefined;
}
