import { type Language, timeZone } from '@sakimori/contract';

const locales: Readonly<Record<Language, string>> = { ja: 'ja-JP', en: 'en-GB' };
const instants = new Map<Language, Intl.DateTimeFormat>();

/** `2026年11月24日(火) 10:00:00 JST` / `Tue, 24 November 2026 at 10:00:00 JST`. Times that cannot be read come back as they are. */
export function showInstant(language: Language, instant: string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return instant;
  let format = instants.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(locales[language], {
      timeZone,
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    instants.set(language, format);
  }
  return `${format.format(time)} JST`;
}

/** `1 時間 5 分 12 秒` / `1 hr, 5 min, 12 sec`. */
export function showDuration(language: Language, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = {
    days: Math.floor(whole / 86_400),
    hours: Math.floor((whole % 86_400) / 3600),
    minutes: Math.floor((whole % 3600) / 60),
    seconds: whole % 60,
  };
  const secondsDisplay = whole === 0 ? 'always' : 'auto';
  return new Intl.DurationFormat(locales[language], { style: 'short', secondsDisplay }).format(parts);
}
