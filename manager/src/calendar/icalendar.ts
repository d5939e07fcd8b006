import type { Day, Language } from '@sakimori/contract';
import { phrase } from '@sakimori/contract';

/** A calendar for calendar programs (RFC 5545): each day on which it is otherwise than the week says, as an event of a whole day. */
export type Subscribed = {
  /** Makes the identifiers of events; the same feed gives the same ones again. */
  readonly feedId: string;
  readonly name: string;
  readonly language: Language;
  readonly days: readonly Day[];
  readonly madeAt: Date;
};

/** Whole days that are no business day although the week says so, and those that are one although it does not. */
export function writeCalendar({ feedId, name, language, days, madeAt }: Subscribed): string {
  const stamp = `${madeAt.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const events = days
    .filter(({ kind, weekday }) => kind !== 'business' && (kind !== 'weekend' || weekday < 6))
    .flatMap((day) => [
      'BEGIN:VEVENT',
      `UID:${day.date}@${feedId}.sakimori`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${compact(day.date)}`,
      `DTEND;VALUE=DATE:${compact(Temporal.PlainDate.from(day.date).add({ days: 1 }).toString())}`,
      `SUMMARY:${icalendarText(titleOf(language, day))}`,
      ...(day.reason === undefined ? [] : [`DESCRIPTION:${icalendarText(day.reason)}`]),
      `CATEGORIES:${icalendarText(phrase(language, `dayKindName.${day.kind}`))}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]);
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Sakimori//Business days//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${icalendarText(name)}`,
    `X-WR-CALNAME:${icalendarText(name)}`,
    'X-WR-TIMEZONE:Asia/Tokyo',
    'REFRESH-INTERVAL;VALUE=DURATION:P1D',
    'X-PUBLISHED-TTL:P1D',
    ...events,
    'END:VCALENDAR',
  ];
  return icalendarFile(lines);
}

/** Lines as a file: folded, each with its end. */
export const icalendarFile = (lines: readonly string[]): string => `${lines.map(fold).join('\r\n')}\r\n`;

const titleOf = (language: Language, { kind, name }: Day): string =>
  kind === 'holiday' && name ? name[language] : phrase(language, `dayKindName.${kind}`);

const compact = (date: string): string => date.replaceAll('-', '');

/** RFC 5545, 3.3.11: the four characters that mean something, and no other control character. */
export const icalendarText = (text: string): string =>
  text
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, '');

const lineBytesMax = 75;

/** RFC 5545, 3.1: a line has at most 75 octets, and no character is torn. */
function fold(line: string): string {
  const parts: string[] = [''];
  let bytes = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (bytes + length > lineBytesMax) {
      parts.push('');
      // The blank that opens a continued line counts.
      bytes = 1;
    }
    parts[parts.length - 1] += character;
    bytes += length;
  }
  return parts.join('\r\n ');
}
