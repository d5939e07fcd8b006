import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SuspectQueue } from './suspect-queue.ts';

/** A clock that stands still until it is moved. */
function stillClock() {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; run: () => void }>();
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    after(delayMs: number, run: () => void) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async moveTo(ms: number) {
      for (nowMs += 1; nowMs <= ms; nowMs += 1) {
        for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
          timers.delete(timer);
          timer.run();
          await setImmediate();
        }
      }
      nowMs = ms;
    },
  };
}

test('what changes all the time is one look at a time, and nobody waits longer than his delay', async () => {
  const clock = stillClock();
  const looks: { atMs: number; paths: string[] }[] = [];
  const process = async (suspects: { path: string }[]) => {
    looks.push({ atMs: clock.nowMs(), paths: suspects.map(({ path }) => path) });
  };
  const queue = new SuspectQueue(clock, process, assert.fail);
  for (const [atMs, path] of [
    [0, '/a'],
    [100, '/b'],
    [200, '/c'],
    [250, '/d'],
  ] as const) {
    await clock.moveTo(atMs);
    queue.add({ path }, 300, 80);
  }
  queue.add({ path: '/alone' }, 70);
  await clock.moveTo(1000);
  assert.deepEqual(looks, [
    { atMs: 300, paths: ['/a', '/b', '/c'] },
    { atMs: 320, paths: ['/alone'] },
    { atMs: 550, paths: ['/d'] },
  ]);
  await queue.stop();
});
