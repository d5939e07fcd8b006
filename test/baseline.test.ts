import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type BaselineVersion,
  type HostInventory,
  type HostTaskEntry,
  type PolicyDocument,
  routes,
} from '@sakimori/contract';
import { type Run, runCli } from './run-cli.ts';
import {
  changePolicy,
  makeAccount,
  type RealAgent,
  type System,
  startAgent,
  startSystem,
  until,
  waitForPolicy,
} from './system.ts';

/** What an operator asks of a host on the command line, with a real agent that compares with its baseline by scans alone. */
let system: System;
let accountId: string;
let agent: RealAgent;
let host: string;
let key: string;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-baseline-'));
const file = (name: string) => join(folder, name);

const scansAlone = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  modules: {
    ...document.modules,
    integrity: {
      ...document.modules.integrity,
      state: 'on',
      realTime: false,
      scanEverySeconds: 31_536_000,
      rules: [
        {
          id: 'test.baseline',
          name: { ja: '基準', en: 'Baseline' },
          severity: 'high',
          include: [folder],
          exclude: [],
          attributes: ['created', 'deleted', 'content', 'mode'],
        },
      ],
    },
    loginspection: { ...document.modules.loginspection, state: 'off' },
  },
});

before(async () => {
  system = await startSystem();
  accountId = await makeAccount(system, 'baseline', ['ja']);
  for (const name of ['away', 'there', 'accepted']) writeFileSync(file(name), 'before\n');
  await changePolicy(system, accountId, scansAlone);
  key = (await system.admin(routes.createKey, { body: { name: '山田 花子', role: 'operator' } })).secret;
  agent = await startAgent(system, accountId);
  host = (await system.admin(routes.getHost, { params: { hostId: agent.hostId } })).facts.name;
});
after(async () => {
  await agent?.remove();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (verb: string, ...more: string[]): Promise<Run> =>
  runCli(['host', verb, host, '--account', 'baseline', ...more], {
    SAKIMORI_CLI_URL: system.console,
    SAKIMORI_CLI_KEY: key,
  });
async function done(verb: string, ...more: string[]): Promise<string> {
  const { code, out, err } = await run(verb, ...more);
  assert.equal(code, 0, err);
  return out;
}
const asked = async (verb: string, ...more: string[]) =>
  JSON.parse(await done(verb, ...more, '--json')) as HostTaskEntry;
const tasks = async () => (JSON.parse(await done('tasks', '--json')) as { items: HostTaskEntry[] }).items;
const ended = ({ id }: HostTaskEntry): Promise<HostTaskEntry> =>
  until(async () => (await tasks()).find((task) => task.id === id && task.doneAt), 'the task did not end', 30_000);
const detections = async (kind: string) => {
  const { items } = await system.admin(routes.listDetections, { query: { accountId, limit: 500 } });
  return items.filter((detection) => detection.kind === kind);
};
const changesOf = async (name: string) =>
  (await detections('file.modified')).filter(({ file: changed }) => changed?.path === file(name));

test('S7: agent stopped, file changed, agent started, scan run: the change is found, and a rebuilt baseline is on record with who and why', async () => {
  // Stopped, changed, started, scanned.
  await agent.kill('SIGTERM');
  writeFileSync(file('away'), 'after\n');
  assert.equal((await asked('scan')).state, 'waiting');
  await agent.start();
  const [waited] = await tasks();
  assert.equal((await ended(waited!)).state, 'done');
  const found = await until(async () => {
    const changes = await changesOf('away');
    return changes.length > 0 ? changes : undefined;
  }, 'the change was not found');
  assert.equal(found.length, 1, 'each change is told once');
  assert.notEqual(found[0]?.file?.before?.sha256, found[0]?.file?.after?.sha256);

  // It was the scan that finds: without one, a change stays unseen by this policy.
  await waitForPolicy(system, agent.hostId);
  writeFileSync(file('there'), 'after\n');
  await new Promise((passed) => setTimeout(passed, 1000));
  assert.deepEqual(await changesOf('there'), []);
  assert.match((await ended(await asked('scan', '--kind', 'integrity-scan'))).detail ?? '', /files compared/);
  await until(async () => ((await changesOf('there')).length === 1 ? true : undefined), 'the scan did not find it');

  // The operator takes what stands there as right.
  writeFileSync(file('accepted'), 'after\n');
  const reason = '月次メンテナンスによる更新';
  const rebuilt = await ended(await asked('rebuild-baseline', '--reason', reason));
  assert.deepEqual([rebuilt.state, rebuilt.createdBy, rebuilt.reason], ['done', '山田 花子', reason]);
  const { items } = await system.admin(routes.listAudit, { query: { target: `host:${agent.hostId}` } });
  const entry = items.find(({ action, facts }) => action === 'host.task_given' && facts['kind'] === rebuilt.kind);
  assert.deepEqual([entry?.actorName, entry?.facts['reason']], ['山田 花子', reason]);
  const [told] = await until(async () => {
    const known = await detections('integrity.baseline_rebuilt');
    return known.length > 0 ? known : undefined;
  }, 'the host did not tell of its new baseline');
  assert.deepEqual(told?.facts, { cause: 'requested', by: '山田 花子', reason });
  await ended(await asked('scan'));
  assert.deepEqual(await changesOf('accepted'), [], 'what was accepted is no change');

  // Its versions say the same, to people as well.
  const versions = await until(async () => {
    const { items: known } = JSON.parse(await done('baselines', '--json')) as { items: BaselineVersion[] };
    return known[0]?.cause === 'requested' ? known : undefined;
  }, 'the host did not tell of its new version');
  const [newest, older] = versions;
  assert.deepEqual([newest?.by, newest?.reason, newest?.files], ['山田 花子', reason, 3]);
  assert.equal(newest?.version, older!.version + 1);
  assert.equal(newest?.rules, older?.rules);
  assert.notEqual(newest?.digest, older?.digest);
  const list = await done('baselines', '--language', 'ja');
  assert.match(list, /依頼による再作成 +山田 花子 +月次メンテナンスによる更新/);
});

test('the command line tells in words what was asked, and what stands on the host', async () => {
  assert.match(
    await done('scan', '--kind', 'open-ports-scan'),
    new RegExp(`^Scan of open ports: host ${host} was asked`),
  );
  assert.match(await done('scan', '--language', 'ja'), /^ファイル変更の検索をホスト「.+」に依頼しました（送信待ち）。/);
  await until(async () => ((await tasks()).every(({ doneAt }) => doneAt) ? true : undefined), 'tasks did not end');
  const list = await done('tasks', '--language', 'ja');
  assert.match(list, /ベースラインの再作成 +完了 +山田 花子 +月次メンテナンスによる更新/);
  const { inventory } = JSON.parse(await done('inventory', '--json')) as { inventory: HostInventory };
  const told = await done('inventory');
  assert.ok(told.includes(inventory.os.name) && told.includes(inventory.os.kernel));
  for (const { name, version } of inventory.packages.slice(0, 5))
    assert.match(told, new RegExp(`^${RegExp.escape(name)} +${RegExp.escape(version)} `, 'm'));
  for (const { protocol, port } of inventory.services) assert.ok(told.includes(`${protocol}/${port}`));
});

test('what is typed wrong is told before the host is asked; a customer’s key may look and not ask', async () => {
  const before = await tasks();
  for (const more of [[], ['--reason', '  '], ['--reason', 'x'.repeat(301)]]) {
    const { code, err } = await run('rebuild-baseline', ...more);
    assert.deepEqual([code, /--reason/.test(err)], [64, true], err);
  }
  const dance = await run('scan', '--kind', 'dance');
  assert.deepEqual([dance.code, /integrity-scan.*open-ports-scan/.test(dance.err)], [64, true]);
  const { secret } = await system.admin(routes.createKey, {
    body: { name: 'customer', role: 'customer-admin', accountId },
  });
  const env = { SAKIMORI_CLI_URL: system.console, SAKIMORI_CLI_KEY: secret };
  const look = await runCli(['host', 'tasks', host], env);
  assert.equal(look.code, 0, look.err);
  assert.equal((await runCli(['host', 'scan', host], env)).code, 77);
  assert.deepEqual(await tasks(), before);
});
