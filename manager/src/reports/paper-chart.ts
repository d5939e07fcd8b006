import { type Language, phrase, timeZone } from '@sakimori/contract';
import { dayLabel } from './wording.ts';

type Day = {
  readonly day: string;
  readonly count: number;
  readonly parts: readonly { readonly colour: string; readonly count: number }[];
};

/** Days as the template draws them: upright bars over round numbers, and in words for who hears it instead. */
export function chartOf(language: Language, days: readonly Day[]): unknown {
  const most = Math.max(1, ...days.map((day) => day.count));
  const ticks = ticksUpTo(most);
  const weekday = new Intl.DateTimeFormat(language === 'ja' ? 'ja-JP' : 'en-GB', { timeZone, weekday: 'narrow' });
  const busiest = days.reduce((day, other) => (other.count > day.count ? other : day));
  const values = days
    .map((day) => `${dayLabel(language, day.day)} ${day.count}`)
    .join(phrase(language, 'report.comma'));
  return {
    alt:
      busiest.count === 0
        ? phrase(language, 'report.chart.zero')
        : phrase(language, 'report.chart.days', {
            day: dayLabel(language, busiest.day),
            count: busiest.count,
            values,
          }),
    ticks,
    top: ticks.at(-1),
    days: days.map(({ day, parts }) => {
      const date = new Date(`${day}T12:00:00+09:00`);
      return {
        number: String(Number(day.slice(8))),
        weekday: weekday.format(date),
        weekend: date.getUTCDay() % 6 === 0,
        parts: parts.filter((part) => part.count > 0),
      };
    }),
  };
}

/** Round numbers from 0 to the first that is not below `most`, four to six of them where `most` allows. */
export function ticksUpTo(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 5)));
  const step = [1, 2, 5, 10].map((unit) => unit * power).find((size) => most / size <= 5)!;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
