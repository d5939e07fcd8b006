import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { patience } from '../../../../test/patience.ts';
import { systemClock } from '../../clock.ts';
import { CpuShare } from '../../cpu-share.ts';
import { cpuPercentOf } from './cpu-percent.ts';
import { policyOf, setUp, tearDown } from './test-setting.ts';

afterEach(tearDown);

describe('what a scan may use of the processor', () => {
  for (const percent of [10, 25])
    test(`S24, in part: over ten seconds of real scans the cap of ${percent} % of one core holds`, {
      timeout: 120_000,
    }, async () => {
      const { engine, watched } = await setUp(
        () => {},
        (path) => policyOf([path], { realTime: false, cpuPercentMax: percent }),
      );
      for (let folder = 0; folder < 60; folder += 1) {
        fs.mkdirSync(join(watched, `d${folder}`));
        for (let file = 0; file < 100; file += 1)
          fs.writeFileSync(join(watched, `d${folder}/f${file}`), Buffer.alloc(20_000, file));
      }
      const [startMs, usedBefore] = [performance.now(), process.cpuUsage()];
      while (performance.now() - startMs < 10_000) await engine.run!({ kind: 'integrity-scan', facts: {} });
      const { user, system } = process.cpuUsage(usedBefore);
      const share = ((user + system) / 1000 / (performance.now() - startMs)) * 100;
      assert.ok(share <= percent * 1.2, `${share.toFixed(1)} % of ${percent}`);
      assert.ok(share >= percent * 0.3, `it is the cap that holds it back: ${share.toFixed(1)} % of ${percent}`);
    });

  test('S23, in part: the light profile has a lower cap, unless the policy names one', () => {
    assert.ok(cpuPercentOf({ profile: 'light' }) < cpuPercentOf({}));
    assert.equal(cpuPercentOf({ profile: 'light', cpuPercentMax: 30 }), 30);
  });

  test('S23, in part: the light profile waits longer after an event, and the state says that it is in force', async () => {
    const { watched, host, engine } = await setUp(
      () => {},
      (path) => policyOf([path], { profile: 'light' }),
    );
    assert.deepEqual(engine.status().notes?.at(-1), { code: 'integrity_light', facts: { percent: 15 } });
    const startMs = performance.now();
    fs.writeFileSync(join(watched, 'file'), 'x');
    await host.waitFor(1);
    assert.ok(performance.now() - startMs >= 400, 'many changes of the same file are one look');
  });

  test('who waits for the disk does not rest besides, and saves nothing up', async () => {
    let used = 0;
    const share = new CpuShare(systemClock, 50, () => used);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const startMs = performance.now();
    await share.rest();
    assert.ok(performance.now() - startMs < patience(20), 'nothing used, nothing to rest for');
    used += 200;
    await share.rest();
    assert.ok(performance.now() - startMs >= 200, 'of 300 ms of idleness at most 50 ms count');
  });
});
