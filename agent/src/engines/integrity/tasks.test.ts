import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { kindsOf, policyOf, quiet, settled, setUp, tearDown } from './test-setting.ts';

afterEach(tearDown);

const scan = { kind: 'integrity-scan', facts: {} } as const;
const rebuild = { kind: 'integrity-baseline', facts: { by: 'Yamada Hanako', reason: 'monthly update' } } as const;
/** Changes are found by scans alone. */
const scansOnly = (path: string) => policyOf([path], { realTime: false });

test('asked for a scan, it compares everything now and tells what it found', async () => {
  const { watched, host, engine } = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'), scansOnly);
  fs.writeFileSync(join(watched, 'a'), '2');
  await quiet();
  assert.equal(host.detections.length, 0);
  assert.match((await engine.run!(scan))!, /^1 files compared in \d+\.\d s$/);
  assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'a')}`]);
  assert.equal(host.detections[0]?.facts?.['foundBy'], 'scan');
});

test('a scan that is asked for while another runs looks again at what changed meanwhile', async () => {
  const { watched, host, engine } = await setUp((path) => {
    for (let index = 0; index < 2000; index += 1) fs.writeFileSync(join(path, `f${index}`), '1');
  }, scansOnly);
  const first = engine.run!(scan);
  fs.writeFileSync(join(watched, 'f0'), '2');
  await engine.run!(scan);
  await first;
  assert.deepEqual(kindsOf(host), [`file.modified ${join(watched, 'f0')}`]);
});

test('asked for a new baseline, it records what is there without a word, and tells who asked and why', async () => {
  const setting = await setUp((path) => fs.writeFileSync(join(path, 'a'), '1'), scansOnly);
  const { watched, host, engine } = setting;
  fs.writeFileSync(join(watched, 'a'), '2');
  fs.writeFileSync(join(watched, 'b'), '1');
  assert.match((await engine.run!(rebuild))!, /^2 files recorded in/);
  await engine.run!(scan);
  const [told, ...others] = host.detections;
  assert.deepEqual(others, []);
  assert.deepEqual([told?.kind, told?.severity], ['integrity.baseline_rebuilt', 'low']);
  assert.deepEqual(told?.facts, { cause: 'requested', by: 'Yamada Hanako', reason: 'monthly update' });
  assert.ok(host.logLines.some((line) => line.includes('recorded anew')));
  fs.writeFileSync(join(watched, 'b'), '2');
  await engine.run!(scan);
  assert.deepEqual(kindsOf(host).slice(0, 1), [`file.modified ${join(watched, 'b')}`]);
});

test('a new baseline that is cut off by the end of the agent is not missed as lost at the next start', async () => {
  const setting = await setUp((path) => {
    for (let index = 0; index < 3000; index += 1) fs.writeFileSync(join(path, `f${index}`), '1');
  }, scansOnly);
  const { watched, host, engine } = setting;
  const asked = engine.run!(rebuild).catch((error: Error) => error.message);
  await host.waitFor(1);
  await engine.stop();
  assert.equal(await asked, 'integrity monitoring is off');
  await engine.apply(scansOnly(watched));
  await settled(engine);
  assert.equal(engine.status().figures['watchedFiles'], 3000);
  assert.equal(host.detections.length, 1);
});

test('a policy that comes while the baseline is recorded anew is kept to, and the task ends by it', async () => {
  const { watched, host, engine } = await setUp((path) => {
    for (let index = 0; index < 2000; index += 1) fs.writeFileSync(join(path, `f${index}`), '1');
  }, scansOnly);
  const asked = engine.run!(rebuild);
  await host.waitFor(1);
  await engine.apply(policyOf([join(watched, 'f1*')], { realTime: false }));
  assert.match((await asked)!, /^1111 files recorded in/);
  assert.equal(host.detections.length, 1);
});

test('what is switched off does nothing when it is asked, and says so', async () => {
  const { watched, engine } = await setUp(() => {});
  await engine.apply(policyOf([watched], { state: 'off' }));
  for (const task of [scan, rebuild])
    await assert.rejects(engine.run!(task), { message: 'integrity monitoring is off' });
});
