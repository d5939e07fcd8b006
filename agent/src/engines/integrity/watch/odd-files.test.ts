import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { patience } from '../../../../../test/patience.ts';
import { kindsOf, policyOf, quiet, setUp, tearDown } from '../test-setting.ts';

afterEach(tearDown);

const rotated = (path: string) => {
  const policy = policyOf([path]);
  return {
    ...policy,
    rules: policy.rules.map((rule) => ({ ...rule, attributes: ['shrunk' as const, 'mode' as const] })),
  };
};

describe('files that are not as others', { timeout: 60_000 }, () => {
  test('S6: a sparse file of a terabyte is compared by its attributes, and costs no reading', async () => {
    const { watched, host, engine } = await setUp((path) =>
      execFileSync('truncate', ['-s', '1T', join(path, 'sparse')]),
    );
    assert.equal(engine.status().figures['attributeOnlyFiles'], 1);
    const startMs = performance.now();
    fs.utimesSync(join(watched, 'sparse'), 1, 1);
    const [detection] = await host.waitFor(1);
    assert.deepEqual(detection?.file?.changed, ['content']);
    assert.equal(detection?.file?.after?.sizeBytes, 2 ** 40);
    assert.ok(performance.now() - startMs < patience(3000));
  });

  test('S6: what a program writes to a file that it keeps open is told without its closing', async () => {
    const { watched, host } = await setUp((path) => fs.writeFileSync(join(path, 'growing'), 'a\n'));
    const fd = fs.openSync(join(watched, 'growing'), 'a');
    try {
      fs.writeSync(fd, 'b\n');
      const [first] = await host.waitFor(1);
      assert.deepEqual(first?.file?.changed, ['content']);
      assert.equal(first?.file?.after?.sizeBytes, 4);
      fs.writeSync(fd, 'c\n');
      await host.waitFor(2);
      assert.equal(host.detections[1]?.file?.before?.sizeBytes, 4);
      assert.equal(host.detections[1]?.file?.after?.sizeBytes, 6);
    } finally {
      fs.closeSync(fd);
    }
  });

  test('S6: rotation by renaming and by copying with truncation: only the cut is told of a log that must not shrink', async () => {
    const { watched, host } = await setUp((path) => {
      for (const name of ['renamed.log', 'cut.log']) fs.writeFileSync(join(path, name), 'line\n'.repeat(100));
    }, rotated);
    fs.renameSync(join(watched, 'renamed.log'), join(watched, 'renamed.log.1'));
    fs.writeFileSync(join(watched, 'renamed.log'), 'new\n');
    await quiet();
    assert.deepEqual(kindsOf(host), []);
    fs.copyFileSync(join(watched, 'cut.log'), join(watched, 'cut.log.1'));
    fs.truncateSync(join(watched, 'cut.log'), 0);
    await host.waitFor(1);
    await quiet();
    assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'cut.log')}`]);
    assert.deepEqual(host.detections[0]?.file?.changed, ['shrunk']);
  });

  test('S6: an atomic save of many files at once: one change each, with who made it where the kernel tells', async () => {
    const { watched, host, engine } = await setUp((path) => {
      for (let index = 0; index < 50; index += 1) fs.writeFileSync(join(path, `f${index}`), 'old');
    });
    for (let index = 0; index < 50; index += 1) {
      fs.writeFileSync(join(watched, `.f${index}.tmp`), 'new');
      fs.renameSync(join(watched, `.f${index}.tmp`), join(watched, `f${index}`));
    }
    await host.waitFor(50);
    await quiet();
    assert.equal(host.detections.length, 50, kindsOf(host).join('\n'));
    const tellsWho = engine.status().notes?.some(({ code }) => code === 'integrity_fanotify') ?? false;
    for (const { kind, file, actor } of host.detections) {
      assert.equal(kind, 'file.modified');
      assert.ok(file?.before?.sha256 && file.after?.sha256);
      assert.equal(actor?.process.pid, tellsWho ? process.pid : undefined);
    }
  });
});
