import type { ApiObject } from '@sakimori/contract/workload-security/index';

/**
 * When a scheduled task runs next, strictly after `from`: epoch milliseconds, `undefined` where it never does, `malformed` where its schedule cannot be
 * read. Times of day are read in the schedule's time zone (`timeZone`, else Asia/Tokyo); a day that skips an hour runs at the next one that there is.
 */
export function nextRunOf(task: ApiObject, from: Date): number | undefined | 'malformed' {
  const details = task['scheduleDetails'] as ApiObject | undefined;
  if (!details) return undefined;
  const zone = zoneOf(details['timeZone']);
  const type = (details['recurrenceType'] as string | undefined) ?? 'none';
  const parameters = details[parametersOf[type] ?? ''] as ApiObject | undefined;
  if (!parameters) return type === 'none' ? undefined : 'malformed';
  if (!zone) return 'malformed';
  const now = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone);
  const next = finders[type]!(parameters, now);
  return next instanceof Temporal.ZonedDateTime ? next.epochMilliseconds : next;
}

type Zoned = Temporal.ZonedDateTime;
type Finder = (parameters: ApiObject, now: Zoned) => Zoned | undefined | 'malformed';

const parametersOf: Readonly<Record<string, string>> = {
  none: 'onceOnlyScheduleParameters',
  hourly: 'hourlyScheduleParameters',
  daily: 'dailyScheduleParameters',
  weekly: 'weeklyScheduleParameters',
  monthly: 'monthlyScheduleParameters',
};

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
  hourly: (parameters, now) => {
    const minutes = Number(parameters['minutesPastTheHour'] ?? 0);
    const thisHour = now.with({ minute: minutes, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 });
    return Temporal.ZonedDateTime.compare(thisHour, now) > 0 ? thisHour : thisHour.add({ hours: 1 });
  },
  daily: (parameters, now) => {
    const start = startOf(parameters, now);
    const frequency = (parameters['frequencyType'] as string | undefined) ?? 'everyday';
    const interval = Math.max(1, Number(parameters['customInterval'] ?? 1));
    return firstDay(parameters, now, (day) => {
      if (frequency === 'weekdays') return day.dayOfWeek <= 5;
      if (frequency !== 'custom' || !start) return true;
      return start.toPlainDate().until(day, { largestUnit: 'day' }).days % interval === 0;
    });
  },
  weekly: (parameters, now) => {
    const days = ((parameters['days'] as string[] | undefined) ?? []).map((day) => dayNames.indexOf(day) || 7);
    if (days.length === 0) return 'malformed';
    const interval = Math.max(1, Number(parameters['interval'] ?? 1));
    const start = startOf(parameters, now);
    return firstDay(parameters, now, (day) => {
      if (!days.includes(day.dayOfWeek)) return false;
      return !start || interval === 1 || weeksBetween(start.toPlainDate(), day) % interval === 0;
    });
  },
  monthly: (parameters, now) => {
    const months = ((parameters['months'] as string[] | undefined) ?? []).map((month) => monthNames.indexOf(month) + 1);
    const fits = dayOfMonth(parameters);
    if (!fits) return 'malformed';
    return firstDay(parameters, now, (day) => (months.length === 0 || months.includes(day.month)) && fits(day));
  },
};

const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
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
    const weekday = dayNames.indexOf(String(parameters['dayOfWeek'])) || 7;
    const week = weeksOfMonth.indexOf(String(parameters['weekOfMonth']));
    if (week < 0 && parameters['weekOfMonth'] !== 'last') return undefined;
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
  if (typeof start !== 'number' || start <= 0 || start > 8.64e15) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(now.timeZoneId);
}

/** Days that are looked through: a 29 February comes within eight years and a bit. */
const daysMax = 3000;

function firstDay(parameters: ApiObject, now: Zoned, fits: (day: Temporal.PlainDate) => boolean): Zoned | undefined {
  const start = startOf(parameters, now);
  const time = start?.toPlainTime() ?? new Temporal.PlainTime();
  let day = start && Temporal.ZonedDateTime.compare(start, now) > 0 ? start.toPlainDate() : now.toPlainDate();
  for (let looked = 0; looked < daysMax; looked++, day = day.add({ days: 1 })) {
    const run = day.toZonedDateTime({ timeZone: now.timeZoneId, plainTime: time });
    if (fits(day) && Temporal.ZonedDateTime.compare(run, now) > 0) return run;
  }
  return undefined;
}
