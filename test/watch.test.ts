import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { headlineIn, matterOfAlert, type PolicyDocument, routes, type StoredDetection } from '@sakimori/contract';
import {
  changePolicy,
  listen,
  makeAccount,
  type RealAgent,
  type System,
  startAgent,
  startSystem,
  until,
  waitForPolicy,
} from './system.ts';

/** The main job of the product, end to end: real agent, real files, real manager, real database, real mail. */
let system: System;
let accountId: string;
let agent: RealAgent;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-watched-'));
const file = (name: string) => join(folder, name);

/** Only the watched folder, so that the machine's own life does not disturb the test. */
const watchFolder = (document: PolicyDocument): PolicyDocument => ({
  ...document,
  heartbeatSeconds: 5,
  modules: {
    ...document.modules,
    integrity: {
      ...document.modules.integrity,
      state: 'on',
      rules: [
        {
          id: 'test.watched',
          name: { ja: 'テスト領域', en: 'Test area' },
          severity: 'high',
          include: [folder],
          exclude: [],
          attributes: ['created', 'deleted', 'renamed', 'content', 'mode', 'owner', 'group', 'type', 'link'],
        },
      ],
    },
    loginspection: { ...document.modules.loginspection, state: 'off' },
  },
});

before(async () => {
  system = await startSystem({ SAKIMORI_ENDED_SECONDS: '2', SAKIMORI_SILENCE_SECONDS: '30' });
  accountId = await makeAccount(system, 'watch', ['ja', 'en']);
  // These tests raise more alerts than go out one by one.
  for (const { id: contactId } of (await system.admin(routes.listContacts, { params: { accountId } })).items)
    await system.admin(routes.setContactDigest, { params: { accountId, contactId }, body: { singlesMax: 100 } });
  for (const name of ['content', 'mode', 'owner', 'deleted', 'renamed']) writeFileSync(file(name), 'before\n');
  await changePolicy(system, accountId, watchFolder);
  agent = await startAgent(system, accountId);
});

after(async () => {
  await agent?.remove();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const integrityDetections = async (path: string): Promise<StoredDetection[]> => {
  const { items } = await system.admin(routes.listDetections, {
    query: { accountId, module: 'integrity', limit: 500 },
  });
  return items.filter((detection) => detection.file?.path === path);
};
const theOne = (path: string) =>
  until(async () => {
    const found = await integrityDetections(path);
    return found.length > 0 ? found : undefined;
  }, `no detection of ${path}`);

test('S6: content, mode, owner, creation, deletion and rename of a watched file are one detection each, with before and after', async () => {
  writeFileSync(file('content'), 'after\n');
  chmodSync(file('mode'), 0o600);
  if (process.getuid?.() === 0) chownSync(file('owner'), 12345, 12345);
  writeFileSync(file('created'), 'new\n');
  unlinkSync(file('deleted'));
  renameSync(file('renamed'), file('renamed-to'));

  const [content] = await theOne(file('content'));
  assert.equal(content!.kind, 'file.modified');
  assert.ok(content!.file!.changed.includes('content'));
  assert.notEqual(content!.file!.before!.sha256, content!.file!.after!.sha256);

  const [mode] = await theOne(file('mode'));
  assert.equal(mode!.file!.before!.mode, '0644');
  assert.equal(mode!.file!.after!.mode, '0600');
  assert.deepEqual(mode!.file!.changed, ['mode']);

  if (process.getuid?.() === 0) {
    const [owner] = await theOne(file('owner'));
    assert.deepEqual([...owner!.file!.changed].sort(), ['group', 'owner']);
  }
  const [created] = await theOne(file('created'));
  assert.equal(created!.kind, 'file.created');
  assert.equal(created!.file!.before, undefined);
  const [deleted] = await theOne(file('deleted'));
  assert.equal(deleted!.kind, 'file.deleted');
  assert.equal(deleted!.file!.after, undefined);
  const [renamed] = await theOne(file('renamed-to'));
  assert.equal(renamed!.kind, 'file.renamed');
  assert.equal(renamed!.file!.previousPath, file('renamed'));

  const { items } = await system.admin(routes.listDetections, {
    query: { accountId, module: 'integrity', limit: 500 },
  });
  const paths = items.map((detection) => detection.file!.path);
  assert.equal(new Set(paths).size, paths.length, `one detection a path: ${paths.join(', ')}`);
});

test('S6: a file that nobody asked to watch makes no detection', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'sakimori-unwatched-'));
  writeFileSync(join(elsewhere, 'file'), 'x');
  writeFileSync(file('marker'), 'x');
  await theOne(file('marker'));
  rmSync(elsewhere, { recursive: true });
  assert.deepEqual(await integrityDetections(join(elsewhere, 'file')), []);
});

test('S9: within two seconds a change is an alert in the console without a reload, with its rule and its detection, and its mail is accepted in each language', async () => {
  const live = await listen(system);
  const changedAt = performance.now();
  writeFileSync(file('alarming'), 'x');
  const alert = await until(
    async () =>
      (await system.admin(routes.listAlerts, { query: { accountId, limit: 500 } })).items.find(
        (entry) => entry.subject === file('alarming'),
      ),
    'no alert',
  );
  const told = await until(
    async () => live.events.find(({ event }) => event.topic === 'alert' && event.id === alert.id),
    'the console was not told',
  );
  live.close();
  assert.ok(told.at - changedAt < 2000, `the console was told after ${Math.round(told.at - changedAt)} ms`);
  assert.equal(alert.ruleId, 'test.watched');
  const [detection] = (await system.admin(routes.listDetections, { query: { alertId: alert.id } })).items;
  assert.equal(detection!.id, alert.firstDetectionId);
  const mails = await until(async () => {
    const found = (await system.mails()).filter((mail) => mail.subject.includes('alarming'));
    return found.length >= 2 ? found : undefined;
  }, 'the mails did not arrive');
  assert.deepEqual(mails.map((mail) => mail.to.join()).sort(), ['en@watch.example', 'ja@watch.example']);
  const [japanese, english] = (['ja', 'en'] as const).map((to) => mails.find((mail) => mail.to.join().startsWith(to))!);
  for (const body of [japanese!.text, japanese!.html!]) {
    assert.match(body, /変更監視/);
    assert.match(body, /テスト領域/);
    assert.doesNotMatch(body, /Test area/);
  }
  for (const body of [english!.text, english!.html!]) {
    assert.match(body, /Integrity monitoring/);
    assert.match(body, /Test area/);
    assert.doesNotMatch(body, /テスト領域/);
  }
  assert.ok(japanese!.subject.includes(headlineIn('ja', matterOfAlert(alert))), japanese!.subject);
  assert.ok(english!.subject.includes(headlineIn('en', matterOfAlert(alert))), english!.subject);
  for (const mail of mails) assert.ok(mail.text.includes(alert.firstDetectionId), 'the mail names the detection');
});

test('S7, in part: what changes while the agent is stopped is found at its next start, once', async () => {
  await agent.kill('SIGTERM');
  writeFileSync(file('while-stopped'), 'x');
  await agent.start();
  assert.equal((await theOne(file('while-stopped'))).length, 1);
  await waitForPolicy(system, agent.hostId);
  assert.equal((await integrityDetections(file('while-stopped'))).length, 1);
});

test('S45, in part: a killed agent is an alert that names the cause; its start resolves it and says how long the gap was', async () => {
  await until(
    async () =>
      (await system.admin(routes.getHost, { params: { hostId: agent.hostId } })).liveness.state === 'connected'
        ? true
        : undefined,
    'the host is not connected',
  );
  await agent.kill('SIGKILL');
  const find = async (state: 'unclosed' | 'closed') =>
    (await system.admin(routes.listAlerts, { query: { accountId, hostId: agent.hostId, state } })).items.find(
      (alert) => alert.kind === 'agent.silent' && alert.facts['cause'] === 'process_ended',
    );
  const alert = await until(() => find('unclosed'), 'no liveness alert');
  const host = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  assert.equal(host.liveness.state, 'silent');
  assert.equal(host.liveness.cause, 'process_ended');
  await agent.start();
  const resolved = await until(() => find('closed'), 'the alert did not resolve itself');
  assert.equal(resolved.id, alert.id);
  assert.equal(resolved.closing, 'resolved');
  assert.ok(Number(resolved.facts['gapSeconds']) >= 1, `gap ${resolved.facts['gapSeconds']}`);
  const steps = (await system.admin(routes.getAlert, { params: { alertId: alert.id } })).steps.map((step) => step.kind);
  assert.deepEqual(
    steps.filter((kind) => kind === 'opened' || kind === 'resolved'),
    ['opened', 'resolved'],
  );
  const started = await until(
    async () =>
      (await system.admin(routes.listDetections, { query: { accountId, module: 'system' } })).items.find(
        // Not the one of an earlier start, which is there already.
        ({ kind, occurredAt }) => kind === 'agent.started' && Date.parse(occurredAt) > Date.parse(alert.openedAt),
      ),
    'the start after the kill is not recorded',
  );
  assert.equal(started.facts!['previousRun'], 'killed');
});

test('S45, in part: an orderly stop is told apart from a killed agent', async () => {
  await agent.kill('SIGTERM');
  const alert = await until(
    async () =>
      (await system.admin(routes.listAlerts, { query: { accountId, state: 'unclosed' } })).items.find(
        (entry) => entry.kind === 'agent.silent',
      ),
    'no liveness alert',
  );
  assert.equal(alert.facts['cause'], 'stopped');
  await agent.start();
  await until(
    async () =>
      (await system.admin(routes.getAlert, { params: { alertId: alert.id } })).state === 'closed' ? true : undefined,
    'the alert did not resolve itself',
  );
});

test('S38: the host reports the policy version it applied; a new version reaches a connected agent within two seconds', async () => {
  const version = await changePolicy(system, accountId, (document) => ({ ...document, heartbeatSeconds: 60 }));
  const host = await until(
    async () => {
      const now = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
      return now.policy.appliedVersion === version ? now : undefined;
    },
    'the agent did not apply the version',
    2000,
  );
  assert.equal(host.policy.assignedVersion, version);
});

test('an operator acknowledges, notes and closes an alert; who did what is in the audit', async () => {
  const { items } = await system.operator(routes.listAlerts, { query: { accountId, state: 'open' } });
  const alertId = items[0]!.id;
  await system.operator(routes.acknowledgeAlert, { params: { alertId }, body: {} });
  await system.operator(routes.noteAlert, { params: { alertId }, body: { note: '担当者に確認しました。' } });
  const closed = await system.operator(routes.closeAlert, { params: { alertId }, body: { closing: 'planned_work' } });
  assert.equal(closed.state, 'closed');
  const { items: entries } = await system.operator(routes.listAudit, {
    query: { accountId, target: `alert:${alertId}` },
  });
  assert.deepEqual(
    entries.map((entry) => entry.action),
    ['alert.closed', 'alert.noted', 'alert.acknowledged'],
  );
  for (const entry of entries) assert.equal(entry.actorName, 'ephemeral operator');
});

test('the host page is honest about all six modules', async () => {
  mkdirSync(folder, { recursive: true });
  const host = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  assert.deepEqual(host.modules.map((module) => module.module).sort(), [
    'antimalware',
    'firewall',
    'integrity',
    'intrusion',
    'loginspection',
    'webreputation',
  ]);
  const stateOf = (name: string) => host.modules.find((module) => module.module === name)!.state;
  assert.equal(stateOf('integrity'), 'active');
  assert.equal(stateOf('antimalware'), 'off');
  await changePolicy(system, accountId, (document) => ({
    ...document,
    modules: { ...document.modules, antimalware: { state: 'on' } },
  }));
  const asked = await until(async () => {
    const module = (await system.admin(routes.getHost, { params: { hostId: agent.hostId } })).modules.find(
      (entry) => entry.module === 'antimalware',
    );
    return module && module.state !== 'off' ? module : undefined;
  }, 'anti-malware is not reported');
  // Without ClamAV it lacks that; with it, here, the official signatures.
  if (asked.state === 'lacking') assert.match(asked.install ?? '', /clam/i);
  else assert.equal(asked.state, 'degraded');
});
