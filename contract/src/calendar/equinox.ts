/**
 * Days of the equinoxes in Japan. The law leaves them to the sky: the holiday is the day, in Japan's time, on which the sun's ecliptic
 * longitude becomes 0° or 180°, as the National Astronomical Observatory announces it. What stands here is the mean motion: the day and
 * fraction in a reference year, the yearly lag of the tropical year behind 365 days, and the leap days that make up for it. A test computes
 * the longitude of the sun itself (Meeus, Astronomical Algorithms, chapters 25 and 27) and compares every year.
 */
const yearlyLag = 0.242194;

type Series = { readonly first: number; readonly last: number; readonly march: number; readonly september: number };
const series: readonly Series[] = [
  { first: 1955, last: 1979, march: 20.8357, september: 23.2588 },
  { first: 1980, last: 2099, march: 20.8431, september: 23.2488 },
];

/** Day of March. @param year 1955 to 2099 @throws RangeError */
export const vernalEquinoxDay = (year: number): number => dayOf(year, 'march');
/** Day of September. @param year 1955 to 2099 @throws RangeError */
export const autumnalEquinoxDay = (year: number): number => dayOf(year, 'september');

function dayOf(year: number, month: 'march' | 'september'): number {
  const found = series.find(({ first, last }) => year >= first && year <= last);
  if (!found) throw new RangeError(`no equinox is known for the year ${year}`);
  const since = year - 1980;
  const leapDays = Math.trunc((year < 1980 ? year - 1983 : since) / 4);
  return Math.floor(found[month] + yearlyLag * since - leapDays);
}
