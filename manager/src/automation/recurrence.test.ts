import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import fc from 'fast-check';
import { nextRunOf } from './recurrence.ts';

type Details = Readonly<Record<string, unknown>>;
const next = (scheduleDetails: Details, from: string): string | undefined => {
  const found = nextRunOf({ scheduleDetails } as ApiObject, new Date(from));
  return typeof found === 'number' ? new Date(found).toISOString().replace('.000Z', 'Z') : found;
};
const ms = (at: string): number => Date.parse(at);
const daily = (startTime: string, timeZone: string, more: Details = {}): Details => ({
  ...{ timeZone, recurrenceType: 'daily' },
  dailyScheduleParameters: { startTime: ms(startTime), frequencyType: 'everyday', ...more },
});
const monthly = (startTime: string, more: Details, timeZone = 'Asia/Tokyo'): Details => ({
  ...{ timeZone, recurrenceType: 'monthly' },
  monthlyScheduleParameters: { startTime: ms(startTime), ...more },
});
const weekly = (startTime: string, more: Details, timeZone = 'Asia/Tokyo'): Details => ({
  ...{ timeZone, recurrenceType: 'weekly' },
  weeklyScheduleParameters: { startTime: ms(startTime), ...more },
});
/** Several runs in a row, each asked for at the one before. */
function runs(details: Details, from: string, count: number): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let at: string | undefined = from;
  while (found.length < count && at) {
    at = next(details, at);
    found.push(at);
  }
  return found;
}

describe('once', () => {
  const once = (startTime: number): Details => ({ recurrenceType: 'none', onceOnlyScheduleParameters: { startTime } });
  test('at its time, and never after it or without one', () => {
    assert.equal(next(once(ms('2026-12-01T00:00:00Z')), '2026-11-30T00:00:00Z'), '2026-12-01T00:00:00Z');
    assert.equal(next(once(ms('2026-12-01T00:00:00Z')), '2026-12-01T00:00:00Z'), undefined);
    assert.equal(next(once(0), '2026-12-01T00:00:00Z'), undefined);
    assert.equal(next({}, '2026-12-01T00:00:00Z'), undefined);
    assert.equal(nextRunOf({}, new Date()), undefined);
  });
});

describe('hourly', () => {
  const hourly = (minutesPastTheHour: string, timeZone: string): Details => ({
    ...{ timeZone, recurrenceType: 'hourly', hourlyScheduleParameters: { minutesPastTheHour } },
  });
  test('at the minute of the zone’s own hour', () => {
    assert.equal(next(hourly('15', 'Asia/Tokyo'), '2026-11-30T10:15:00Z'), '2026-11-30T11:15:00Z');
    assert.equal(next(hourly('15', 'Asia/Tokyo'), '2026-11-30T10:14:59Z'), '2026-11-30T10:15:00Z');
    assert.equal(next(hourly('15', 'Asia/Kolkata'), '2026-11-30T10:15:00Z'), '2026-11-30T10:45:00Z');
  });
  test('also where clocks are turned, by an hour or by half of one', () => {
    assert.deepEqual(runs(hourly('0', 'Europe/Berlin'), '2026-10-24T23:30:00Z', 3), [
      '2026-10-25T00:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-10-25T02:00:00Z',
    ]);
    // Lord Howe: 02:00 becomes 02:30 on 2026-10-04, so there is no 02:05.
    assert.deepEqual(runs(hourly('5', 'Australia/Lord_Howe'), '2026-10-03T14:00:00Z', 3), [
      '2026-10-03T14:35:00Z',
      '2026-10-03T16:05:00Z',
      '2026-10-03T17:05:00Z',
    ]);
  });
});

describe('daily', () => {
  test('at the start’s time of day in the zone, whatever the season', () => {
    const details = daily('2026-03-01T08:30:00Z', 'Europe/Berlin');
    assert.deepEqual(runs(details, '2026-03-28T00:00:00Z', 3), [
      '2026-03-28T08:30:00Z',
      '2026-03-29T07:30:00Z',
      '2026-03-30T07:30:00Z',
    ]);
    assert.equal(next(daily('2027-01-01T00:00:00Z', 'Asia/Tokyo'), '2026-11-01T00:00:00Z'), '2027-01-01T00:00:00Z');
  });
  test('once on the day that skips the time, and once on the day that has it twice', () => {
    const spring = daily('2026-03-01T01:30:00Z', 'Europe/Berlin');
    assert.deepEqual(runs(spring, '2026-03-28T00:00:00Z', 3), [
      '2026-03-28T01:30:00Z',
      '2026-03-29T01:30:00Z',
      '2026-03-30T00:30:00Z',
    ]);
    const autumn = daily('2026-10-01T00:30:00Z', 'Europe/Berlin');
    assert.deepEqual(runs(autumn, '2026-10-24T12:00:00Z', 2), ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']);
    // Asked between the first and the second 02:30.
    assert.equal(next(autumn, '2026-10-25T01:00:00Z'), '2026-10-26T01:30:00Z');
  });
  test('on weekdays, and every so many days from the start on', () => {
    const weekdays = daily('2026-11-02T00:00:00Z', 'Asia/Tokyo', { frequencyType: 'weekdays' });
    assert.deepEqual(runs(weekdays, '2026-11-27T00:00:00Z', 2), ['2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z']);
    const third = daily('2026-11-01T15:00:00Z', 'Asia/Tokyo', { frequencyType: 'custom', customInterval: 3 });
    assert.deepEqual(runs(third, '2026-11-02T00:00:00Z', 3), [
      '2026-11-04T15:00:00Z',
      '2026-11-07T15:00:00Z',
      '2026-11-10T15:00:00Z',
    ]);
    const noStart = daily('1970-01-01T00:00:00Z', 'UTC', { frequencyType: 'custom', customInterval: 2 });
    assert.deepEqual(runs(noStart, '2026-11-01T12:00:00Z', 2), ['2026-11-03T00:00:00Z', '2026-11-05T00:00:00Z']);
  });
  test('a day that a zone leaves out is passed over', () => {
    // Samoa went from 29 to 31 December 2011.
    const details = daily('2011-12-28T20:00:00Z', 'Pacific/Apia');
    assert.deepEqual(runs(details, '2011-12-29T12:00:00Z', 3), [
      '2011-12-29T20:00:00Z',
      '2011-12-30T20:00:00Z',
      '2011-12-31T20:00:00Z',
    ]);
  });
});

describe('weekly', () => {
  test('on its days, every so many weeks', () => {
    const details = weekly('2026-11-01T18:00:00Z', { days: ['sunday', 'wednesday'], interval: 1 });
    assert.deepEqual(runs(details, '2026-11-27T00:00:00Z', 3), [
      '2026-11-28T18:00:00Z',
      '2026-12-01T18:00:00Z',
      '2026-12-05T18:00:00Z',
    ]);
    const second = weekly('2026-11-01T18:00:00Z', { days: ['monday'], interval: 2 });
    assert.deepEqual(runs(second, '2026-11-02T00:00:00Z', 2), ['2026-11-15T18:00:00Z', '2026-11-29T18:00:00Z']);
    assert.equal(next(weekly('2026-11-01T18:00:00Z', { days: [] }), '2026-11-02T00:00:00Z'), 'malformed');
  });
});

describe('monthly', () => {
  test('S58, in part: the first Sunday at 03:00 JST', () => {
    const details = monthly('2026-10-31T18:00:00Z', {
      ...{ frequencyType: 'custom', weekOfMonth: 'first', dayOfWeek: 'sunday' },
    });
    assert.deepEqual(runs(details, '2026-11-02T00:00:00Z', 3), [
      '2026-12-05T18:00:00Z',
      '2027-01-02T18:00:00Z',
      '2027-02-06T18:00:00Z',
    ]);
  });
  test('the last day of months of every length, and the last weekday', () => {
    const last = monthly('2027-12-31T00:00:00Z', { frequencyType: 'last-day-of-month' });
    assert.deepEqual(
      runs(last, '2028-01-31T00:00:00Z', 3).map((at) => at?.slice(0, 10)),
      ['2028-02-29', '2028-03-31', '2028-04-30'],
    );
    const friday = monthly('2026-01-01T00:00:00Z', {
      ...{ frequencyType: 'custom', weekOfMonth: 'last', dayOfWeek: 'friday' },
    });
    assert.equal(next(friday, '2027-02-01T00:00:00Z'), '2027-02-26T00:00:00Z');
  });
  test('a day that a month has not is passed over; 29 February comes after eight years where it must', () => {
    const last = monthly('2026-01-30T15:00:00Z', { frequencyType: 'day-of-month', dayOfMonth: 31 });
    assert.deepEqual(
      runs(last, '2026-02-01T00:00:00Z', 3).map((at) => at?.slice(0, 10)),
      ['2026-03-30', '2026-05-30', '2026-07-30'],
    );
    const leap = monthly('2096-02-29T00:00:00Z', { dayOfMonth: 29, months: ['feburary'] });
    assert.equal(next(leap, '2096-03-01T00:00:00Z'), '2104-02-29T00:00:00Z');
    const never = monthly('2026-01-01T00:00:00Z', { dayOfMonth: 30, months: ['feburary'] });
    assert.equal(next(never, '2026-01-01T00:00:00Z'), undefined);
  });
});

test('what cannot be read is malformed', () => {
  const from = '2026-11-27T00:00:00Z';
  assert.equal(next({ recurrenceType: 'daily' }, from), 'malformed');
  assert.equal(next({ recurrenceType: 'daily', weeklyScheduleParameters: {} }, from), 'malformed');
  assert.equal(next(daily(from, 'Nowhere/Land'), from), 'malformed');
  assert.equal(next({ ...daily(from, 'UTC', { startTime: 8.64e15 }) }, from), 'malformed');
  assert.equal(next(monthly(from, { dayOfMonth: 32 }), from), 'malformed');
  assert.equal(next(monthly(from, { frequencyType: 'custom', weekOfMonth: 'first' }), from), 'malformed');
});

/**
 * The same by another way: offsets as `Intl` tells them, days counted in UTC as if they were local, one day after another. Slow, and without
 * `Temporal`.
 */
class Model {
  readonly #format: Intl.DateTimeFormat;
  constructor(zone: string) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    this.#format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', second: '2-digit', ...parts });
  }
  /** The reading of the wall clock, as if it were UTC. */
  wall(at: number): number {
    const part = Object.fromEntries(this.#format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
  }
  #offset = (at: number): number => this.wall(at) - at;
  /** The first moment that reads so; where none does, what the offset before the gap makes of it. */
  moment(wall: number): number {
    const day = 86_400_000;
    const [before, after] = [this.#offset(wall - day), this.#offset(wall + day)];
    const hits = [wall - before, wall - after].filter((at) => this.wall(at) === wall).sort((a, b) => a - b);
    return hits[0] ?? wall - before;
  }
  next(from: number, start: number, fits: (day: Date) => boolean): number | undefined {
    const day = 86_400_000;
    const time = start > 0 ? this.wall(start) % day : 0;
    const first = Math.floor(this.wall(Math.max(from, start)) / day);
    for (let count = first; count < first + 3000; count++) {
      if (!fits(new Date(count * day))) continue;
      const at = this.moment(count * day + time);
      if (at > from) return at;
    }
    return undefined;
  }
}

const zones = ['Asia/Tokyo', 'UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago'];
const anyZone = fc.constantFrom(...zones);
const models = new Map(zones.map((zone) => [zone, new Model(zone)]));
/** Whole minutes of some years, with many close to the hours at which clocks are turned. */
const anyMinute = fc
  .oneof(
    fc.integer({ min: ms('2025-01-01T00:00:00Z') / 60_000, max: ms('2032-01-01T00:00:00Z') / 60_000 }),
    fc
      .tuple(
        fc.constantFrom(
          '2026-03-29T01:00Z',
          '2026-10-25T01:00Z',
          '2026-03-08T07:00Z',
          '2026-11-01T06:00Z',
          '2026-10-03T15:30Z',
        ),
        fc.integer({ min: -4000, max: 4000 }),
      )
      .map(([turn, minutes]) => ms(turn) / 60_000 + minutes),
  )
  .map((minute) => minute * 60_000);
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = [
  ...['january', 'feburary', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];
const daysIn = (day: Date): number => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** The schedule, and what of it a day must be by the model. */
type Drawn = { details: Details; fits: (day: Date, anchor: number) => boolean };
const dayMs = 86_400_000;
const anyDaily: fc.Arbitrary<Drawn> = fc
  .record({
    frequencyType: fc.constantFrom('everyday', 'weekdays', 'custom'),
    customInterval: fc.integer({ min: 1, max: 9 }),
  })
  .map((parameters) => ({
    details: { recurrenceType: 'daily', dailyScheduleParameters: parameters },
    fits: (day, anchor) => {
      if (parameters.frequencyType === 'weekdays') return day.getUTCDay() % 6 !== 0;
      return (
        parameters.frequencyType !== 'custom' || (day.getTime() / dayMs - anchor) % parameters.customInterval === 0
      );
    },
  }));
const anyWeekly: fc.Arbitrary<Drawn> = fc
  .record({ days: fc.subarray(weekdays, { minLength: 1 }), interval: fc.integer({ min: 1, max: 4 }) })
  .map((parameters) => ({
    details: { recurrenceType: 'weekly', weeklyScheduleParameters: parameters },
    fits: (day, anchor) => {
      // The day 4 of the epoch was a Monday.
      const week = (count: number) => Math.floor((count - 4) / 7);
      const isDay = parameters.days.includes(weekdays[day.getUTCDay()]!);
      return isDay && (week(day.getTime() / dayMs) - week(anchor)) % parameters.interval === 0;
    },
  }));
const anyMonthly: fc.Arbitrary<Drawn> = fc
  .record({
    frequencyType: fc.constantFrom('day-of-month', 'last-day-of-month', 'custom'),
    dayOfMonth: fc.integer({ min: 1, max: 31 }),
    weekOfMonth: fc.constantFrom('first', 'second', 'third', 'fourth', 'last'),
    dayOfWeek: fc.constantFrom(...weekdays),
    months: fc.subarray(months),
  })
  .map((parameters) => ({
    details: { recurrenceType: 'monthly', monthlyScheduleParameters: parameters },
    fits: (day) => {
      const wanted = parameters.months.length === 0 || parameters.months.includes(months[day.getUTCMonth()]!);
      if (!wanted) return false;
      const date = day.getUTCDate();
      if (parameters.frequencyType === 'last-day-of-month') return date === daysIn(day);
      if (parameters.frequencyType === 'day-of-month') return date === parameters.dayOfMonth;
      if (weekdays[day.getUTCDay()] !== parameters.dayOfWeek) return false;
      const before = Math.floor((date - 1) / 7);
      if (parameters.weekOfMonth === 'last') return date + 7 > daysIn(day);
      return ['first', 'second', 'third', 'fourth'][before] === parameters.weekOfMonth;
    },
  }));

test('every schedule runs when a slow model without Temporal says', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyDaily, anyWeekly, anyMonthly),
      anyZone,
      anyMinute,
      anyMinute,
      (drawn, zone, from, start) => {
        const model = models.get(zone)!;
        const type = String(drawn.details['recurrenceType']);
        const parameters = { ...(drawn.details[`${type}ScheduleParameters`] as object), startTime: start };
        const scheduleDetails = { ...drawn.details, timeZone: zone, [`${type}ScheduleParameters`]: parameters };
        const anchor = Math.floor(model.wall(start) / dayMs);
        const expected = model.next(from, start, (day) => drawn.fits(day, anchor));
        assert.equal(nextRunOf({ scheduleDetails }, new Date(from)), expected);
      },
    ),
    { numRuns: 1500 },
  );
});

test('a chain of runs goes on, each after the one before, and asking in between changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyDaily, anyWeekly, anyMonthly),
      anyZone,
      anyMinute,
      fc.nat(1000),
      ({ details }, zone, from, per) => {
        const scheduleDetails = { ...details, timeZone: zone };
        const at = nextRunOf({ scheduleDetails }, new Date(from));
        if (typeof at !== 'number') return;
        assert.ok(at > from);
        const between = from + Math.floor(((at - from - 1) * per) / 1000);
        assert.equal(nextRunOf({ scheduleDetails }, new Date(between)), at);
      },
    ),
    { numRuns: 500 },
  );
});
