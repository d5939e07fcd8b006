import { RuleFileFault } from '../fault.ts';
import type { XmlElement } from '../xml.ts';
import type { Condition } from './rule.ts';

/** Where a moment lies in the day and in the week, Monday being 1. */
interface LocalTime {
  readonly minute: number;
  readonly dayOfWeek: number;
}

let lastMs = Number.NaN;
let last: LocalTime = { minute: 0, dayOfWeek: 0 };

/** Local time of the host: that is what people mean by "at night". Lines that are read together have one time, which is reckoned once. */
function localTime(epochMs: number): LocalTime {
  if (epochMs === lastMs) return last;
  const time = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  last = { minute: time.hour * 60 + time.minute, dayOfWeek: time.dayOfWeek };
  lastMs = epochMs;
  return last;
}

/** `<time>`: `18:00-08:30`, `6 pm - 8:30 am`, with `!` in front for the rest of the day. The end is not part of it; it may lie on the next day. */
export function timeCondition(element: XmlElement): Condition {
  const found = /^\s*(!?)\s*(\d.*?)\s*-\s*(\d.*?)\s*$/.exec(element.text);
  const from = found && minuteOfDay(found[2] ?? '');
  const to = found && minuteOfDay(found[3] ?? '');
  if (from === undefined || to === undefined || from === null || to === null) {
    throw new RuleFileFault(element.place, noTimeSpan(element.text));
  }
  const negated = found?.[1] === '!';
  return {
    holds: (event) => {
      const { minute } = localTime(event.timeMs);
      const inside = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
      return inside !== negated;
    },
  };
}

const noTimeSpan = (text: string) => `\`${text.trim()}\` is no time span such as \`6 pm - 8:30 am\` or \`18:00-08:30\``;

function minuteOfDay(text: string): number | undefined {
  const found = /^(\d{1,2})(?::(\d\d))?\s*(am|pm)?$/i.exec(text);
  if (!found) return undefined;
  const half = found[3]?.toLowerCase();
  const hour = Number(found[1]);
  const minute = Number(found[2] ?? 0);
  if (minute > 59 || hour > (half ? 12 : 24)) return undefined;
  return (half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour) * 60 + minute;
}

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** `<weekday>`: names with commas or spaces between, a span (`monday - friday`), `weekdays`, `weekends`; `!` in front for the other days. */
export function weekdayCondition(element: XmlElement): Condition {
  const text = element.text.trim().toLowerCase();
  const negated = text.startsWith('!');
  const wanted = new Set<number>();
  for (const part of text
    .replace(/^!\s*/, '')
    .replaceAll(/\s*-\s*/g, '-')
    .split(/[\s,]+/)) {
    for (const day of daysOf(part, element)) wanted.add(day);
  }
  return { holds: (event) => wanted.has(localTime(event.timeMs).dayOfWeek) !== negated };
}

function daysOf(part: string, element: XmlElement): number[] {
  if (part === 'weekdays') return [1, 2, 3, 4, 5];
  if (part === 'weekends') return [6, 7];
  const [from, to] = part
    .split('-')
    .map((name) => days.findIndex((day) => day === name || (name.length >= 2 && day.startsWith(name))) + 1);
  if (!from || to === 0) throw new RuleFileFault(element.place, `\`${part}\` is no day of the week`);
  const span = [from];
  for (let day = from; to !== undefined && day !== to; ) {
    day = (day % 7) + 1;
    span.push(day);
  }
  return span;
}

/**
 * `<time>` as OSSEC reads it: to the minute with both ends, `12 am` is noon, and where the first time is later than the second it is the rest of
 * the day between the second and the first, whether or not there is a `!`.
 */
export function ossecTimeCondition(element: XmlElement): Condition {
  const found = /^ *(!?) *(\d[^-]*?) *- *(\d[^-]*?) *$/.exec(element.text);
  const from = found ? ossecMinute(found[2]!) : undefined;
  const to = found ? ossecMinute(found[3]!) : undefined;
  if (from === undefined || to === undefined) throw new RuleFileFault(element.place, noTimeSpan(element.text));
  const isTurned = from > to;
  const negated = isTurned || found![1] === '!';
  const [first, last] = isTurned ? [to, from] : [from, to];
  return {
    holds: (event) => {
      const { minute } = localTime(event.timeMs);
      return (minute >= first && minute <= last) !== negated;
    },
  };
}

function ossecMinute(text: string): number | undefined {
  const found = /^(\d{1,2})(?::(\d\d))? *(am|pm)?$/i.exec(text);
  if (!found) return undefined;
  const written = Number(found[1]);
  const hour = found[3]?.toLowerCase() === 'pm' && written !== 12 ? written + 12 : written;
  return written < 24 && hour < 24 ? hour * 60 + Number(found[2] ?? 0) : undefined;
}
