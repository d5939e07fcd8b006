import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLog } from '../platform/index.ts';
import { Software, SoftwareUnavailable } from './software.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-software-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const clock = { at: new Date('2026-11-27T00:00:00Z'), now: () => clock.at };

test('what cannot be built says so without paths, and is tried again after half a minute', async () => {
  const place = join(folder, 'taken');
  writeFileSync(place, 'a file where a folder should be');
  const software = new Software(place, { clock, log: createLog('silent') });
  const failures: unknown[] = [];
  for (const seconds of [0, 29, 2]) {
    clock.at = new Date(clock.at.getTime() + seconds * 1000);
    failures.push(await software.current().catch((error: unknown) => error));
  }
  assert.ok(failures.every((error) => error instanceof SoftwareUnavailable && !error.message.includes('/')));
  assert.equal(failures[0], failures[1]);
  assert.notEqual(failures[1], failures[2]);
});

test('an earlier build that is still here is found without the sources; no name leads out of the folder', async () => {
  const build = '0.0.1-0123456789abcdef';
  const file = { sha256: 'a'.repeat(64), bytes: 4 };
  mkdirSync(join(folder, build));
  writeFileSync(join(folder, build, 'sakimori-agent.deb'), 'deb\n');
  writeFileSync(
    join(folder, build, 'release.json'),
    JSON.stringify({ build, version: '0.0.1', architecture: 'x86_64', files: { 'sakimori-agent.deb': file } }),
  );
  const software = new Software(folder, { clock, log: createLog('silent') });
  const found = await software.find('x86_64', 'sakimori-agent.deb', build);
  assert.deepEqual(found, { ...file, path: join(folder, build, 'sakimori-agent.deb') });
  assert.equal(await software.find('aarch64', 'sakimori-agent.deb', build), undefined);
  for (const [name, of] of [
    ['release.json', build],
    ['../secret', build],
    ['sakimori-agent.deb', '../..'],
    ['sakimori-agent.deb', `${build}/../${build}`],
  ] as const)
    assert.equal(await software.find('x86_64', name, of), undefined, `${name} of ${of}`);
});
