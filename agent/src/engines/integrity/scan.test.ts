import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { IntegrityPolicy } from '@sakimori/contract/policy';
import { createIntegrityEngine } from './index.ts';
import { kindsOf, policyOf, quiet, type Setting, settled, setUp, tearDown } from './test-setting.ts';

afterEach(tearDown);

describe('scan', () => {
  /** Stops the engine, changes something, starts another one over the same data. */
  async function offline(setting: Setting, change: (watched: string) => void, policy?: IntegrityPolicy): Promise<void> {
    await setting.engine.stop();
    change(setting.watched);
    setting.engine = createIntegrityEngine([])(setting.host);
    await setting.engine.apply(policy ?? policyOf([setting.watched]));
    await settled(setting.engine);
  }

  test('S7, in part: what changed while the agent was off is found at its start, each once', async () => {
    const setting = await setUp((path) => {
      for (const name of ['content', 'mode', 'deleted', 'old', 'same']) fs.writeFileSync(join(path, name), name);
    });
    const { watched, host } = setting;
    await offline(setting, (path) => {
      fs.writeFileSync(join(path, 'content'), 'CONTENT');
      fs.chmodSync(join(path, 'mode'), 0o600);
      fs.unlinkSync(join(path, 'deleted'));
      fs.renameSync(join(path, 'old'), join(path, 'new'));
      fs.writeFileSync(join(path, 'created'), 'c');
    });
    await quiet();
    assert.deepEqual(kindsOf(host), [
      `file.created ${join(watched, 'created')}`,
      `file.deleted ${join(watched, 'deleted')}`,
      `file.modified ${join(watched, 'content')}`,
      `file.modified ${join(watched, 'mode')}`,
      `file.renamed ${join(watched, 'new')}`,
    ]);
    assert.ok(host.detections.every(({ facts }) => facts?.['foundBy'] === 'scan'));
    await offline(setting, () => {});
    await quiet();
    assert.equal(host.detections.length, 5, 'a second start finds nothing new');
  });

  test('S7, in part: without real time, the scan in its interval finds the change', async () => {
    const { watched, host } = await setUp(
      (path) => fs.writeFileSync(join(path, 'a'), '1'),
      (path) => policyOf([path], { realTime: false, scanEverySeconds: 1 }),
    );
    fs.writeFileSync(join(watched, 'a'), '22');
    await host.waitFor(1);
    assert.equal(host.detections[0]?.facts?.['foundBy'], 'scan');
  });

  test('a policy that includes more adds it without a word; one that includes less drops it', async () => {
    const setting = await setUp(
      (path) => {
        for (const name of ['one', 'two']) {
          fs.mkdirSync(join(path, name));
          fs.writeFileSync(join(path, name, 'f'), name);
        }
      },
      (path) => policyOf([join(path, 'one')]),
    );
    const { watched, host, engine } = setting;
    await engine.apply(policyOf([join(watched, 'one'), join(watched, 'two')]));
    await settled(engine);
    assert.equal(engine.status().figures['watchedFiles'], 2);
    fs.writeFileSync(join(watched, 'two/f'), 'changed');
    await host.waitFor(1);
    await engine.apply(policyOf([join(watched, 'two')]));
    await settled(engine);
    assert.equal(engine.status().figures['watchedFiles'], 1);
    fs.writeFileSync(join(watched, 'one/f'), 'changed');
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'two/f')}`]);
  });

  test('a policy with a faulty path is refused and the one before stays in force', async () => {
    const { watched, host, engine } = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'));
    await assert.rejects(engine.apply(policyOf(['relative/path'])), { name: 'PolicyFault', message: /not absolute/ });
    await assert.rejects(engine.apply(policyOf([`${watched}/../x`])), { name: 'PolicyFault' });
    fs.writeFileSync(join(watched, 'a'), '2');
    await host.waitFor(1);
  });

  test('off is off', async () => {
    const { watched, host, engine } = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'));
    await engine.apply(policyOf([watched], { state: 'off' }));
    fs.writeFileSync(join(watched, 'a'), '2');
    await quiet();
    assert.deepEqual(host.detections, []);
    assert.equal(engine.status().state, 'off');
  });

  test('a baseline that is damaged or gone is rebuilt, and that is told', async () => {
    const setting = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'));
    const database = join(setting.root, 'data/baseline.db');
    await offline(setting, () => fs.writeFileSync(database, 'this is no database, whatever its name says'.repeat(200)));
    assert.equal(setting.host.detections[0]?.kind, 'integrity.baseline_rebuilt');
    assert.equal(setting.host.detections[0]?.facts?.['cause'], 'damaged');
    await offline(setting, () => fs.rmSync(database));
    assert.equal(setting.host.detections[1]?.facts?.['cause'], 'missing');
    assert.equal(setting.host.detections.length, 2);
  });

  test('a disk without room: changes are told all the same, the state says so, and the baseline catches up', async (context) => {
    const setting = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'));
    const { watched, host, root } = setting;
    await setting.engine.stop();
    const small = join(root, 'small');
    fs.mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      return context.skip('mounting a small file system needs root');
    }
    try {
      setting.engine = createIntegrityEngine([])({ ...host, dataFolder: small, recall: () => undefined });
      await setting.engine.apply(policyOf([watched]));
      await settled(setting.engine);
      assert.throws(() => fs.writeFileSync(join(small, 'ballast'), Buffer.alloc(1024 * 1024)), { code: 'ENOSPC' });
      fs.writeFileSync(join(watched, 'a'), '2');
      await host.waitFor(1);
      await quiet();
      fs.writeFileSync(join(watched, 'a'), '3');
      await host.waitFor(2);
      assert.equal(setting.engine.status().causes[0]?.code, 'integrity_baseline_memory');
      assert.equal(host.detections[1]?.file?.before?.sha256, host.detections[0]?.file?.after?.sha256);
      fs.rmSync(join(small, 'ballast'));
      fs.writeFileSync(join(watched, 'b'), '1');
      await host.waitFor(3);
      await quiet();
      assert.equal(setting.engine.status().state, 'active');
      assert.equal(host.detections.length, 3);
    } finally {
      await setting.engine.stop();
      execFileSync('umount', ['-l', small]);
    }
  });
});
