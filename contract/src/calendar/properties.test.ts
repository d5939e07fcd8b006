import assert from 'node:assert/strict';
import { test } from 'node:test';
import holidayJp from '@holiday-jp/holiday_jp';
import fc from 'fast-check';
import { dueRules } from '../calendar.ts';
import { autumnalEquinoxDay, vernalEquinoxDay } from './equinox.ts';
import {
  acceptedAt,
  addOpenMs,
  deadlineOf,
  holidaysOf,
  listDays,
  makeCalendar,
  openMsBetween,
  reviewSheetOf,
} from './index.ts';

/**
 * The engine against a slow model that shares nothing with it: days are numbers counted in Japan's time without `Temporal`, holidays are the
 * published list, hours are walked one by one.
 */
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const japanMs = 9 * hourMs;
const listed = new Set(Object.keys(holidayJp.holidays));

const dayNumber = (ms: number): number => Math.floor((ms + japanMs) / dayMs);
const textOf = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);
const startOf = (number: number): number => number * dayMs - japanMs;
const weekdayOf = (number: number): number => new Date(number * dayMs).getUTCDay();
function isFree(number: number): boolean {
  const text = textOf(number);
  const closing = ['12-30', '12-31', '01-01', '01-02', '01-03'].includes(text.slice(5));
  return closing || [0, 6].includes(weekdayOf(number)) || listed.has(text);
}
const nextBusiness = (number: number): number => {
  let next = number + 1;
  while (isFree(next)) next++;
  return next;
};
const nthAfter = (number: number, count: number): number =>
  Array.from({ length: count }).reduce<number>((day) => nextBusiness(day), number);
const isOpenAt = (ms: number): boolean => {
  const hour = (ms - startOf(dayNumber(ms))) / hourMs;
  return !isFree(dayNumber(ms)) && hour >= 10 && hour < 18;
};

const slow: Record<(typeof dueRules)[number], (ms: number) => [accepted: number, due: number]> = {
  'first-answer': (ms) => {
    let accepted = ms;
    // On to the next full hour until somebody is there.
    while (!isOpenAt(accepted)) accepted = (Math.floor(accepted / hourMs) + 1) * hourMs;
    return [accepted, startOf(nthAfter(dayNumber(accepted), 3)) + 18 * hourMs];
  },
  'weekly-report': (ms) => {
    let end = dayNumber(ms);
    while (weekdayOf(end) !== 0) end++;
    return [startOf(nextBusiness(end)) + 10 * hourMs, startOf(nthAfter(end, 5)) + 18 * hourMs];
  },
  'monthly-report': (ms) => {
    let end = dayNumber(ms);
    while (!textOf(end + 1).endsWith('-01')) end++;
    return [startOf(nextBusiness(end)) + 10 * hourMs, startOf(nthAfter(end, 5)) + 18 * hourMs];
  },
  'advanced-review': (ms) => {
    const day = nextBusiness(dayNumber(ms));
    return [startOf(day) + 10 * hourMs, startOf(day) + 18 * hourMs];
  },
  meeting: (ms) => [startOf(dayNumber(ms)), startOf(dayNumber(ms) - 13)],
};

const calendar = makeCalendar();
const first = Date.parse('2016-01-01T00:00:00+09:00');
const last = Date.parse('2036-11-30T00:00:00+09:00');
const anyMs = fc.oneof(
  fc.integer({ min: first, max: last }),
  // The edges: full hours of days around New Year, Golden Week, and the holidays of September.
  fc
    .tuple(fc.integer({ min: 2016, max: 2035 }), fc.constantFrom('12-27', '04-26', '09-15', '02-27', '07-18'))
    .chain(([year, day]) =>
      fc.nat({ max: 240 }).map((hour) => Date.parse(`${year}-${day}T00:00:00+09:00`) + hour * hourMs),
    ),
);
const instant = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms);

test('S53: the holidays by the law are those of the published list, day by day from 1970 to 2050', () => {
  for (let year = 1970; year <= 2050; year++) {
    const published = [...listed].filter((date) => date.startsWith(`${year}-`)).sort();
    const ours = holidaysOf(year).map(({ date }) => date);
    assert.deepEqual(ours, published, String(year));
  }
});

test('S53: every day from 2016 to 2036 is a business day in the engine and in the slow model, or in neither', () => {
  const days = listDays(calendar, '2016-01-01', '2036-12-31');
  assert.equal(days.length, 7671);
  for (const { date, kind, weekday } of days) {
    const number = Date.parse(`${date}T00:00:00Z`) / dayMs;
    assert.deepEqual([date, kind === 'business', weekday % 7], [date, !isFree(number), weekdayOf(number)]);
  }
});

for (const [row, rule] of [
  ['S50, S51, in part', 'first-answer'],
  ['S78', 'weekly-report'],
  ['S84', 'monthly-report'],
  ['S71, in part', 'advanced-review'],
  ['S92, in part', 'meeting'],
] as const)
  test(`${row}: ${rule} equals the slow model from 2016 to 2036`, () => {
    fc.assert(
      fc.property(anyMs, (ms) => {
        const { acceptedAt: accepted, dueAt } = deadlineOf(calendar, rule, instant(ms));
        assert.deepEqual([Date.parse(accepted), Date.parse(dueAt)], slow[rule](ms), new Date(ms).toISOString());
      }),
      { numRuns: 400 },
    );
  });

test('S53: an explanation has every day from the first to the last once, in order, and counts only business days', () => {
  fc.assert(
    fc.property(fc.constantFrom(...dueRules), anyMs, (rule, ms) => {
      const { explanation, lastDay } = deadlineOf(calendar, rule, instant(ms));
      const numbers = explanation.map(({ date }) => Date.parse(`${date}T00:00:00Z`) / dayMs);
      const direction = rule === 'meeting' ? -1 : 1;
      numbers.forEach((number, index) => {
        assert.equal(number, numbers[0]! + index * direction);
      });
      assert.equal(explanation.at(-1)?.date, lastDay);
      assert.equal(explanation.at(-1)?.role, 'due');
      if (rule === 'meeting') return;
      for (const { role, kind } of explanation) {
        if (role === 'skipped') assert.notEqual(kind, 'business');
        if (role === 'counted' || role === 'accepted' || role === 'due') assert.equal(kind, 'business');
      }
    }),
    { numRuns: 300 },
  );
});

test('S65, in part: the sheets of all business days cover every day once from 2016 to 2036', () => {
  let next = '2015-12-28';
  for (const { date, kind } of listDays(calendar, '2015-12-29', '2036-12-31')) {
    const sheet = reviewSheetOf(calendar, Temporal.PlainDate.from(date));
    assert.equal(sheet !== undefined, kind === 'business');
    if (!sheet) continue;
    assert.equal(sheet.days[0], next);
    assert.equal(sheet.days.length * dayMs, sheet.to.epochMilliseconds - sheet.from.epochMilliseconds);
    next = date;
  }
});

test('S51, in part: open time is what the hours say, adds up, and leads back', () => {
  const anyPair = fc.tuple(anyMs, fc.nat({ max: 40 * 24 }));
  fc.assert(
    fc.property(anyPair, ([ms, hours]) => {
      const from = Math.floor(ms / hourMs) * hourMs;
      const to = from + hours * hourMs;
      let walked = 0;
      for (let at = from; at < to; at += hourMs) if (isOpenAt(at)) walked += hourMs;
      const open = openMsBetween(calendar, instant(from), instant(to));
      assert.equal(open, walked);
      const middle = from + Math.floor(hours / 2) * hourMs;
      const parts = [
        openMsBetween(calendar, instant(from), instant(middle)),
        openMsBetween(calendar, instant(middle), instant(to)),
      ];
      assert.equal(parts[0]! + parts[1]!, open);
      if (open > 0) {
        const reached = addOpenMs(calendar, instant(from), open);
        assert.ok(reached.epochMilliseconds <= to);
        assert.equal(openMsBetween(calendar, instant(from), reached), open);
      }
    }),
    { numRuns: 200 },
  );
});

test('S51, in part: what is received later is never accepted or due earlier', () => {
  fc.assert(
    fc.property(fc.constantFrom(...dueRules), anyMs, fc.nat({ max: 10 * dayMs }), (rule, ms, wait) => {
      const [one, two] = [deadlineOf(calendar, rule, instant(ms)), deadlineOf(calendar, rule, instant(ms + wait))];
      assert.ok(one.acceptedAt <= two.acceptedAt && one.dueAt <= two.dueAt);
      const accepted = acceptedAt(calendar, instant(ms));
      assert.ok(acceptedAt(calendar, accepted).equals(accepted), 'what is accepted stays accepted');
    }),
  );
});

test('S53: the equinoxes are the days on which the sun stands there, from 1955 to 2099', () => {
  for (let year = 1955; year <= 2099; year++) {
    for (const [month, degrees, dayOf] of [
      [3, 0, vernalEquinoxDay],
      [9, 180, autumnalEquinoxDay],
    ] as const) {
      const ms = equinoxMs(year, month, degrees);
      // Within a quarter of an hour of midnight the short series below cannot decide.
      const minuteOfDay = (((ms + japanMs) % dayMs) + dayMs) % dayMs;
      if (Math.min(minuteOfDay, dayMs - minuteOfDay) < 15 * 60_000) continue;
      assert.equal(dayOf(year), new Date(ms + japanMs).getUTCDate(), `${year}-${month}`);
    }
  }
});

/** When the sun's apparent longitude becomes so many degrees, UTC (Meeus, chapter 25, low accuracy: 0.01°, a quarter of an hour). */
function equinoxMs(year: number, month: number, degrees: number): number {
  let [low, high] = [Date.UTC(year, month - 1, 15), Date.UTC(year, month - 1, 30)];
  const isBefore = (ms: number) => ((sunLongitude(ms) - degrees + 540) % 360) - 180 < 0;
  while (high - low > 1000) {
    const middle = (low + high) / 2;
    if (isBefore(middle)) low = middle;
    else high = middle;
  }
  return low;
}

function sunLongitude(ms: number): number {
  const rad = Math.PI / 180;
  // Terrestrial time runs about a minute before UTC in these years.
  const julianDay = (ms + 65_000) / dayMs + 2_440_587.5;
  const t = (julianDay - 2_451_545) / 36_525;
  const mean = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t;
  const anomaly = (357.52911 + 35_999.05029 * t - 0.0001537 * t * t) * rad;
  const centre =
    (1.914602 - 0.004817 * t - 0.000014 * t * t) * Math.sin(anomaly) +
    (0.019993 - 0.000101 * t) * Math.sin(2 * anomaly) +
    0.000289 * Math.sin(3 * anomaly);
  const apparent = mean + centre - 0.00569 - 0.00478 * Math.sin((125.04 - 1934.136 * t) * rad);
  return ((apparent % 360) + 360) % 360;
}
