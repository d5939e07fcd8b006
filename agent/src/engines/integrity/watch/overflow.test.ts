import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Detection } from '@sakimori/contract/detection';
import { type Line, runEngine, withoutFanotify } from '../engine-process.ts';

const isRoot = process.geteuid?.() === 0;
const roots: string[] = [];
after(() => {
  for (const root of roots) fs.rmSync(root, { recursive: true, force: true });
});

/** More than the kernel's queues hold: three events or more a file, 16,384 places. */
const files = 18_000;

async function overflow(prefix: readonly string[], note: RegExp): Promise<void> {
  const root = fs.mkdtempSync(join(tmpdir(), 'overflow-'));
  roots.push(root);
  const watched = join(root, 'watched');
  for (const folder of [watched, join(root, 'data')]) fs.mkdirSync(folder);
  for (let index = 0; index < 200; index += 1) fs.mkdirSync(join(watched, `d${index}`));
  const engine = runEngine(root, prefix);
  const { status } = await engine.next();
  assert.match(status?.notes?.[0]?.code ?? '', note);
  assert.equal(status?.figures['eventOverruns'], undefined);

  engine.signal('SIGSTOP');
  execFileSync(process.execPath, [join(import.meta.dirname, 'churn.ts'), watched, String(files)]);
  engine.signal('SIGCONT');

  const ways = new Set<unknown>();
  const told = new Map<string, Detection>();
  const take = ({ detection }: Line) => {
    if (!detection?.file) return;
    assert.ok(!told.has(detection.file.path), `${detection.file.path} is told once`);
    told.set(detection.file.path, detection);
    ways.add(detection.facts?.['foundBy']);
  };
  for (let tries = 0; (await engine.status(take)).figures['eventOverruns'] === undefined; tries += 1) {
    assert.ok(tries < 100, 'the overflow is noticed');
    await sleep(50);
  }
  const catching = await engine.status(take);
  assert.ok(catching.causes.some(({ code }) => code === 'integrity_events_lost') || told.size === files);
  while (told.size < files) take(await engine.next());
  assert.ok(ways.has('scan'), 'what the kernel dropped was found by a scan');
  for (let tries = 0; tries < 200; tries += 1) {
    const { causes } = await engine.status(take);
    if (!causes.some(({ code }) => code === 'integrity_events_lost')) break;
    await sleep(50);
  }
  const settled = await engine.status(take);
  assert.equal(settled.state, 'active', JSON.stringify(settled));
  assert.match(engine.log(), /dropped events; a scan follows/);
  await engine.stop();
}

describe('S6: the kernel drops events, and no change is lost', {
  skip: !isRoot && 'needs root',
  timeout: 180_000,
}, () => {
  test('S6: fanotify says that its queue overflowed', () => overflow([], /^integrity_fanotify$/));

  test('S6: inotify, of whose overflow Node says nothing', () =>
    overflow(withoutFanotify, /^integrity_inotify_rights$/));
});
