import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refusal, routes } from '@sakimori/contract';
import { BackendFault } from '@sakimori/manager/backends/index';
import { recordDetections } from '@sakimori/manager/detections/index';
import { makeDetection, type SimulatedAgent } from '../simulated-agent.ts';
import { type Attached, startTwoManagers, type TwoManagers } from './two-managers.ts';

/** A host with both agents: what each sees, and what would become of its policies on the other side. */
let two: TwoManagers;
let attached: Attached;
let own: SimulatedAgent;
const agents: SimulatedAgent[] = [];
before(async () => {
  two = await startTwoManagers();
  attached = await two.attach('remote-shadow', 'shadow');
  own = await two.ours.enrol(attached.accountId, { name: 'Web-01' });
  const theirs = await two.theirs.enrol(attached.theirAccountId, { name: 'web-01' });
  const alone = await two.theirs.enrol(attached.theirAccountId, { name: 'only-theirs' });
  agents.push(own, theirs, alone);
  await own.heartbeat({ modules: [{ module: 'integrity', state: 'active', causes: [], figures: {} }] });
  for (const agent of [theirs, alone]) await agent.heartbeat();
});
after(async () => {
  for (const agent of agents) agent.kill();
  await two?.stop();
});
const params = () => ({ accountId: attached.accountId });
const by = { actor: { kind: 'person', id: 'p', name: 'Operator' }, reason: 'a comparison' } as const;

test('in shadow our own manager rules; the tenant is read and nothing of it is changed', async () => {
  const backend = await two.backends.of(attached.accountId);
  assert.equal(backend.kind, 'own');
  const { kind } = await two.ours.admin(routes.listCapabilities, { params: params() });
  assert.equal(kind, 'own');
});

test('a host with both agents: modules, what both saw, and what only one of them saw', async () => {
  const { ours } = two;
  await ours.admin(routes.syncRemote, { params: params() });
  const { items } = await ours.admin(routes.listRemoteComputers, { params: params() });
  const remoteHostId = items.find(({ name }) => name === 'web-01')!.hostId!;
  const { accountId } = attached;
  const now = ours.clock.now().getTime();
  const at = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
  await own.sendDetections([
    own.makeDetection({ occurredAt: at(100), title: 'both saw this' }),
    own.makeDetection({ occurredAt: at(300), title: 'only ours saw this' }),
  ]);
  const remoteDetection = (minutes: number, title: string) =>
    makeDetection({ accountId, hostId: remoteHostId }, { occurredAt: at(minutes), title });
  await recordDetections(ours.platform, accountId, [
    remoteDetection(95, 'both saw this, in other words'),
    remoteDetection(500, 'only theirs saw this'),
  ]);
  ours.clock.advance(1000);
  const report = await ours.admin(routes.compareShadow, { params: params(), query: { days: 1, windowMinutes: 15 } });
  const [host] = report.hosts;
  assert.equal(report.hosts.length, 1);
  assert.deepEqual(
    [host!.name, host!.matchedBy, host!.hostId, host!.remoteHostId],
    ['Web-01', 'name', own.hostId, remoteHostId],
  );
  const integrity = host!.modules.find(({ module }) => module === 'integrity')!;
  assert.deepEqual(
    { both: integrity.both, onlyOwn: integrity.onlyOwn, onlyRemote: integrity.onlyRemote, own: integrity.own },
    { both: 1, onlyOwn: 1, onlyRemote: 1, own: 'active' },
  );
  assert.deepEqual(
    host!.differences.map(({ seenBy, title }) => [seenBy, title]),
    [
      ['own', 'only ours saw this'],
      ['remote', 'only theirs saw this'],
    ],
  );
  assert.deepEqual(report.onlyRemote, ['only-theirs']);
  assert.deepEqual(report.onlyOwn, []);
  // A narrower window makes two of what was one.
  const narrow = await ours.admin(routes.compareShadow, { params: params(), query: { days: 1, windowMinutes: 2 } });
  assert.equal(narrow.hosts[0]!.modules.find(({ module }) => module === 'integrity')!.both, 0);
});

test('the migration report says of each policy what the other side carries out, either way', async () => {
  const { ours } = two;
  const { tenant } = attached;
  const { integrityMonitoringRules } = await tenant.call<{ integrityMonitoringRules: { ID: number; name: string }[] }>(
    'listIntegrityMonitoringRules',
  );
  const written = await tenant.call('createIntegrityMonitoringRule', undefined, {
    body: { name: 'Of the customer alone', template: 'file', fileBaseDirectory: '/srv' },
  });
  const made = await tenant.call('createPolicy', undefined, {
    body: {
      name: 'To be moved',
      integrityMonitoring: { state: 'on', ruleIDs: [integrityMonitoringRules[0]!.ID, written['ID']] },
      policySettings: { firewallSettingReconnaissanceEnabled: { value: 'true' } },
    },
  });
  const report = await ours.admin(routes.reportMigration, { params: params(), query: { direction: 'to-own' } });
  const policy = report.policies.find(({ number }) => number === made['ID'])!;
  assert.equal(policy.rulesMapped, 1);
  assert.deepEqual(policy.rulesLost, [{ module: 'integrity', name: 'Of the customer alone' }]);
  assert.deepEqual(policy.modulesMapped, ['integrity']);
  assert.equal(policy.settingsMapped, 1);
  const back = await ours.admin(routes.reportMigration, { params: params(), query: { direction: 'to-remote' } });
  assert.ok(back.policies.some(({ name }) => name === 'Linux Server'));
  assert.ok(back.policies.every(({ settingsLost }) => settingsLost.length === 0));
});

test('as the other tenant: an account without a tenant has nothing to compare, and hears nothing of others', async () => {
  const { ours } = two;
  const other = await ours.makeAccount('remote-shadow-other');
  const report = await ours.admin(routes.compareShadow, { params: { accountId: other.accountId }, query: {} });
  assert.deepEqual([report.hosts, report.onlyOwn, report.onlyRemote], [[], [], []]);
  await assert.rejects(
    ours.admin(routes.reportMigration, { params: { accountId: other.accountId }, query: {} }),
    (error) => error instanceof Refusal && error.code === 'not_found',
  );
});

test('the mode is changed at any time: then the tenant rules', async () => {
  await two.ours.admin(routes.changeRemote, { params: params(), body: { mode: 'ruling' } });
  const backend = await two.backends.of(attached.accountId);
  assert.equal(backend.kind, 'remote');
  await assert.rejects(backend.perform('noSuchOperation', by), (error) => error instanceof BackendFault);
});
