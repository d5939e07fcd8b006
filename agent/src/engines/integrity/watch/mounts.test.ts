import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../clock.ts';
import { createRecordingHost } from '../../recording-host.ts';
import { createIntegrityEngine } from '../index.ts';
import { policyOf, settled } from '../test-setting.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'mounts-'));
const watched = join(root, 'watched');
const bucket = join(root, 'bucket');
const point = join(watched, 'remote bucket');
const newData = () => fs.mkdtempSync(join(root, 'data-'));
for (const folder of [watched, bucket, point]) fs.mkdirSync(folder);
fs.writeFileSync(join(bucket, 'object'), 'o');
fs.writeFileSync(join(watched, 'local'), 'l');

/** A real FUSE file system whose daemon writes every request of the kernel to its log. */
class Fuse {
  readonly log = join(root, 'fuse.log');
  #daemon: ChildProcess | undefined;

  async mount(): Promise<void> {
    const log = fs.openSync(this.log, 'w');
    this.#daemon = spawn('bindfs', ['-f', '-d', '-o', 'fsname=s3fs,subtype=s3fs', bucket, point], {
      stdio: ['ignore', log, log],
    });
    fs.closeSync(log);
    for (let tries = 0; !fs.readFileSync('/proc/self/mountinfo', 'utf8').includes('fuse.s3fs'); tries += 1) {
      assert.ok(tries < 500, `mounted: ${fs.readFileSync(this.log, 'utf8')}`);
      await sleep(10);
    }
  }

  /** Requests that some process has caused, as against those of mounting itself. */
  requests(): string[] {
    const text = fs.readFileSync(this.log, 'utf8');
    return [...text.matchAll(/unique: \d+, opcode: (\w+)/g)].map(([, name]) => name!).filter((name) => name !== 'INIT');
  }

  async unmount(): Promise<void> {
    if (!this.#daemon) return;
    const ended = once(this.#daemon, 'exit');
    this.#daemon = undefined;
    execFileSync('umount', [point]);
    await ended;
  }
}

const skip =
  (process.geteuid?.() !== 0 && 'needs root to mount') ||
  (!fs.existsSync('/dev/fuse') && 'impossible here: the kernel offers no FUSE') ||
  (spawnSync('bindfs', ['--version']).error && 'bindfs is not here');

const fuse = new Fuse();
after(async () => {
  await fuse.unmount();
  fs.rmSync(root, { recursive: true, force: true });
});

describe('S22: a mount of object storage', { skip, timeout: 60_000 }, () => {
  test('S22: a new FUSE mount is told once with low severity, skipped without any request to it, and said in the state', async () => {
    const host = createRecordingHost('integrity', newData(), systemClock, undefined, true);
    const engine = createIntegrityEngine([])(host);
    try {
      await engine.apply(policyOf([watched], { scanEverySeconds: 10 }));
      await settled(engine);
      await fuse.mount();
      const [notice] = await host.waitFor(1);
      assert.equal(notice?.kind, 'integrity.mount_skipped');
      assert.equal(notice?.severity, 'low');
      assert.equal(notice?.subject, point);
      assert.equal(notice?.facts?.['fileSystem'], 'fuse.s3fs');
      assert.equal(notice?.facts?.['watched'], true);
      // Whole scans, and changes beside the mount.
      fs.writeFileSync(join(watched, 'local'), 'changed');
      for (let scan = 0; scan < 2; scan += 1) await engine.run!({ kind: 'integrity-scan', facts: {} });
      assert.deepEqual(fuse.requests(), [], 'the daemon was not asked for anything');
      const { state, causes } = engine.status();
      assert.equal(state, 'degraded');
      assert.deepEqual(causes, [
        {
          code: 'integrity_mounts_skipped',
          facts: { count: 1, example: `${point} (fuse.s3fs)`, list: `${point} (fuse.s3fs)` },
        },
      ]);
      assert.deepEqual(
        host.detections.map(({ kind }) => kind),
        ['integrity.mount_skipped', 'file.modified'],
        'once for the mount, and nothing of what it hides is told as gone',
      );
    } finally {
      await engine.stop();
    }
    // The watch itself can tell such a request: it is seen when somebody else makes one.
    assert.equal(fs.readFileSync(join(point, 'object'), 'utf8'), 'o');
    assert.ok(fuse.requests().includes('LOOKUP'), fuse.requests().join(' '));
  });

  test('S22: not told again after a restart of the agent, but after the mount has gone and come again', async () => {
    const host = createRecordingHost('integrity', newData(), systemClock, undefined, true);
    const first = createIntegrityEngine([])(host);
    await first.apply(policyOf([watched]));
    await settled(first);
    await first.stop();
    assert.deepEqual(host.detections, [], 'what is there at the very first look is in the state alone');
    const second = createIntegrityEngine([])(host);
    try {
      await second.apply(policyOf([watched]));
      await settled(second);
      assert.deepEqual(host.detections, []);
      await fuse.unmount();
      await sleep(300);
      await fuse.mount();
      const told = await host.waitFor(2);
      assert.deepEqual(
        told.map(({ kind, subject }) => `${kind} ${subject}`),
        // Without the mount the folder below it comes to light, which was not seen before.
        [`file.created ${point}`, `integrity.mount_skipped ${point}`],
      );
    } finally {
      await second.stop();
    }
  });

  test('S22: a policy that includes the mount has it scanned, and its state is whole', async () => {
    const host = createRecordingHost('integrity', newData(), systemClock, undefined, true);
    const engine = createIntegrityEngine([])(host);
    try {
      await engine.apply(policyOf([watched], { includeMounts: [point] }));
      await settled(engine);
      fs.writeFileSync(join(bucket, 'object'), 'changed on the far side');
      await engine.run!({ kind: 'integrity-scan', facts: {} });
      assert.deepEqual(
        host.detections.map(({ file }) => file?.path),
        [join(point, 'object')],
      );
      assert.equal(engine.status().state, 'active');
    } finally {
      await engine.stop();
    }
  });
});
