import { type Language, timeZone } from '@sakimori/contract';

/** `2026年11月25日(水) 14:00–15:30` or `Wed, 25 Nov 2026, 14:00–15:30 (JST)`. */
export function spanIn(language: Language, startsAt: Date, endsAt: Date): string {
  const day = (at: Date) =>
    at.toLocaleDateString(language === 'ja' ? 'ja-JP' : 'en-GB', {
      ...{ timeZone, year: 'numeric', day: 'numeric', weekday: 'short' },
      month: language === 'ja' ? 'long' : 'short',
    });
  const time = (at: Date) => at.toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  const until = day(startsAt) === day(endsAt) ? time(endsAt) : `${day(endsAt)} ${time(endsAt)}`;
  const comma = language === 'ja' ? ' ' : ', ';
  return `${day(startsAt)}${comma}${time(startsAt)}–${until}${language === 'ja' ? '' : ' (JST)'}`;
}
