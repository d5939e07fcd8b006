import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Detection } from '@sakimori/contract/detection';
import { type Clock, manualClock, systemClock, toInstant } from '../clock.ts';
import type { DetectionDraft } from '../engines/engine.ts';
import { newId } from '../new-id.ts';
import { Spool, type SpoolOptions, SpoolTaken } from './spool.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'spool-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const newFolder = () => fs.mkdtempSync(join(root, 'case-'));

const draft: DetectionDraft = {
  kind: 'file.modified',
  rule: { id: 'r', name: 'Rule' },
  severity: 'medium',
  title: 'changed',
  mode: 'detect',
  action: 'observed',
  actionResult: 'none',
};

function seal(given: DetectionDraft, id = newId(Date.now()), clock: Clock = systemClock): Detection {
  return Detection.parse({
    id,
    accountId: '00000000-0000-4000-8000-000000000001',
    hostId: '00000000-0000-4000-8000-000000000002',
    module: 'system',
    ...given,
    occurredAt: given.occurredAt ?? toInstant(clock.nowMs()),
  });
}

const many = (count: number, more: Partial<DetectionDraft> = {}) =>
  Array.from({ length: count }, () => seal({ ...draft, ...more }));

function openSpool(folder: string, more: Partial<SpoolOptions> = {}): Spool {
  const path = join(folder, 'spool.db');
  return new Spool({ path, clock: systemClock, log: () => {}, seal, ...more });
}

/** Everything that waits, taken as the link takes it. */
function drain(spool: Spool): Detection[] {
  const all: Detection[] = [];
  for (let lease = spool.lease(500, 1e9); lease; lease = spool.lease(500, 1e9)) {
    all.push(...lease.rows.map(({ body }) => Detection.parse(JSON.parse(body))));
    spool.commit(lease);
  }
  return all;
}

const idsOf = (detections: readonly Detection[]) => detections.map(({ id }) => id);

describe('keeping and giving', () => {
  test('what is appended comes out in order, once committed never again, also after a restart', async () => {
    const folder = newFolder();
    const spool = openSpool(folder);
    const given = many(30);
    await Promise.all(given.map((detection) => spool.append([detection])));
    const lease = spool.lease(10, 1e9);
    assert.deepEqual(
      lease?.rows.map(({ id }) => id),
      idsOf(given.slice(0, 10)),
    );
    assert.equal(spool.lease(10, 1e9), undefined, 'one lease at a time');
    spool.commit(lease!);
    assert.equal(spool.pending, 20);
    spool.close();
    const again = openSpool(folder);
    assert.equal(again.pending, 20);
    assert.deepEqual(idsOf(drain(again)), idsOf(given.slice(10)));
    assert.equal(again.pending, 0);
    again.close();
  });

  test('what is rolled back comes first again', async () => {
    const spool = openSpool(newFolder());
    const given = many(5);
    await spool.append(given);
    spool.rollback(spool.lease(3, 1e9)!);
    assert.deepEqual(idsOf(drain(spool)), idsOf(given));
    spool.close();
  });

  test('a lease keeps to the bound in bytes, but gives at least one', async () => {
    const spool = openSpool(newFolder());
    await spool.append(many(10, { title: 'x'.repeat(400) }));
    const lease = spool.lease(500, 2000)!;
    assert.ok(lease.rows.length >= 1 && lease.rows.length < 5, `${lease.rows.length} rows`);
    spool.rollback(lease);
    assert.equal(spool.lease(500, 1)?.rows.length, 1);
    spool.close();
  });

  test('the same detection twice is kept once', async () => {
    const spool = openSpool(newFolder());
    const [detection] = many(1);
    await spool.append([detection!]);
    await spool.append([detection!, detection!]);
    assert.equal(spool.pending, 1);
    spool.close();
  });

  test('what an engine keeps is written with its detections and recalled after a restart', async () => {
    const folder = newFolder();
    const spool = openSpool(folder);
    await spool.append(many(1), { owner: 'loginspection', values: { '/var/log/auth.log': '1200', gone: 'x' } });
    await spool.append([], { owner: 'loginspection', values: { gone: undefined } });
    assert.equal(spool.recall('loginspection', '/var/log/auth.log'), '1200');
    spool.close();
    const again = openSpool(folder);
    assert.equal(again.recall('loginspection', '/var/log/auth.log'), '1200');
    assert.deepEqual(again.recallKeys('loginspection'), ['/var/log/auth.log']);
    assert.deepEqual(again.recallKeys('integrity'), []);
    again.close();
  });

  test('a second process does not get the same spool', () => {
    const folder = newFolder();
    const spool = openSpool(folder);
    assert.throws(() => openSpool(folder), SpoolTaken);
    spool.close();
    openSpool(folder).close();
  });

  test('kill -9 loses nothing that was said to be safe', { timeout: 60_000 }, async () => {
    const folder = newFolder();
    const child = spawn(process.execPath, [join(import.meta.dirname, 'append-forever.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const safe: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      safe.push(line);
      if (safe.length === 300) child.kill('SIGKILL');
    }
    if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL');
    const spool = openSpool(folder);
    const kept = new Set(idsOf(drain(spool)));
    assert.ok(safe.length >= 300);
    assert.deepEqual(
      safe.filter((id) => !kept.has(id)),
      [],
    );
    spool.close();
  });
});

describe('a bound', () => {
  test('a full spool gives up the least severe and oldest first, counts it and tells it once', async () => {
    const folder = newFolder();
    const spool = openSpool(folder, { bytesMax: 400_000 });
    const grave = many(100, { severity: 'critical' });
    await spool.append(grave);
    const clock = manualClock(Date.parse('2026-11-23T10:00:00.000Z'));
    const light: Detection[] = [];
    for (let round = 0; round < 20; round += 1) {
      clock.advance(1000);
      const some = Array.from({ length: 100 }, () => seal({ ...draft, severity: 'low' }, undefined, clock));
      light.push(...some);
      await spool.append(some);
    }
    assert.ok(spool.dropped > 1000, `${spool.dropped} dropped`);
    const dropped = spool.dropped;
    spool.close();
    const again = openSpool(folder, { bytesMax: 400_000 });
    assert.equal(again.dropped, dropped, 'the count outlives a restart');
    const left = drain(again);
    const ids = new Set(idsOf(left));
    assert.ok(
      grave.every(({ id }) => ids.has(id)),
      'nothing grave was given up',
    );
    const keptLight = light.filter(({ id }) => ids.has(id));
    assert.deepEqual(idsOf(keptLight), idsOf(light.slice(-keptLight.length)), 'the oldest went first');
    const reports = left.filter(({ kind }) => kind === 'spool.dropped');
    assert.equal(reports.length, 1);
    assert.equal(reports[0]?.facts?.['dropped'], dropped);
    assert.equal(reports[0]?.facts?.['low'], dropped);
    assert.equal(reports[0]?.facts?.['firstAt'], '2026-11-23T10:00:01.000Z');
    assert.equal(light.length + grave.length + 1, left.length + dropped);
    again.close();
  });
});

describe('damage', () => {
  /** A spool with 500 detections, closed, and its path. */
  async function filled(): Promise<{ folder: string; path: string; given: Detection[] }> {
    const folder = newFolder();
    const spool = openSpool(folder);
    const given = many(500);
    await spool.append(given, { owner: 'integrity', values: { baseline: 'complete' } });
    spool.close();
    return { folder, path: join(folder, 'spool.db'), given };
  }

  for (const [what, offset] of [
    ['its beginning', 0],
    ['its middle', 100_000],
  ] as const) {
    test(`a spool damaged at ${what} is put aside and what is readable is kept`, async () => {
      const { folder, path, given } = await filled();
      const file = fs.openSync(path, 'r+');
      fs.writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, offset);
      fs.closeSync(file);
      const spool = openSpool(folder);
      const left = drain(spool);
      const told = left.find(({ kind }) => kind === 'spool.damaged');
      assert.ok(told, 'the damage is told');
      const salvaged = left.filter(({ kind }) => kind === 'file.modified');
      assert.equal(told.facts?.['salvaged'], salvaged.length);
      assert.ok(salvaged.length > 450, `${salvaged.length} of ${given.length} salvaged`);
      assert.ok(fs.existsSync(String(told.facts?.['movedTo'])));
      spool.close();
    });
  }

  test('rubbish in place of a spool: told, and work goes on', async () => {
    const folder = newFolder();
    fs.writeFileSync(join(folder, 'spool.db'), 'no database at all '.repeat(1000));
    const spool = openSpool(folder);
    await spool.append(many(3));
    assert.deepEqual(
      drain(spool)
        .map(({ kind }) => kind)
        .sort(),
      ['file.modified', 'file.modified', 'file.modified', 'spool.damaged'],
    );
    spool.close();
  });

  test('a spool deleted while in use is put back with all that waits', async () => {
    const { folder, path } = await filled();
    const spool = openSpool(folder);
    assert.equal(spool.restoreIfMoved(), false);
    for (const file of fs.readdirSync(folder)) fs.rmSync(join(folder, file));
    assert.equal(spool.restoreIfMoved(), true);
    await spool.append(many(1));
    spool.close();
    assert.ok(fs.existsSync(path));
    const again = openSpool(folder);
    assert.equal(again.pending, 501);
    assert.equal(again.recall('integrity', 'baseline'), 'complete');
    again.close();
  });
});

describe('a disk without room', () => {
  /** A file system of 1 MB of its own, or `undefined` where we may not mount. */
  function mountSmall(folder: string): (() => void) | undefined {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
      return () => execFileSync('umount', ['-l', folder]);
    } catch {
      return undefined;
    }
  }

  test('a full disk: nothing acknowledged is lost, it is told, and it heals', async (context) => {
    const folder = newFolder();
    const unmount = mountSmall(folder);
    if (!unmount) return context.skip('mounting a small file system needs root');
    try {
      const ballast = join(folder, 'ballast');
      const clock = manualClock(Date.now());
      const spool = openSpool(folder, { clock });
      const append = async (detections: Detection[]) => {
        const safe = spool.append(detections);
        clock.advance(100);
        await safe;
      };
      const before = many(20);
      await append(before);
      assert.throws(() => fs.writeFileSync(ballast, Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' });
      const during = many(50);
      await append(during);
      assert.equal(spool.storage, 'memory');
      assert.equal(spool.pending, 20 + 50 + 1);
      await append(many(1));
      // The link still sends: first what is on disk, then what is in memory.
      const lease = spool.lease(20, 1e9)!;
      assert.deepEqual(
        lease.rows.map(({ id }) => id),
        idsOf(before),
      );
      spool.commit(lease);
      fs.rmSync(ballast);
      clock.advance(60_000);
      assert.equal(spool.storage, 'disk');
      spool.close();
      const again = openSpool(folder);
      const left = drain(again);
      assert.deepEqual(
        left.map(({ kind }) => kind).filter((kind) => kind !== 'file.modified'),
        ['disk.full'],
      );
      const ids = new Set(idsOf(left));
      assert.ok(during.every(({ id }) => ids.has(id)));
      assert.equal(left.length, 52, 'what was committed meanwhile did not come back');
      again.close();
    } finally {
      unmount();
    }
  });

  test('a file that may not grow: the ring takes over, and sheds the least severe beyond its bound', async () => {
    const spool = openSpool(newFolder(), { pagesMax: 12, ringBytesMax: 60_000 });
    await spool.append(many(500));
    assert.equal(spool.storage, 'memory');
    const grave = many(20, { severity: 'critical' });
    await spool.append(grave);
    const left = drain(spool);
    const ids = new Set(idsOf(left));
    assert.ok(grave.every(({ id }) => ids.has(id)));
    const report = left.find(({ kind }) => kind === 'spool.dropped');
    assert.equal(report?.facts?.['dropped'], spool.dropped);
    assert.equal(report?.facts?.['cause'], 'memory');
    // The account and the word of the full disk come on top of what was given.
    assert.equal(left.length - 2 + spool.dropped, 520);
    spool.close();
    await sleep(1);
  });
});
