import { Refusal } from '@sakimori/contract';

/** An event as it stands in the file, without its meaning. */
export type CalendarEvent = {
  readonly uid: string;
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  readonly summary: string;
  readonly rule?: string;
  readonly isCancelled: boolean;
};

const [linesMax, lineCharactersMax, eventsMax] = [20_000, 8000, 200];
const zoneDefault = 'Asia/Tokyo';

const invalid = (line: number, what: string) =>
  new Refusal('calendar_file_invalid', { line, part: what.replace(/\p{Cc}/gu, ' ').slice(0, 80) });

type Property = { readonly line: number; readonly value: string; readonly zone: string | undefined };

/**
 * The events of an iCalendar file (RFC 5545). It comes from a stranger: bounded in lines, events and lengths, and what is not understood is
 * refused with its line, for an event that was read wrongly would hide a dead host.
 * @throws Refusal `calendar_file_invalid`
 */
export function readCalendar(file: string): CalendarEvent[] {
  const lines = unfold(file);
  if (lines[0]?.text.toUpperCase() !== 'BEGIN:VCALENDAR') throw invalid(1, lines[0]?.text ?? '');
  const events: CalendarEvent[] = [];
  const open: string[] = [];
  let properties = new Map<string, Property>();
  let begunAt = 0;
  for (const { text, line } of lines) {
    const [, name = '', parameters = '', value = ''] =
      /^([A-Za-z0-9-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)$/.exec(text) ?? [];
    const upper = name.toUpperCase();
    if (upper === '') throw invalid(line, text);
    if (upper === 'BEGIN') {
      open.push(value.toUpperCase());
      if (open.length > 5) throw invalid(line, text);
      if (value.toUpperCase() !== 'VEVENT') continue;
      [properties, begunAt] = [new Map(), line];
    } else if (upper === 'END') {
      if (open.pop() !== value.toUpperCase()) throw invalid(line, text);
      if (value.toUpperCase() !== 'VEVENT') continue;
      if (events.length >= eventsMax) throw invalid(line, `> ${eventsMax} VEVENT`);
      events.push(toEvent(properties, begunAt));
    } else if (open.at(-1) === 'VEVENT') {
      if (/^(?:EXDATE|RDATE|EXRULE|RECURRENCE-ID)$/.test(upper)) throw invalid(line, upper);
      if (properties.has(upper) && /^(?:UID|DTSTART|DTEND|DURATION|RRULE)$/.test(upper)) throw invalid(line, text);
      const zone = /;TZID="?([^";]+)/i.exec(parameters)?.[1];
      properties.set(upper, { line, value, zone });
    }
  }
  if (open.length > 0) throw invalid(lines.at(-1)?.line ?? 1, `END:${open.at(-1)}`);
  return events;
}

/** RFC 5545, 3.1: a line that begins with a blank goes on with the one before it. */
function unfold(file: string): { text: string; line: number }[] {
  const raw = file.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  if (raw.length > linesMax) throw invalid(linesMax, `> ${linesMax}`);
  const lines: { text: string; line: number }[] = [];
  for (const [index, text] of raw.entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(text) && last) last.text += text.slice(1);
    else if (text !== '') lines.push({ text, line: index + 1 });
    if ((lines.at(-1)?.text.length ?? 0) > lineCharactersMax) throw invalid(index + 1, `> ${lineCharactersMax}`);
  }
  return lines;
}

function toEvent(properties: ReadonlyMap<string, Property>, begunAt: number): CalendarEvent {
  const uid = properties.get('UID')?.value.trim();
  if (!uid || uid.length > 500) throw invalid(begunAt, 'UID');
  const start = properties.get('DTSTART');
  if (!start) throw invalid(begunAt, 'DTSTART');
  const startsAt = readTime(start);
  const end = properties.get('DTEND');
  const duration = properties.get('DURATION');
  const isDay = /^\d{8}$/.test(start.value);
  const endsAt = end
    ? readTime(end)
    : duration
      ? startsAt.add(readDuration(duration))
      : startsAt.add({ hours: isDay ? 24 : 0 });
  const rule = properties.get('RRULE')?.value;
  return {
    uid,
    startsAt,
    endsAt,
    summary: unquote(properties.get('SUMMARY')?.value ?? '') || uid,
    ...(rule === undefined ? {} : { rule }),
    isCancelled: properties.get('STATUS')?.value.trim().toUpperCase() === 'CANCELLED',
  };
}

/** A time in UTC, in a zone that it names, or in Japan's; a date is its beginning in Japan. */
function readTime({ value, zone, line }: Property): Temporal.Instant {
  const [, day, time = '000000', utc] = /^(\d{8})(?:T(\d{6})(Z)?)?$/.exec(value.trim()) ?? [];
  if (!day) throw invalid(line, value);
  try {
    const plain = Temporal.PlainDateTime.from(`${day}T${time}`);
    return plain.toZonedDateTime(utc ? 'UTC' : (zone ?? zoneDefault)).toInstant();
  } catch {
    throw invalid(line, zone ?? value);
  }
}

function readDuration({ value, line }: Property): { hours: number; minutes: number } {
  const match = /^\+?P(?:(\d{1,2})W)?(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,5}S)?)?$/.exec(
    value.trim(),
  );
  if (!match) throw invalid(line, value);
  const [weeks = 0, days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return { hours: weeks * 168 + days * 24 + hours, minutes };
}

const unquote = (text: string): string =>
  text
    .replace(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? ' ' : character))
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .toWellFormed();
