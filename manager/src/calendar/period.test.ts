import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal } from '@sakimori/contract';
import fc from 'fast-check';
import { type PeriodKind, periodAt, periodOf } from './index.ts';

const dayMs = 86_400_000;
const anyKind = fc.constantFrom<PeriodKind>('weekly', 'monthly');
const anyInstant = fc.date({
  min: new Date('2000-02-01T00:00:00Z'),
  max: new Date('2199-11-30T00:00:00Z'),
  noInvalidDate: true,
});
const edges = (period: string) => {
  const { from, to } = periodOf(period);
  return [from.toISOString(), to.toISOString()];
};

describe('weeks', () => {
  test('S79: a week is [Monday 00:00, next Monday 00:00) in Asia/Tokyo', () => {
    const week = periodOf('2026-W47');
    assert.deepEqual(edges('2026-W47'), ['2026-11-15T15:00:00.000Z', '2026-11-22T15:00:00.000Z']);
    assert.deepEqual(week.days, [
      '2026-11-16',
      '2026-11-17',
      '2026-11-18',
      '2026-11-19',
      '2026-11-20',
      '2026-11-21',
      '2026-11-22',
    ]);
    assert.equal(week.kind, 'weekly');
    assert.equal(week.previous, '2026-W46');
  });

  test('S79: Sunday 23:59:59.9 and Monday 00:00:00.0 fall into different weeks', () => {
    assert.equal(periodAt('weekly', new Date('2026-11-22T23:59:59.900+09:00')).period, '2026-W47');
    assert.equal(periodAt('weekly', new Date('2026-11-23T00:00:00.000+09:00')).period, '2026-W48');
  });

  test('S79: the year of a week is the ISO year, over New Year too', () => {
    assert.deepEqual(edges('2026-W53'), ['2026-12-27T15:00:00.000Z', '2027-01-03T15:00:00.000Z']);
    assert.deepEqual(edges('2027-W01'), ['2027-01-03T15:00:00.000Z', '2027-01-10T15:00:00.000Z']);
    assert.equal(periodOf('2027-W01').previous, '2026-W53');
    assert.equal(periodOf('2026-W01').days[0], '2025-12-29');
    assert.equal(periodAt('weekly', new Date('2027-01-01T12:00:00+09:00')).period, '2026-W53');
  });
});

describe('months', () => {
  test('S85: a month is [1st 00:00, next 1st 00:00) in Asia/Tokyo', () => {
    const month = periodOf('2026-11');
    assert.deepEqual(edges('2026-11'), ['2026-10-31T15:00:00.000Z', '2026-11-30T15:00:00.000Z']);
    assert.equal(month.kind, 'monthly');
    assert.equal(month.days.length, 30);
    assert.equal(month.days.at(-1), '2026-11-30');
    assert.equal(month.previous, '2026-10');
  });

  test('S85: February 2028 has 29 days, February 2027 has 28, February 2100 has 28', () => {
    assert.deepEqual(edges('2028-02'), ['2028-01-31T15:00:00.000Z', '2028-02-29T15:00:00.000Z']);
    assert.equal(periodOf('2028-02').days.at(-1), '2028-02-29');
    assert.equal(periodOf('2027-02').days.length, 28);
    assert.equal(periodOf('2100-02').days.length, 28);
  });

  test('S85: December ends where January begins', () => {
    assert.deepEqual(periodOf('2026-12').to, periodOf('2027-01').from);
    assert.equal(periodOf('2027-01').previous, '2026-12');
    assert.equal(periodAt('monthly', new Date('2026-12-31T23:59:59.999+09:00')).period, '2026-12');
    assert.equal(periodAt('monthly', new Date('2027-01-01T00:00:00.000+09:00')).period, '2027-01');
  });
});

describe('properties of every period', () => {
  test('an instant lies in the period it falls into, and the name leads back to the same period', () => {
    fc.assert(
      fc.property(anyKind, anyInstant, (kind, at) => {
        const period = periodAt(kind, at);
        assert.ok(period.from <= at && at < period.to);
        assert.deepEqual(periodOf(period.period), period);
      }),
    );
  });

  test('periods of a kind meet without gap or overlap, and no two have one name', () => {
    fc.assert(
      fc.property(anyKind, anyInstant, (kind, at) => {
        const period = periodAt(kind, at);
        const previous = periodOf(period.previous);
        assert.deepEqual(previous.to, period.from);
        assert.notEqual(previous.period, period.period);
        assert.equal(periodAt(kind, period.to).previous, period.period);
      }),
    );
  });

  test('days are whole, in order, and as many as the period is long; a week has seven and begins on a Monday', () => {
    fc.assert(
      fc.property(anyKind, anyInstant, (kind, at) => {
        const { days, from, to } = periodAt(kind, at);
        assert.equal(days.length * dayMs, to.getTime() - from.getTime());
        days.forEach((day, index) => {
          assert.equal(new Date(`${day}T00:00:00+09:00`).getTime(), from.getTime() + index * dayMs);
        });
        if (kind === 'weekly') assert.equal(new Date(`${days[0]}T12:00:00Z`).getUTCDay(), 1);
        else assert.match(days[0]!, /-01$/);
      }),
    );
  });
});

describe('what is no period', () => {
  const refused = (period: string) =>
    assert.throws(
      () => periodOf(period),
      (error) =>
        error instanceof Refusal && error.code === 'period_invalid' && /2026-W47/.test(String(error.facts['expected'])),
      period,
    );

  test('a week or month that does not exist is refused', () => {
    for (const period of ['2025-W53', '2027-W53', '2026-W00', '2026-W54', '2026-W99', '2026-00', '2026-13'])
      refused(period);
  });

  test('another form is refused, and so are years nobody reports on', () => {
    for (const period of ['', '2026', '2026-W7', '2026-1', '2026-11-01', ' 2026-11', '2026-11\n', '２０２６-11'])
      refused(period);
    for (const period of ['0000-01', '1999-W10', '2200-01', '9999-12', '9999-W52']) refused(period);
  });

  test('whatever is thrown at it, it answers with a period of that name or with that refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-W?\d{2}$/)), (text) => {
        try {
          assert.equal(periodOf(text).period, text);
        } catch (error) {
          assert.ok(error instanceof Refusal && error.code === 'period_invalid', String(error));
        }
      }),
    );
  });
});
