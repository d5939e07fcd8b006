import { maintenanceTimesMax, Refusal } from '@sakimori/contract';

/** The part of RFC 5545, 3.3.10 that maintenance needs. Days are those of Japan. */
export type Rule = {
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY';
  readonly interval: number;
  /** `[0, 7]`: every Sunday; `[2, 7]`: the second of the month; `[-1, 7]`: its last. */
  readonly days: readonly (readonly [nth: number, weekday: number])[];
  readonly monthDays: readonly number[];
  readonly count?: number;
  readonly until?: Temporal.Instant;
};

const weekdays: Readonly<Record<string, number>> = { MO: 1, TU: 2, WE: 3, TH: 4, FR: 5, SA: 6, SU: 7 };
const zone = 'Asia/Tokyo';
/** Days that are looked at for one rule: four years of them. */
const daysMax = 1500;

const invalid = (part: string) => new Refusal('maintenance_rule_invalid', { part: part.slice(0, 60) });

/** @throws Refusal `maintenance_rule_invalid` with the part that is not understood, or the one that is missing */
export function readRule(text: string): Rule {
  const parts = new Map<string, string>();
  for (const part of text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')
    .filter(Boolean)) {
    const [, name, value] = /^([A-Z]+)=([A-Z0-9,+-]+)$/.exec(part) ?? [];
    if (!name || !value || parts.has(name)) throw invalid(part);
    parts.set(name, value);
  }
  const take = <T>(name: string, read: (value: string) => T | undefined): T | undefined => {
    const value = parts.get(name);
    parts.delete(name);
    if (value === undefined) return undefined;
    const found = read(value);
    if (found === undefined) throw invalid(`${name}=${value}`);
    return found;
  };
  const frequency = take('FREQ', (value) => (['DAILY', 'WEEKLY', 'MONTHLY'] as const).find((word) => word === value));
  if (!frequency) throw invalid('FREQ');
  const interval = take('INTERVAL', wholeNumber(1, 100)) ?? 1;
  const days = take('BYDAY', (value) => readDays(value, frequency)) ?? [];
  const monthDays = take('BYMONTHDAY', (value) => (frequency === 'MONTHLY' ? readMonthDays(value) : undefined)) ?? [];
  take('WKST', (value) => (value in weekdays ? true : undefined));
  const count = take('COUNT', wholeNumber(1, maintenanceTimesMax));
  const until = take('UNTIL', readUntil);
  const [left] = parts.keys();
  if (left !== undefined) throw invalid(left);
  // Something that never ends would hide a dead host for ever.
  if (count === undefined && until === undefined) throw invalid('COUNT / UNTIL');
  return { frequency, interval, days, monthDays, ...(count ? { count } : {}), ...(until ? { until } : {}) };
}

const wholeNumber =
  (least: number, most: number) =>
  (value: string): number | undefined => {
    const number = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
    return number >= least && number <= most ? number : undefined;
  };

function readDays(value: string, frequency: Rule['frequency']): Rule['days'] | undefined {
  const days = value.split(',').map((word) => {
    const [, nth = '0', day = ''] = /^([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$/.exec(word) ?? [];
    return [Number(nth), weekdays[day] ?? 0] as const;
  });
  const isRight = days.length <= 35 && days.every(([nth, day]) => day > 0 && (nth === 0 || frequency === 'MONTHLY'));
  return isRight ? days : undefined;
}

function readMonthDays(value: string): number[] | undefined {
  const days = value.split(',').map(Number);
  const isRight = days.length <= 31 && days.every((day) => Number.isInteger(day) && day !== 0 && Math.abs(day) <= 31);
  return isRight ? days : undefined;
}

function readUntil(value: string): Temporal.Instant | undefined {
  const [, day = '', time = '235959', utc = ''] = /^(\d{8})(?:T(\d{6})(Z?))?$/.exec(value) ?? [];
  try {
    const plain = Temporal.PlainDateTime.from(`${day}T${time}`);
    return plain.toZonedDateTime(utc === 'Z' ? 'UTC' : zone).toInstant();
  } catch {
    return undefined;
  }
}

/** The beginnings of all times, the first one as it is given. @throws Refusal `maintenance_rule_invalid` where there are too many */
export function expand(rule: Rule, first: Temporal.Instant): Temporal.Instant[] {
  const start = first.toZonedDateTimeISO(zone);
  const found: Temporal.Instant[] = [];
  for (let offset = 0; offset < daysMax; offset += 1) {
    const at = start.add({ days: offset });
    const instant = at.toInstant();
    if (rule.until && Temporal.Instant.compare(instant, rule.until) > 0) break;
    if (offset > 0 && !takesPlaceOn(rule, start, at)) continue;
    if (found.length >= maintenanceTimesMax) throw invalid(`> ${maintenanceTimesMax}`);
    found.push(instant);
    if (found.length === rule.count) break;
  }
  return found;
}

function takesPlaceOn(rule: Rule, start: Temporal.ZonedDateTime, at: Temporal.ZonedDateTime): boolean {
  const [first, day] = [start.toPlainDate(), at.toPlainDate()];
  if (rule.frequency === 'DAILY') {
    const days = first.until(day).days;
    return (
      days % rule.interval === 0 && (rule.days.length === 0 || rule.days.some(([, week]) => week === day.dayOfWeek))
    );
  }
  if (rule.frequency === 'WEEKLY') {
    const monday = (date: Temporal.PlainDate) => date.subtract({ days: date.dayOfWeek - 1 });
    const weeks = Math.round(monday(first).until(monday(day)).days / 7);
    const days = rule.days.length > 0 ? rule.days.map(([, week]) => week) : [first.dayOfWeek];
    return weeks % rule.interval === 0 && days.includes(day.dayOfWeek);
  }
  const months = (day.year - first.year) * 12 + day.month - first.month;
  if (months % rule.interval !== 0) return false;
  if (rule.monthDays.length > 0) {
    const isDay = rule.monthDays.some((wanted) => (wanted > 0 ? wanted : day.daysInMonth + 1 + wanted) === day.day);
    return isDay && (rule.days.length === 0 || rule.days.some(([, week]) => week === day.dayOfWeek));
  }
  if (rule.days.length === 0) return day.day === first.day;
  const nth = Math.ceil(day.day / 7);
  const last = -Math.ceil((day.daysInMonth - day.day + 1) / 7);
  return rule.days.some(
    ([wanted, week]) => week === day.dayOfWeek && (wanted === 0 || wanted === nth || wanted === last),
  );
}
