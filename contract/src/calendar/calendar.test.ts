import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CalendarOverride, DueRule } from '../calendar.ts';
import type { Edition } from '../edition.ts';
import { Refusal } from '../errors.ts';
import { languages } from '../language.ts';
import {
  acceptedAt,
  builtIn,
  countBusinessDays,
  deadlineOf,
  explainDeadline,
  instantAtShare,
  isBusinessDay,
  isOpen,
  listDays,
  makeCalendar,
  openMsBetween,
  readTimeOrDay,
  reviewSheetOf,
  secondEdition,
  shareElapsed,
  timesOf,
} from './index.ts';

const calendar = makeCalendar();
const hourMs = 3_600_000;

function at(text: string): Temporal.Instant {
  const read = readTimeOrDay(text);
  assert.ok('at' in read, text);
  return read.at;
}
const japan = (instant: string | Temporal.Instant) =>
  Temporal.Instant.from(instant.toString())
    .toZonedDateTimeISO('Asia/Tokyo')
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
    .replace('T', ' ');
const day = (text: string) => Temporal.PlainDate.from(text);
const due = (rule: DueRule, text: string, on = calendar) => {
  const { acceptedAt: accepted, dueAt } = deadlineOf(on, rule, at(text));
  return [japan(accepted), japan(dueAt)];
};
const refusedAs = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
let serial = 0;
const override = (
  from: string,
  effect: CalendarOverride['effect'],
  more: Partial<CalendarOverride> = {},
): CalendarOverride => ({
  ...{ id: `019ab000-0000-7000-8000-${String(serial++).padStart(12, '0')}`, from, to: from, effect },
  ...{ reason: '棚卸し', scope: 'provider', ...more },
});

describe('business days', () => {
  test('S53: 2026-12-29 is a business day, 12-30 to 2027-01-03 are not, 2027-01-04 is one', () => {
    const business = listDays(calendar, '2026-12-28', '2027-01-05').map(({ date, kind }) => [date, kind]);
    assert.deepEqual(business, [
      ['2026-12-28', 'business'],
      ['2026-12-29', 'business'],
      ['2026-12-30', 'year-end'],
      ['2026-12-31', 'year-end'],
      ['2027-01-01', 'holiday'],
      ['2027-01-02', 'year-end'],
      ['2027-01-03', 'year-end'],
      ['2027-01-04', 'business'],
      ['2027-01-05', 'business'],
    ]);
  });

  test('S53: 2026-05-06 (振替休日), 2026-09-22 (国民の休日) and 2027-03-22 (振替休日) are none, and have their names', () => {
    const nameOf = (date: string) => calendar.dayOf(day(date)).name?.ja;
    assert.deepEqual(['2026-05-06', '2026-09-22', '2027-03-22'].map(nameOf), ['振替休日', '国民の休日', '振替休日']);
    for (const date of ['2026-05-06', '2026-09-22', '2027-03-22']) assert.ok(!isBusinessDay(calendar, day(date)), date);
  });

  test('S53: ten days of Golden Week 2019, and the moved holidays of 2020 and 2021', () => {
    const rest = listDays(calendar, '2019-04-26', '2019-05-07').filter(({ kind }) => kind === 'business');
    assert.deepEqual(
      rest.map(({ date }) => date),
      ['2019-04-26', '2019-05-07'],
    );
    assert.equal(countBusinessDays(calendar, day('2019-04-27'), day('2019-05-07')), 0);
    const isFree = (date: string) => !isBusinessDay(calendar, day(date));
    assert.deepEqual(['2020-07-23', '2020-07-24', '2020-08-10', '2021-07-22', '2021-07-23', '2021-08-09'].map(isFree), [
      ...Array(6).fill(true),
    ]);
    assert.deepEqual(['2020-07-20', '2020-08-11', '2020-10-12', '2021-07-19', '2021-08-11', '2021-10-11'].map(isFree), [
      ...Array(6).fill(false),
    ]);
  });

  test('S53: the provider closes and opens days; of two that name one day the later stands, and an account’s over the provider’s', () => {
    const overrides = [
      override('2026-11-21', 'working', { scope: 'account', reason: 'お客様の移行' }),
      override('2026-11-24', 'closing', { to: '2026-11-25' }),
      override('2026-11-25', 'working'),
      override('2026-11-21', 'closing'),
    ];
    const own = makeCalendar({ version: 'builtin-1+p4', overrides });
    const kinds = listDays(own, '2026-11-21', '2026-11-26').map(({ kind }) => kind);
    assert.deepEqual(kinds, ['working', 'weekend', 'holiday', 'closing', 'working', 'business']);
    assert.equal(own.dayOf(day('2026-11-21')).reason, 'お客様の移行');
    assert.deepEqual(due('first-answer', '2026-11-20T18:00+09:00', own), ['2026-11-21 10:00', '2026-11-27 18:00']);
    assert.equal(deadlineOf(own, 'first-answer', at('2026-11-20')).calendarVersion, 'builtin-1+p4@2');
  });

  test('S53: a list of holidays stands in the place of the law for the years it covers, and for no other', () => {
    const holidays = { firstYear: 2028, lastYear: 2028, days: [{ date: '2028-06-01', name: '新しい祝日' }] };
    const listed = makeCalendar({ version: 'p1', overrides: [], holidays });
    assert.deepEqual(listed.dayOf(day('2028-06-01')).name, { ja: '新しい祝日', en: '新しい祝日' });
    assert.equal(listed.dayOf(day('2028-05-03')).kind, 'business');
    assert.equal(listed.dayOf(day('2029-05-03')).kind, 'holiday');
    assert.deepEqual(
      [listed.dayOf(day('2028-12-01')).isProvisional, calendar.dayOf(day('2028-12-01')).isProvisional],
      [false, true],
    );
  });

  test('S53: days that are not known are refused, never guessed', () => {
    for (const text of ['1954-12-31', '2100-01-01', '9999-12-31'])
      assert.throws(() => calendar.dayOf(day(text)), refusedAs('date_out_of_range'), text);
    assert.throws(() => deadlineOf(calendar, 'first-answer', at('2099-12-29')), refusedAs('date_out_of_range'));
    const closed = Array.from({ length: 3 }, (_, n) =>
      override(`${2026 + n}-01-01`, 'closing', { to: `${2026 + n}-12-31` }),
    );
    const never = makeCalendar({ version: 'p1', overrides: closed });
    assert.throws(() => deadlineOf(never, 'first-answer', at('2026-02-02')), refusedAs('no_business_day'));
  });
});

describe('reception', () => {
  test('S51, in part: mail at 18:01 on Friday 2026-09-18 is received on Thursday 2026-09-24 at 10:00', () => {
    assert.equal(japan(acceptedAt(calendar, at('2026-09-18T18:01+09:00'))), '2026-09-24 10:00');
  });

  test('S51, in part: reception is half-open: 10:00 is in, 18:00 is out, to the nanosecond', () => {
    const received = (text: string) => acceptedAt(calendar, at(text)).toString();
    assert.equal(received('2026-11-24T10:00+09:00'), '2026-11-24T01:00:00Z');
    assert.equal(received('2026-11-24T09:59:59.999999999+09:00'), '2026-11-24T01:00:00Z');
    assert.equal(received('2026-11-24T17:59:59.999999999+09:00'), '2026-11-24T08:59:59.999999999Z');
    assert.equal(received('2026-11-24T18:00+09:00'), '2026-11-25T01:00:00Z');
    assert.deepEqual(
      ['09:59', '10:00', '17:59', '18:00'].map((time) => isOpen(calendar, at(`2026-11-24T${time}+09:00`))),
      [false, true, true, false],
    );
  });

  test('S51, in part: another zone is the same instant', () => {
    assert.deepEqual(due('first-answer', '2026-12-28T06:00Z'), due('first-answer', '2026-12-28T15:00+09:00'));
    assert.deepEqual(due('first-answer', '2026-12-27T22:00-08:00'), due('first-answer', '2026-12-28T15:00+09:00'));
  });

  test('S50, in part: half and four fifths of a deadline are shares of its open time', () => {
    const found = deadlineOf(calendar, 'first-answer', at('2026-09-18T18:01+09:00'));
    const span = { acceptedAt: at(found.acceptedAt), dueAt: at(found.dueAt) };
    assert.equal(openMsBetween(calendar, span.acceptedAt, span.dueAt), 4 * 8 * hourMs);
    assert.equal(japan(instantAtShare(calendar, span, 0.5)), '2026-09-25 18:00');
    assert.equal(japan(instantAtShare(calendar, span, 0.8)), '2026-09-29 11:36');
    const share = (text: string) => shareElapsed(calendar, span, at(text));
    assert.deepEqual([share('2026-09-19'), share('2026-09-27'), share('2026-09-29T18:00+09:00')], [0, 0.5, 1]);
  });
});

describe('deadlines', () => {
  test('S50, in part: the first answer is due on the third business day after the day of reception, 18:00', () => {
    assert.deepEqual(due('first-answer', '2026-12-28T15:00+09:00'), ['2026-12-28 15:00', '2027-01-05 18:00']);
    assert.deepEqual(due('first-answer', '2026-09-19'), ['2026-09-24 10:00', '2026-09-29 18:00']);
    assert.deepEqual(due('first-answer', '2028-02-25T17:59+09:00'), ['2028-02-25 17:59', '2028-03-01 18:00']);
  });

  test('S50, in part: an edition may count the first day', () => {
    const counting = (days: number) =>
      makeCalendar(builtIn, { ...secondEdition, firstAnswer: { days, isFirstDayCounted: true } });
    assert.deepEqual(due('first-answer', '2026-12-28T15:00+09:00', counting(3)), [
      '2026-12-28 15:00',
      '2027-01-04 18:00',
    ]);
    assert.deepEqual(due('first-answer', '2026-12-28T15:00+09:00', counting(1)), [
      '2026-12-28 15:00',
      '2026-12-28 18:00',
    ]);
  });

  test('S78: the weekly report is due on the fifth business day after the week', () => {
    const weekly = (text: string) => due('weekly-report', text)[1];
    assert.equal(weekly('2026-09-20'), '2026-09-30 18:00');
    assert.equal(weekly('2026-12-27'), '2027-01-06 18:00');
    assert.equal(weekly('2026-05-03'), '2026-05-13 18:00');
  });

  test('S78, S79: every instant of a week gives the same day, Sunday 23:59:59.9 too, and Monday 00:00:00.0 the next', () => {
    assert.deepEqual(
      due('weekly-report', '2026-09-14T00:00+09:00'),
      due('weekly-report', '2026-09-20T23:59:59.9+09:00'),
    );
    assert.equal(due('weekly-report', '2026-09-21T00:00:00.0+09:00')[1], '2026-10-02 18:00');
  });

  test('S84: the monthly report is due on the fifth business day of the next month, the first one counted', () => {
    const monthly = (text: string) => due('monthly-report', text)[1];
    assert.equal(monthly('2026-12-05'), '2027-01-08 18:00');
    assert.equal(monthly('2026-04-30'), '2026-05-12 18:00');
    assert.equal(monthly('2026-08-01'), '2026-09-07 18:00');
  });

  test('S84, S85: every instant of a month gives the same day, in a leap February and over New Year too', () => {
    assert.deepEqual(
      due('monthly-report', '2028-02-01T00:00+09:00'),
      due('monthly-report', '2028-02-29T23:59:59.9+09:00'),
    );
    assert.equal(due('monthly-report', '2028-02-29')[1], '2028-03-07 18:00');
    assert.equal(due('monthly-report', '2028-03-01')[1], '2028-04-07 18:00');
    assert.equal(due('monthly-report', '2026-12-31T23:59:59.9+09:00')[1], '2027-01-08 18:00');
    assert.equal(due('monthly-report', '2027-01-01T00:00+09:00')[1], '2027-02-05 18:00');
  });

  test('S71, in part: alerts are reviewed on the next business day from 10:00 to 18:00', () => {
    assert.deepEqual(due('advanced-review', '2026-12-29T13:00+09:00'), ['2027-01-04 10:00', '2027-01-04 18:00']);
    assert.deepEqual(due('advanced-review', '2026-11-25T00:00+09:00'), ['2026-11-26 10:00', '2026-11-26 18:00']);
    assert.deepEqual(due('advanced-review', '2026-11-24T23:59:59.999+09:00'), ['2026-11-25 10:00', '2026-11-25 18:00']);
  });

  test('S65, in part: the sheet of Thursday 2026-09-24 holds 09-18 to 09-23, and a day that is no business day has none', () => {
    const sheet = reviewSheetOf(calendar, day('2026-09-24'));
    assert.deepEqual(sheet?.days, ['2026-09-18', '2026-09-19', '2026-09-20', '2026-09-21', '2026-09-22', '2026-09-23']);
    assert.deepEqual([japan(sheet.from), japan(sheet.to)], ['2026-09-18 00:00', '2026-09-24 00:00']);
    assert.equal(reviewSheetOf(calendar, day('2026-09-23')), undefined);
  });

  test('S92, in part: a meeting on 2026-11-25 may be arranged on 11-11, and no more on 11-12', () => {
    const found = deadlineOf(calendar, 'meeting', at('2026-11-25'));
    assert.deepEqual([found.lastDay, japan(found.dueAt)], ['2026-11-11', '2026-11-12 00:00']);
  });
});

describe('explanations', () => {
  test('S53: every day between is there once and says why, in both languages', () => {
    const found = deadlineOf(calendar, 'first-answer', at('2026-09-18T18:01+09:00'));
    assert.deepEqual(
      found.explanation.map(({ date, role, count }) => [date.slice(5), role, count]),
      [
        ['09-18', 'received', undefined],
        ['09-19', 'skipped', undefined],
        ['09-20', 'skipped', undefined],
        ['09-21', 'skipped', undefined],
        ['09-22', 'skipped', undefined],
        ['09-23', 'skipped', undefined],
        ['09-24', 'accepted', undefined],
        ['09-25', 'counted', 1],
        ['09-26', 'skipped', undefined],
        ['09-27', 'skipped', undefined],
        ['09-28', 'counted', 2],
        ['09-29', 'due', 3],
      ],
    );
    const told = (language: 'ja' | 'en') => explainDeadline(language, found).map(({ text }) => text);
    assert.equal(told('ja')[4], '祝日（国民の休日）のため、数えません。');
    assert.equal(told('en')[0], 'Outside of reception hours: received on the next business day.');
    assert.equal(told('en').at(-1), 'Business day 3. Due at 18:00.');
  });

  test('S53: what the provider closed or opened says so with the reason, for every rule', () => {
    const reason = '社員総会\nのため';
    const own = makeCalendar({
      version: 'p1',
      overrides: [override('2026-12-01', 'closing', { reason }), override('2026-12-05', 'working', { reason })],
    });
    for (const rule of ['first-answer', 'weekly-report', 'monthly-report', 'advanced-review', 'meeting'] as const)
      for (const language of languages)
        for (const { step, text } of explainDeadline(language, deadlineOf(own, rule, at('2026-11-30')))) {
          assert.ok(text.length > 3 && !/[\n{}]|undefined/.test(text), text);
          if (step.role === 'skipped' && step.kind === 'closing') assert.match(text, /社員総会 のため/);
        }
  });

  test('S53: a deadline that steps into a year whose holidays are not announced says that it is provisional', () => {
    assert.equal(deadlineOf(calendar, 'first-answer', at('2027-12-20')).isProvisional, false);
    assert.equal(deadlineOf(calendar, 'first-answer', at('2027-12-29T12:00+09:00')).isProvisional, true);
  });
});

describe('editions', () => {
  const shipped = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../rules/editions/2.json'), 'utf8'),
  ) as Edition;

  test('S103, in part: what the calendar carries of the second edition is what the edition says', () => {
    assert.deepEqual(timesOf(shipped), secondEdition);
  });

  test('S103, in part: two editions give two calendars at once; a way of counting that no rule has is refused', () => {
    const third: Edition = {
      ...shipped,
      id: '3',
      calendar: { ...shipped.calendar, weekdays: [1, 2, 3, 4, 5, 6], yearEnd: { from: '12-29', to: '01-04' } },
      hours: { ...shipped.hours, business: { ...shipped.hours['business']!, from: '09:00', to: '24:00' } },
      deadlines: {
        ...shipped.deadlines,
        firstAnswer: { ...shipped.deadlines.firstAnswer, amount: 2, counting: 'from' },
      },
    };
    const own = makeCalendar(builtIn, timesOf(third));
    assert.equal(own.version, 'builtin-1@3');
    assert.deepEqual(due('first-answer', '2026-12-28T15:00+09:00', own), ['2026-12-28 15:00', '2027-01-06 00:00']);
    assert.deepEqual(due('first-answer', '2026-12-28T15:00+09:00'), ['2026-12-28 15:00', '2027-01-05 18:00']);
    assert.equal(own.dayOf(day('2026-11-28')).kind, 'business');
    const odd = { ...shipped.deadlines.weeklyReport, unit: 'days' } as const;
    assert.throws(
      () => timesOf({ ...shipped, deadlines: { ...shipped.deadlines, weeklyReport: odd } }),
      /weeklyReport/,
    );
  });
});
