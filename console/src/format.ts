import { type Language, timeZone } from '@sakimori/contract';

const localeOf = (language: Language): string => (language === 'ja' ? 'ja-JP' : 'en-GB');

const made = new Map<string, unknown>();
function once<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

export const formatNumber = (language: Language, value: number): string =>
  once(`n${language}`, () => new Intl.NumberFormat(localeOf(language))).format(value);

const timeParts: Intl.DateTimeFormatOptions = {
  timeZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
};

function partsOf(instant: string): Record<string, string> {
  const format = once('parts', () => new Intl.DateTimeFormat('en-CA', timeParts));
  return Object.fromEntries(format.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
}

/** `2026/11/23 19:51` in Japan's time, with seconds where asked for. The same in both languages: figures line up in tables. */
export function formatTime(instant: string, seconds = true): string {
  const { year, month, day, hour, minute, second } = partsOf(instant);
  return `${year}/${month}/${day} ${hour}:${minute}${seconds ? `:${second}` : ''}`;
}

/** With the zone said: for tooltips and single values. */
export const formatTimeWithZone = (instant: string): string => `${formatTime(instant)} JST`;

export function formatDate(instant: string): string {
  return formatTime(instant).slice(0, 10);
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `3 分前`, `in 2 days`. Below ten seconds: `now` in words. */
export function formatRelative(language: Language, instant: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(instant) - nowMs) / 1000);
  const format = once(`r${language}`, () => new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' }));
  const size = Math.abs(seconds);
  if (size < 10) return format.format(0, 'second');
  const [unit, unitSeconds] = steps.find(([, length]) => size >= length) ?? ['second', 1];
  return format.format(Math.trunc(seconds / unitSeconds), unit);
}

const durationUnits: readonly (readonly [string, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** `2 時間 5 分`: the two largest parts of a length of time. */
export function formatDuration(language: Language, ms: number): string {
  let rest = Math.round(Math.abs(ms) / 1000);
  const parts: string[] = [];
  for (const [unit, length] of durationUnits) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 && parts.length < 2) parts.push(formatUnit(language, count, unit));
  }
  return parts.length > 0 ? parts.join(' ') : formatUnit(language, 0, 'second');
}

function formatUnit(language: Language, count: number, unit: string): string {
  const options = { style: 'unit', unit, unitDisplay: language === 'ja' ? 'short' : 'long' } as const;
  return once(`u${language}${unit}`, () => new Intl.NumberFormat(localeOf(language), options)).format(count);
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `64 MiB`. */
export function formatBytes(language: Language, bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const shown = new Intl.NumberFormat(localeOf(language), { maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0 });
  return `${shown.format(value)} ${byteUnits[unit]}`;
}
