import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, recentPeriods } from './periods.ts';

test('S79: a week runs from Monday to Sunday', () => {
  assert.deepEqual(daysOf('2026-W47'), ['2026-11-16', '2026-11-22']);
  assert.deepEqual(daysOf('2026-W01'), ['2025-12-29', '2026-01-04']);
  assert.deepEqual(daysOf('2026-W53'), ['2026-12-28', '2027-01-03']);
});

test('S85: a month runs from its first to its last day, leap years too', () => {
  assert.deepEqual(daysOf('2028-02'), ['2028-02-01', '2028-02-29']);
  assert.deepEqual(daysOf('2026-12'), ['2026-12-01', '2026-12-31']);
});

test('the choice begins with the period that Japan is in now', () => {
  // Sunday 23:30 UTC is Monday morning in Japan.
  assert.deepEqual(recentPeriods('weekly', Date.parse('2026-11-22T23:30:00Z'), 3), [
    '2026-W48',
    '2026-W47',
    '2026-W46',
  ]);
  assert.deepEqual(recentPeriods('weekly', Date.parse('2027-01-06T00:00:00Z'), 2), ['2027-W01', '2026-W53']);
  assert.deepEqual(recentPeriods('monthly', Date.parse('2026-12-31T15:00:00Z'), 2), ['2027-01', '2026-12']);
});
