import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLineTime } from './line-time.ts';

const now = Date.UTC(2026, 0, 5, 12);
const utc = (line: string) => {
  const timeMs = readLineTime(line, now);
  return timeMs === undefined ? undefined : new Date(timeMs).toISOString();
};

test('the time a line names, with and without year and zone', () => {
  assert.equal(utc('2026-01-05T10:00:00.5+09:00 web01 x: y'), '2026-01-05T01:00:00.500Z');
  assert.equal(utc('<34>1 2026-01-05T10:00:00Z web01 x - - - y'), '2026-01-05T10:00:00.000Z');
  const local = (year: number, month: number, day: number) => new Date(year, month - 1, day, 10, 0, 0).toISOString();
  assert.equal(utc('Jan  4 10:00:00 web01 x: y'), local(2026, 1, 4));
  assert.equal(utc('Dec 31 10:00:00 web01 x: y'), local(2025, 12, 31), 'the last time that date has been');
});

test('no time, a date that does not exist, a time to come', () => {
  for (const line of [
    '',
    'hello',
    'Feb 30 10:00:00 web01 x: y',
    '2026-13-01T10:00:00Z a',
    '2026-01-06T10:00:00Z a',
    'Xyz 01 10:00:00 a',
  ]) {
    assert.equal(readLineTime(line, now), undefined, line);
  }
});
