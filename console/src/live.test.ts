import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createInvalidator, keysStaleBy, readTopic } from './live.ts';

test('an event names its topic; anything else is passed over', () => {
  assert.equal(readTopic('{"topic":"alert","id":"x"}'), 'alert');
  assert.equal(readTopic('{"topic":"weather"}'), undefined);
  assert.equal(readTopic('not json'), undefined);
});

test('an alert makes lists, overview and hosts stale, each once', () => {
  const keys = keysStaleBy(['alert', 'detection', 'host']);
  assert.equal(new Set(keys).size, keys.length);
  for (const key of ['alert', 'overview', 'host', 'detection']) assert.ok(keys.includes(key), key);
});

test('a flood of events becomes few refreshes, and the last event is never lost', async () => {
  const refreshes: string[][] = [];
  const invalidator = createInvalidator(async (keys) => {
    refreshes.push(keys);
    await sleep(30);
  }, 20);
  for (let round = 0; round < 50; round += 1) {
    invalidator.note('detection');
    await sleep(2);
  }
  invalidator.note('mail');
  await sleep(300);
  assert.ok(refreshes.length >= 2 && refreshes.length <= 10, `${refreshes.length} refreshes`);
  assert.ok(refreshes.at(-1)?.includes('notice'));
});

test('a refresh that fails does not end the watching', async () => {
  let count = 0;
  const invalidator = createInvalidator(async () => {
    count += 1;
    throw new Error('manager away');
  }, 5);
  invalidator.note('alert');
  await sleep(60);
  invalidator.note('alert');
  await sleep(60);
  assert.equal(count, 2);
});

test('after stop nothing is refreshed', async () => {
  let count = 0;
  const invalidator = createInvalidator(async () => {
    count += 1;
  }, 5);
  invalidator.note('alert');
  invalidator.stop();
  invalidator.note('alert');
  await sleep(60);
  assert.equal(count, 0);
});
