import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../clock.ts';
import { readMounts } from '../../../file-system/mounts.ts';
import { kindsOf, policyOf, quiet, setUp, tearDown } from '../test-setting.ts';
import { FanotifyWatch } from './fanotify-watch.ts';
import { loadLibc } from './libc.ts';

const skip = process.geteuid?.() === 0 ? await missing() : 'needs root';

async function missing(): Promise<string | false> {
  try {
    const libc = await loadLibc();
    fs.closeSync(libc.fanotifyInit(0xc00));
    return false;
  } catch (error) {
    return `fanotify cannot be used here: ${(error as Error).message}`;
  }
}

const mounted: string[] = [];
afterEach(async () => {
  for (const point of mounted.splice(0).reverse()) spawnSync('umount', ['-l', point]);
  await tearDown();
});

function mount(args: readonly string[], point: string): void {
  fs.mkdirSync(point, { recursive: true });
  execFileSync('mount', [...args, point]);
  mounted.push(point);
}

describe('real time by fanotify', { skip, timeout: 120_000 }, () => {
  test('S6: a change names the process, its parent, and the user', async () => {
    const { watched, host, engine } = await setUp((path) => {
      fs.writeFileSync(join(path, 'config'), 'a');
      fs.chmodSync(path, 0o777);
      fs.chmodSync(join(path, 'config'), 0o666);
      fs.chmodSync(join(path, '..'), 0o755);
    });
    assert.deepEqual(
      engine.status().notes?.map(({ code }) => code),
      ['integrity_fanotify'],
    );
    // A shell that goes on for a moment, as a person's does; its argument must not be told.
    const child = spawn('/bin/sh', ['-c', 'echo b > config; sleep 1; : secret-in-arguments'], {
      cwd: watched,
      ...{ uid: 65534, gid: 65534 },
    });
    const [detection] = await host.waitFor(1);
    assert.deepEqual(detection?.file?.changed, ['content']);
    const { actor } = detection!;
    assert.equal(actor?.process.pid, child.pid);
    assert.equal(actor?.process.path, fs.realpathSync('/bin/sh'));
    assert.equal(actor?.process.parent?.pid, process.pid);
    assert.equal(actor?.process.parent?.path, fs.realpathSync(process.execPath));
    assert.deepEqual(actor?.user, { name: 'nobody', uid: 65534 });
    assert.equal(actor?.unknown, undefined);
    assert.ok(!JSON.stringify(detection).includes('secret-in-arguments'));
    await once(child, 'exit');
  });

  test('S6: of writers that end at once some are known by name, and of all others it is said that they had ended', async () => {
    const { watched, host } = await setUp(() => {});
    for (let index = 0; index < 200; index += 1) {
      await once(spawn('touch', [join(watched, `f${index}`)]), 'exit');
    }
    await host.waitFor(200);
    for (const { actor, file } of host.detections) {
      assert.ok(actor?.process.pid, `${file?.path} has a process`);
      assert.ok(actor.process.name !== undefined || actor.unknown === 'ended', JSON.stringify(actor));
    }
    const known = host.detections.filter(({ actor }) => actor?.process.name !== undefined).length;
    // On a quiet machine most; beside other heavy work we come later.
    assert.ok(known >= 20, `${known} of 200 are known by name`);
  });

  test('S6: what is below a renamed or replaced folder is followed, and a rename out of the area is a deletion', async () => {
    const { watched, host, root } = await setUp((path) => {
      fs.mkdirSync(join(path, 'one/deep'), { recursive: true });
      fs.writeFileSync(join(path, 'one/deep/file'), 'a');
      fs.mkdirSync(join(path, 'two'));
      fs.writeFileSync(join(path, 'two/file'), 'a');
    });
    fs.renameSync(join(watched, 'one'), join(watched, 'three'));
    await host.waitFor(1);
    fs.appendFileSync(join(watched, 'three/deep/file'), 'b');
    await host.waitFor(2);
    assert.equal(host.detections[1]?.file?.path, join(watched, 'three/deep/file'));
    fs.rmSync(join(watched, 'two'), { recursive: true });
    fs.mkdirSync(join(watched, 'two'));
    await host.waitFor(3);
    fs.mkdirSync(join(root, 'outside/new'), { recursive: true });
    fs.writeFileSync(join(root, 'outside/new/file'), 'n');
    fs.renameSync(join(root, 'outside/new'), join(watched, 'new'));
    fs.renameSync(join(watched, 'three'), join(root, 'outside/three'));
    await host.waitFor(8);
    await quiet();
    assert.ok(kindsOf(host).includes(`file.deleted ${join(watched, 'two/file')}`), kindsOf(host).join('\n'));
    assert.ok(kindsOf(host).includes(`file.created ${join(watched, 'new/file')}`));
    for (const gone of ['three', 'three/deep', 'three/deep/file'])
      assert.ok(kindsOf(host).includes(`file.deleted ${join(watched, gone)}`), gone);
  });

  test('S6: a hard link made elsewhere, and a write through it: told under the watched name by the next scan', async () => {
    const { watched, host, engine, root } = await setUp((path) => fs.writeFileSync(join(path, 'file'), 'a'));
    fs.linkSync(join(watched, 'file'), join(root, 'other-name'));
    fs.writeFileSync(join(root, 'other-name'), 'b');
    await quiet();
    await engine.run!({ kind: 'integrity-scan', facts: {} });
    assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'file')}`]);
  });

  test('S6: a local file system that is mounted and unmounted in the watched area is examined, and is not held', async () => {
    const { watched, host } = await setUp((path) => {
      fs.mkdirSync(join(path, 'disk'));
      fs.writeFileSync(join(path, 'disk/below'), 'b');
    });
    const point = join(watched, 'disk');
    mount(['-t', 'tmpfs', 'tmpfs'], point);
    await host.waitFor(2);
    assert.ok(kindsOf(host).includes(`file.deleted ${join(point, 'below')}`), kindsOf(host).join('\n'));
    fs.writeFileSync(join(point, 'on-disk'), 'x');
    const detections = await host.waitFor(3);
    const made = detections.find(({ file }) => file?.path === join(point, 'on-disk'));
    assert.equal(made?.actor?.process.pid, process.pid, 'the new file system has a mark');
    await quiet();
    execFileSync('umount', [point]);
    await host.waitFor(5);
    assert.ok(kindsOf(host).includes(`file.created ${join(point, 'below')}`), kindsOf(host).join('\n'));
  });

  test('S6: a bind mount is seen under the watched name, and the hidden folder below it is not', async () => {
    const outside = fs.mkdtempSync(join(tmpdir(), 'outside-'));
    try {
      const { watched, host } = await setUp((path) => {
        mount(['--bind', outside], join(path, 'bound'));
      });
      fs.writeFileSync(join(outside, 'file'), 'x');
      await host.waitFor(1);
      assert.deepEqual(kindsOf(host), [`file.created ${join(watched, 'bound/file')}`]);
      assert.equal(host.detections[0]?.actor?.process.pid, process.pid);
    } finally {
      fs.rmSync(outside, { recursive: true, force: true });
    }
  });

  test('S6: 20,000 changes at full speed: every path is heard of, or the overflow is', async () => {
    const folder = fs.mkdtempSync(join(tmpdir(), 'churn-'));
    const seen = new Set<string>();
    let overflows = 0;
    const watch = new FanotifyWatch(await loadLibc(), readMounts(), {
      clock: systemClock,
      concerns: (path) => path === '/' || path === tmpdir() || path.startsWith(folder),
      onEvent: (path) => seen.add(path),
      onOverflow: () => (overflows += 1),
      ...{ onMounts: () => {}, onFault: (error: Error) => assert.fail(error), ownFolders: [] },
    });
    try {
      await once(spawn(process.execPath, [join(import.meta.dirname, 'churn.ts'), folder, '20000']), 'exit');
      await sleep(300);
      const files = [...seen].filter((path) => /\/f\d+$/.test(path)).length;
      assert.ok(files === 20_000 || overflows > 0, `${files} files, ${overflows} overflows`);
    } finally {
      await watch.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  test('an excluded folder and the policy’s rules without real time say nothing', async () => {
    const { watched, host } = await setUp(
      (path) => fs.mkdirSync(join(path, 'cache')),
      (path) => policyOf([path], { exclude: [join(path, 'cache')] }),
    );
    fs.writeFileSync(join(watched, 'cache/file'), 'x');
    await quiet();
    assert.deepEqual(kindsOf(host), []);
  });
});
