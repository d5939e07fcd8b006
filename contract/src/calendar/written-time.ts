import { atJapanTime } from './business-hours.ts';

/** What is wrong with a written time: another form, no zone, a zone that there is not, a day or time that there is not. */
export type TimeFault = 'form' | 'zone_missing' | 'zone_unknown' | 'no_such_time';
export type ReadTime = { readonly at: Temporal.Instant } | { readonly fault: TimeFault };

const dayForm = /^\d{4}-\d{2}-\d{2}$/;
const timeForm = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|z|[+-]\d{2}:\d{2})?(.*)$/;

/**
 * Reads an instant as RFC 3339 writes it; seconds may be left out. The zone may not: which one was meant is not guessed.
 * `2026-12-28T15:00+09:00`
 */
export function readTime(text: string): ReadTime {
  const [, day = '', time = '', zone, rest] = timeForm.exec(text) ?? [];
  if (time === '') return { fault: 'form' };
  if (rest) return { fault: zone === undefined ? 'zone_unknown' : 'form' };
  if (!isReal(() => Temporal.PlainDateTime.from(`${day}T${time}`, { overflow: 'reject' })))
    return { fault: 'no_such_time' };
  if (zone === undefined) return { fault: 'zone_missing' };
  try {
    return { at: Temporal.Instant.from(`${day}T${time}${zone.toUpperCase()}`) };
  } catch {
    return { fault: 'zone_unknown' };
  }
}

/** As `readTime`; a day alone is its first instant in Japan. */
export function readTimeOrDay(text: string): ReadTime {
  if (!dayForm.test(text)) return readTime(text);
  const day = readDay(text);
  return day ? { at: atJapanTime(day) } : { fault: 'no_such_time' };
}

/** A day of the calendar, `2026-12-28`; undefined for what is none. */
export function readDay(text: string): Temporal.PlainDate | undefined {
  if (!dayForm.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

function isReal(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
