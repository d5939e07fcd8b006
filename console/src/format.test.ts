import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatDuration, formatNumber, formatRelative, formatTime, formatTimeWithZone } from './format.ts';

const now = Date.parse('2026-11-23T10:00:00.000Z');
const before = (seconds: number) => new Date(now - seconds * 1000).toISOString();

test('times are shown in Japan’s time with their date', () => {
  assert.equal(formatTime('2026-12-31T15:00:00.000Z'), '2027/01/01 00:00:00');
  assert.equal(formatTime('2026-12-31T14:59:59.000Z', false), '2026/12/31 23:59');
  assert.equal(formatTimeWithZone('2026-11-23T10:00:00.000Z'), '2026/11/23 19:00:00 JST');
});

test('relative times take the largest whole unit', () => {
  assert.equal(formatRelative('ja', before(3), now), '今');
  assert.equal(formatRelative('en', before(3), now), 'now');
  assert.equal(formatRelative('ja', before(45), now), '45 秒前');
  assert.equal(formatRelative('ja', before(185), now), '3 分前');
  assert.equal(formatRelative('en', before(7200), now), '2 hours ago');
  assert.equal(formatRelative('en', before(-3 * 86_400 - 5), now), 'in 3 days');
});

test('lengths of time show their two largest parts', () => {
  assert.equal(formatDuration('ja', 7_500_000), '2 時間 5 分');
  assert.equal(formatDuration('en', -90_000), '1 minute 30 seconds');
  assert.equal(formatDuration('ja', 0), '0 秒');
});

test('numbers and bytes follow the language', () => {
  assert.equal(formatNumber('ja', 1234567), '1,234,567');
  assert.equal(formatBytes('en', 64 * 1024 * 1024), '64 MiB');
  assert.equal(formatBytes('ja', 1536), '1.5 KiB');
  assert.equal(formatBytes('ja', 0), '0 B');
});
