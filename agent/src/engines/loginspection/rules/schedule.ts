import { RuleFileFault } from '../fault.ts';
import type { XmlElement } from '../xml.ts';
import type { Condition } from './rule.ts';

/** Local time of the host: that is what people mean by "at night". */
const localTime = (epochMs: number) =>
  Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(Temporal.Now.timeZoneId());

/** `<time>`: `18:00-08:30`, `6 pm - 8:30 am`, with `!` in front for the rest of the day. The end is not part of it; it may lie on the next day. */
export function timeCondition(element: XmlElement): Condition {
  const found = /^\s*(!?)\s*(\d.*?)\s*-\s*(\d.*?)\s*$/.exec(element.text);
  const from = found && minuteOfDay(found[2] ?? '');
  const to = found && minuteOfDay(found[3] ?? '');
  if (from === undefined || to === undefined || from === null || to === null) {
    throw new RuleFileFault(
      element.place,
      `\`${element.text.trim()}\` is no time span such as \`6 pm - 8:30 am\` or \`18:00-08:30\``,
    );
  }
  const negated = found?.[1] === '!';
  return (event) => {
    const time = localTime(event.timeMs);
    const minute = time.hour * 60 + time.minute;
    const inside = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
    return inside !== negated;
  };
}

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
  return (event) => wanted.has(localTime(event.timeMs).dayOfWeek) !== negated;
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
