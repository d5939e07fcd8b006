import assert from 'node:assert/strict';
import test from 'node:test';
import { ManualClock } from '../../platform/index.ts';
import { RateLimit } from './rate-limit.ts';

test('a key has so many calls in a minute, and what is refused is not counted', () => {
  const clock = new ManualClock('2026-11-24T01:00:00.000Z');
  const limit = new RateLimit(clock, 3);
  const take = (key: string, account = 'a') => limit.take(key, account);
  assert.deepEqual([take('x'), take('x'), take('x'), take('x'), take('y')], [true, true, true, false, true]);
  clock.advance(30_000);
  assert.equal(take('x'), false);
  clock.advance(30_000);
  assert.deepEqual([take('x'), take('x'), take('x'), take('x')], [true, true, true, false]);
});

test('the keys of one account have ten times as many together, and those of another are served on', () => {
  const clock = new ManualClock('2026-11-24T01:00:00.000Z');
  const limit = new RateLimit(clock, 3);
  const taken = Array.from({ length: 20 }, (_, key) => [1, 2].map(() => limit.take(`key ${key}`, 'a'))).flat();
  assert.equal(taken.filter(Boolean).length, 30);
  assert.equal(limit.take('key of another', 'b'), true);
  clock.advance(60_000);
  assert.equal(limit.take('key 19', 'a'), true);
});
