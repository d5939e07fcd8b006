import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { EstimateFigures } from '@sakimori/contract/integrity-estimate';
import { kindsOf, policyOf, quiet, setUp, tearDown } from './test-setting.ts';

afterEach(tearDown);

const silent = async () => {};

describe('estimates', () => {
  test('files, folders and bytes are what stands there; what is excluded, hidden or above the limit is not content', async () => {
    const { watched, engine } = await setUp((path) => {
      for (const folder of ['a', 'a/b', 'skip']) fs.mkdirSync(join(path, folder));
      for (let index = 0; index < 50; index += 1) fs.writeFileSync(join(path, 'a/b', `f${index}`), 'x'.repeat(100));
      fs.writeFileSync(join(path, 'big'), Buffer.alloc(5000));
      fs.writeFileSync(join(path, 'skip/not'), 'x');
      fs.symlinkSync('/etc/passwd', join(path, 'link'));
    });
    const draft = policyOf([watched], { exclude: [join(watched, 'skip')], hashBytesMax: 4096, cpuPercentMax: 40 });
    const figures = await engine.estimate!(draft, silent);
    assert.deepEqual([figures.files, figures.folders, figures.contentBytes], [52, 3, 5000]);
    assert.deepEqual([figures.denied, figures.mountsSkipped, figures.cpuPercent], [0, [], 40]);
    assert.ok(figures.seconds > 0 && figures.seconds < 10 && figures.baselineBytes > 10_000);
    assert.equal(engine.status().figures['watchedFiles'], 52, 'what is in force stays as it is');
  });

  test('an exclusion with an end counts, a variable is put in, entities are counted', async () => {
    const { watched, engine } = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'));
    const until = new Date(Date.now() + 60_000).toISOString();
    const draft = {
      ...policyOf([watched]),
      exclusions: [{ id: '019ab000-0000-7000-8000-00000000cafe', paths: [watched], entities: [], until }],
      entities: [
        {
          ...{ id: 'u', name: { ja: 'u', en: 'u' }, severity: 'low' as const, entity: 'user' as const },
          ...{ include: [{ key: 'root' }], exclude: [], attributes: ['created'] },
        },
      ],
    };
    const figures = await engine.estimate!(draft, silent);
    assert.deepEqual([figures.files, figures.entities], [0, 1]);
  });

  test('it tells what it has so far, and nothing of it is recorded', async () => {
    const { watched, host, engine } = await setUp(
      (path) => {
        for (let index = 0; index < 3000; index += 1) fs.writeFileSync(join(path, `f${index}`), '');
      },
      (path) => policyOf([join(path, 'only-this')]),
    );
    const told: EstimateFigures[] = [];
    const figures = await engine.estimate!(policyOf([watched]), async (soFar) => void told.push(soFar));
    assert.equal(figures.files, 3000);
    assert.ok(told.length >= 5, `${told.length}`);
    assert.ok(told.every(({ files }, index) => index === 0 || files >= told[index - 1]!.files));
    await quiet();
    assert.deepEqual(kindsOf(host), []);
    assert.equal(engine.status().figures['watchedFiles'], 0);
  });

  test('a path that cannot be carried out is a fault of the policy', async () => {
    const { engine } = await setUp(() => {});
    await assert.rejects(engine.estimate!(policyOf(['relative']), silent), { name: 'PolicyFault' });
  });

  test('S24, in part: the budget of the processor holds while it counts', async () => {
    const { watched, engine } = await setUp(
      (path) => {
        for (let folder = 0; folder < 20; folder += 1) {
          fs.mkdirSync(join(path, `d${folder}`));
          for (let index = 0; index < 1000; index += 1) fs.writeFileSync(join(path, `d${folder}/f${index}`), '');
        }
      },
      (path) => policyOf([join(path, 'none')], { realTime: false }),
    );
    const before = process.cpuUsage();
    const startMs = performance.now();
    const figures = await engine.estimate!(policyOf([watched], { cpuPercentMax: 20 }), silent);
    const wallMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(before);
    assert.equal(figures.files, 20_000);
    const percent = ((user + system) / 1000 / wallMs) * 100;
    assert.ok(percent < 35, `${percent.toFixed(1)} % of a processor for a budget of 20 %`);
  });
});
