import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Backoff } from './backoff.ts';
import { Bell } from './bell.ts';
import { manualClock, systemClock } from './clock.ts';
import { Run } from './previous-run.ts';
import { createSeal } from './seal.ts';

const folder = fs.mkdtempSync(join(tmpdir(), 'run-'));
after(() => fs.rmSync(folder, { recursive: true }));

test('how the run before ended is told from its mark: first, orderly, killed, rebooted', () => {
  // Each run has a clock of its own, which stands still once the run is over.
  const start = (bootId: string, at: string) => {
    const clock = manualClock(Date.parse(`2026-11-23T${at}.000Z`));
    return { clock, run: new Run({ path: join(folder, 'run.json'), bootId, clock, log: () => {} }) };
  };
  const first = start('a', '10:00:00');
  assert.deepEqual(first.run.previous, { ended: 'first' });
  assert.equal(first.run.gapSeconds, undefined);
  first.clock.advance(25_000);
  const killed = start('a', '10:00:25');
  assert.deepEqual(killed.run.previous, { ended: 'killed', lastAliveAt: '2026-11-23T10:00:20.000Z' });
  assert.equal(killed.run.gapSeconds, 5);
  assert.notEqual(killed.run.id, first.run.id);
  const rebooted = start('b', '11:00:00');
  assert.equal(rebooted.run.previous.ended, 'rebooted');
  rebooted.run.endOrderly();
  const orderly = start('c', '12:00:00');
  assert.equal(orderly.run.previous.ended, 'orderly');
  assert.equal(orderly.run.gapSeconds, 3600);
  fs.writeFileSync(join(folder, 'run.json'), '{"half a');
  assert.equal(start('c', '13:00:00').run.previous.ended, 'first');
});

test('the wait after failures doubles up to its bound and is never the same for all', () => {
  const backoff = new Backoff(1000, 60_000);
  assert.deepEqual(
    [0, 1, 2, 3].map(() => backoff.nextMs(1)),
    [1000, 2000, 4000, 8000],
  );
  for (let index = 0; index < 20; index += 1) backoff.nextMs();
  assert.equal(backoff.nextMs(1), 60_000);
  assert.equal(backoff.nextMs(0), 30_000);
  backoff.reset();
  assert.equal(backoff.nextMs(0), 500);
});

test('a bell that nobody waited for is heard by the next; a wait that is over takes nothing from the next', async () => {
  const bell = new Bell(systemClock);
  bell.ring();
  assert.equal(await bell.wait(60_000), undefined);
  assert.equal(await bell.wait(60_000, Promise.resolve('other')), 'other');
  const waiting = bell.wait(60_000);
  bell.ring();
  await waiting;
  await bell.wait(1);
});

test('a sealed detection bears the corrected time, and keeps to the bounds of the contract', () => {
  const clock = manualClock(Date.parse('2026-11-23T10:00:00.000Z'));
  const seal = createSeal({ accountId: 'a', hostId: 'h' }, clock, () => -7_200_000);
  const detection = seal('integrity', {
    kind: 'file.modified',
    rule: { id: 'r', name: 'n' },
    severity: 'low',
    title: `${'x'.repeat(499)}😀`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    occurredAt: '2026-11-23T09:59:00.000Z',
  });
  assert.equal(detection.occurredAt, '2026-11-23T11:59:00.000Z');
  assert.equal(detection.clockOffsetMs, -7_200_000);
  assert.equal(detection.title.length, 499);
  assert.equal(Object.keys(detection)[0], 'id');
});
