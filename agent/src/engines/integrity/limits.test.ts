import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Line, runEngine } from './engine-process.ts';

/** What the engine does where the machine sets limits: in processes of their own, which lack a privilege or a resource. */
const isRoot = process.geteuid?.() === 0;
const roots: string[] = [];
after(() => {
  for (const root of roots) fs.rmSync(root, { recursive: true, force: true });
});

function newRoot(): string {
  const root = fs.mkdtempSync(join(tmpdir(), 'limits-'));
  fs.chmodSync(root, 0o777);
  roots.push(root);
  fs.mkdirSync(join(root, 'watched'));
  fs.mkdirSync(join(root, 'data'), { mode: 0o777 });
  fs.chmodSync(join(root, 'data'), 0o777);
  return root;
}

test('S6: without root, what cannot be read is counted and the rest is watched', {
  skip: !isRoot && 'needs root to become somebody else',
}, async () => {
  const root = newRoot();
  const watched = join(root, 'watched');
  fs.chmodSync(watched, 0o755);
  fs.writeFileSync(join(watched, 'open'), 'o');
  fs.writeFileSync(join(watched, 'secret'), 's', { mode: 0o600 });
  fs.mkdirSync(join(watched, 'closed'), { mode: 0o700 });
  fs.writeFileSync(join(watched, 'closed/inner'), 'i');
  const engine = runEngine(root, ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']);
  const { status } = await engine.next();
  assert.equal(status?.state, 'degraded');
  assert.equal(status?.causes[0]?.code, 'integrity_unreadable');
  assert.equal(status?.causes[0]?.facts['count'], 2);
  fs.chmodSync(join(watched, 'secret'), 0o640);
  const { detection } = await engine.next();
  assert.deepEqual(detection?.file?.changed, ['mode']);
  await engine.stop();
});

test('at the limit of inotify the module says so, and a scan finds what the watch cannot see', {
  skip: !isRoot && 'needs a user namespace',
}, async (context) => {
  const root = newRoot();
  const watched = join(root, 'watched');
  for (let index = 0; index < 30; index += 1) fs.mkdirSync(join(watched, `d${index}`));
  const limit = 'echo 12 > /proc/sys/user/max_inotify_watches && exec "$0" "$@"';
  try {
    execFileSync('unshare', ['-Ur', 'sh', '-c', 'echo 12 > /proc/sys/user/max_inotify_watches'], { stdio: 'ignore' });
  } catch {
    return context.skip('user namespaces are not allowed here');
  }
  const engine = runEngine(root, ['unshare', '-Ur', 'sh', '-c', limit]);
  const { status } = await engine.next();
  assert.equal(status?.state, 'degraded');
  assert.equal(status?.causes[0]?.code, 'integrity_watch_limit');
  assert.ok(Number(status?.causes[0]?.facts['missing']) >= 18, JSON.stringify(status));
  for (let index = 0; index < 30; index += 1) fs.writeFileSync(join(watched, `d${index}/f`), 'x');
  const found = new Set<string>();
  const ways = new Set<unknown>();
  while (found.size < 30) {
    const { detection } = await engine.next();
    if (detection?.file) found.add(detection.file.path);
    ways.add(detection?.facts?.['foundBy']);
  }
  assert.deepEqual([...ways].sort(), ['scan', 'watch']);
  await engine.stop();
});

test('kill -9 in the midst of many changes: each is told in the end, none as two different detections', {
  timeout: 60_000,
}, async () => {
  const root = newRoot();
  const watched = join(root, 'watched');
  const first = runEngine(root, []);
  await first.next();
  const told = new Map<string, Set<string>>();
  const note = ({ detection }: Line) => {
    if (!detection?.file) return;
    const ids = told.get(detection.file.path) ?? new Set();
    told.set(detection.file.path, ids.add(detection.id));
  };
  for (let index = 0; index < 3000; index += 1) fs.writeFileSync(join(watched, `f${index}`), String(index));
  for (let count = 0; count < 700; count += 1) note(await first.next());
  (await first.kill()).forEach(note);
  const second = runEngine(root, []);
  while (told.size < 3000) note(await second.next());
  await second.stop();
  const twice = [...told].filter(([, ids]) => ids.size > 1);
  assert.deepEqual(twice, []);
});
