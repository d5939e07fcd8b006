import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '@sakimori/contract';
import { type EmbeddedPostgres, freePort, startEmbeddedPostgres, Vault } from '@sakimori/manager/platform/index';
import {
  changePolicy,
  type LastingSystem,
  listen,
  makeAccount,
  type RealAgent,
  startAgent,
  startLastingSystem,
  until,
} from './system.ts';

/** Two manager processes on one database, as a provider runs them who cannot afford that one is away. */
const folders = Object.fromEntries(
  ['database', 'first', 'second', 'watched'].map((name) => [name, mkdtempSync(join(tmpdir(), `sakimori-${name}-`))]),
) as Record<'database' | 'first' | 'second' | 'watched', string>;
const secret = 'a secret that both manager processes know';
let database: EmbeddedPostgres;
let first: LastingSystem;
let second: LastingSystem;
let accountId: string;
let agent: RealAgent;

before(async () => {
  for (const folder of Object.values(folders)) chmodSync(folder, 0o755);
  database = await startEmbeddedPostgres({
    folder: folders.database,
    vault: await Vault.open(folders.database),
    ephemeral: true,
  });
  first = await start(folders.first);
  second = await start(folders.second);
  accountId = await makeAccount(first, 'several');
  await changePolicy(first, accountId, (document) => {
    const rule = {
      ...document.modules.integrity.rules[0]!,
      id: 'test.watched',
      severity: 'high' as const,
      include: [folders.watched],
      exclude: [],
    };
    return {
      ...document,
      modules: {
        ...document.modules,
        integrity: { ...document.modules.integrity, rules: [rule] },
        loginspection: { ...document.modules.loginspection, state: 'off' },
      },
    };
  });
  agent = await startAgent(first, accountId);
});

const start = async (folder: string) =>
  startLastingSystem(
    folder,
    { console: await freePort(), agents: await freePort(), smtp: await freePort() },
    {
      DATABASE_URL: database.url,
      SAKIMORI_SECRET: secret,
      SAKIMORI_SILENCE_SECONDS: '10',
      SAKIMORI_ENDED_SECONDS: '3',
      SAKIMORI_HEARTBEAT_SECONDS: '3',
    },
  );

after(async () => {
  await agent?.remove();
  await first?.end('SIGTERM');
  await second?.end('SIGTERM');
  await database?.stop();
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
});

test('a change seen by an agent of one process is shown live by the other within two seconds', async () => {
  const live = await listen(second);
  const changedAt = performance.now();
  writeFileSync(join(folders.watched, 'file'), 'x');
  const told = await until(
    async () => live.events.find(({ event }) => event.topic === 'alert'),
    'the other process said nothing',
  );
  live.close();
  assert.ok(told.at - changedAt < 2000, `${Math.round(told.at - changedAt)} ms`);
});

test('a policy written through one process reaches the agent of the other within two seconds', async () => {
  const version = await changePolicy(second, accountId, (document) => ({ ...document, heartbeatSeconds: 4 }));
  await until(
    async () =>
      (await second.admin(routes.getHost, { params: { hostId: agent.hostId } })).policy.appliedVersion === version
        ? true
        : undefined,
    'the agent did not apply it',
    2000,
  );
});

test('one alert has one mail, although two processes work the outbox', async () => {
  const alerts = (await first.admin(routes.listAlerts, { query: { accountId } })).items;
  await until(
    async () =>
      (await first.admin(routes.listNotices, { query: { accountId } })).items.every((notice) => notice.state === 'sent')
        ? true
        : undefined,
    'mails wait',
  );
  const notices = (await first.admin(routes.listNotices, { query: { accountId } })).items;
  assert.equal(notices.length, alerts.length);
  for (const notice of notices) assert.equal(notice.attempts, 1);
});

test('S45, in part: a process that the agent is not connected to goes away and comes back: no alarm', async () => {
  await second.end('SIGKILL');
  second = await start(folders.second);
  await sleep(12_000);
  const { items } = await second.admin(routes.listAlerts, { query: { accountId } });
  assert.deepEqual(
    items.filter((alert) => alert.kind === 'agent.silent'),
    [],
  );
});
