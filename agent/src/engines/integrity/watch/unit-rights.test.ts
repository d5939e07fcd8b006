import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runEngine } from '../engine-process.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'unit-rights-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const unit = join(import.meta.dirname, '../../../../../deploy/systemd/sakimori-agent.service');

/** The capabilities that the unit leaves to the agent, as setpriv(1) names them. */
function capabilitiesOfUnit(): string[] {
  const line = /^CapabilityBoundingSet=(.+)$/m.exec(fs.readFileSync(unit, 'utf8'))?.[1] ?? '';
  return line.split(' ').map((name) => name.toLowerCase().replace(/^cap_/, ''));
}

test('S6, in part: with no more rights than the unit leaves, fanotify works, and a program of another user is known', {
  skip: process.geteuid?.() !== 0 && 'needs root to give rights away',
  timeout: 60_000,
}, async () => {
  const watched = join(root, 'watched');
  for (const folder of [watched, join(root, 'data')]) fs.mkdirSync(folder, { mode: 0o777 });
  for (const folder of [root, watched]) fs.chmodSync(folder, 0o777);
  const rights = `-all,${capabilitiesOfUnit()
    .map((name) => `+${name}`)
    .join(',')}`;
  const engine = runEngine(root, ['setpriv', `--bounding-set=${rights}`, '--inh-caps=-all', '--no-new-privs']);
  try {
    const { status } = await engine.next();
    assert.deepEqual(
      status?.notes?.map(({ code }) => code),
      ['integrity_fanotify'],
    );
    const child = spawn('/bin/sh', ['-c', 'echo x > file; sleep 1; :'], { cwd: watched, uid: 65534, gid: 65534 });
    const { detection } = await engine.next();
    assert.equal(detection?.actor?.process.pid, child.pid);
    assert.equal(detection?.actor?.process.path, fs.realpathSync('/bin/sh'));
    assert.equal(detection?.actor?.user?.uid, 65534);
    await once(child, 'exit');
  } finally {
    await engine.stop();
  }
});
