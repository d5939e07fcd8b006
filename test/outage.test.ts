import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PolicyDocument, routes } from '@sakimori/contract';
import { freePort } from '@sakimori/manager/platform/index';
import {
  changePolicy,
  type LastingSystem,
  makeAccount,
  type RealAgent,
  startAgent,
  startLastingSystem,
  until,
} from './system.ts';

/** The manager goes away, orderly and not, while a real agent works on. */
const data = mkdtempSync(join(tmpdir(), 'sakimori-lasting-'));
const watched = mkdtempSync(join(tmpdir(), 'sakimori-watched-'));
// Silence is called after 25 s here, heartbeats come each 4 s: a false alarm would show within the test. On a busy machine an agent that has
// waited for the manager takes some 15 s to come back.
const settings = { SAKIMORI_SILENCE_SECONDS: '25', SAKIMORI_ENDED_SECONDS: '4', SAKIMORI_HEARTBEAT_SECONDS: '4' };
let ports: { console: number; agents: number; smtp: number };
let system: LastingSystem;
let accountId: string;
let agent: RealAgent;

const watch = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  modules: {
    ...document.modules,
    integrity: {
      ...document.modules.integrity,
      rules: [
        {
          id: 'test.watched',
          name: { ja: 'テスト領域', en: 'Test area' },
          severity: 'low',
          include: [watched],
          exclude: [],
          attributes: ['created', 'deleted', 'renamed', 'content', 'mode', 'owner', 'group', 'type', 'link'],
        },
      ],
    },
    loginspection: { ...document.modules.loginspection, state: 'off' },
  },
});

before(async () => {
  chmodSync(data, 0o755);
  ports = { console: await freePort(), agents: await freePort(), smtp: await freePort() };
  system = await startLastingSystem(data, ports, settings);
  accountId = await makeAccount(system, 'outage');
  await changePolicy(system, accountId, watch);
  agent = await startAgent(system, accountId);
});

after(async () => {
  await agent?.remove();
  await system?.end('SIGTERM');
  for (const folder of [data, watched]) rmSync(folder, { recursive: true, force: true });
});

const paths = async (prefix: string): Promise<string[]> => {
  const { items } = await system.admin(routes.listDetections, {
    query: { accountId, module: 'integrity', limit: 500 },
  });
  return items
    .map((detection) => detection.file!.path)
    .filter((path) => path.startsWith(join(watched, prefix)))
    .sort();
};
const silences = async () =>
  (await system.admin(routes.listAlerts, { query: { accountId, limit: 500 } })).items.filter(
    (alert) => alert.kind === 'agent.silent',
  );

async function changeWhileAway(prefix: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<string[]> {
  await system.end(signal);
  const names = Array.from({ length: 30 }, (_, index) => join(watched, `${prefix}-${index}`));
  for (const name of names) writeFileSync(name, 'x');
  await sleep(2000);
  system = await startLastingSystem(data, ports, settings);
  await until(
    async () => ((await paths(prefix)).length >= names.length ? true : undefined),
    'what happened meanwhile did not arrive',
    90_000,
  );
  return names.sort();
}

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`what happens on the host while the manager is away (${signal}) arrives, all of it, once`, async () => {
    const names = await changeWhileAway(signal.toLowerCase(), signal);
    await sleep(1000);
    assert.deepEqual(await paths(signal.toLowerCase()), names);
  });
}

test('S45, in part: a restart of the manager raises no false alarm', async () => {
  // Longer than the silence that is called, counted from the last start.
  await sleep(27_000);
  assert.deepEqual(await silences(), []);
  const host = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  assert.equal(host.liveness.state, 'connected');
});

test('a second start on the same data takes over although the database was left running by the kill', async () => {
  const before = await system.admin(routes.listHosts, { query: {} });
  await system.end('SIGKILL');
  system = await startLastingSystem(data, ports, settings);
  const now = await system.admin(routes.listHosts, { query: {} });
  assert.deepEqual(
    now.items.map((host) => host.id),
    before.items.map((host) => host.id),
  );
});
