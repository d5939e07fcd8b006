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

test('times of web servers, databases, proxies and auditd', () => {
  assert.equal(utc('192.0.2.1 - root [05/Jan/2026:10:00:00 +0900] "GET / HTTP/1.1" 200 1'), '2026-01-05T01:00:00.000Z');
  assert.equal(utc('type=SYSCALL msg=audit(1767607200.500:7): arch'), '2026-01-05T10:00:00.500Z');
  assert.equal(utc('1767607200.500    12 192.0.2.1 TCP_MISS/200'), '2026-01-05T10:00:00.500Z');
  const local = new Date(2026, 0, 4, 10, 0, 0).toISOString();
  for (const line of [
    '2026/01/04 10:00:00 [error] 7#7: *1 user',
    '2026-01-04 10:00:00.123 UTC [7] FATAL',
    '[2026-01-04 10:00:00] local.ERROR',
    '[Sun Jan 04 10:00:00.123456 2026] [auth_basic:error] [pid 7] x',
  ])
    assert.equal(utc(line), local, line);
  assert.equal(utc('192.0.2.1 - a b [05/Jan/2020:10:00:00 +0900] "GET'), undefined, 'a name with a space');
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
