import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { adoptRemoteHosts, ensureRemoteHosts } from '@sakimori/manager/hosts/index';
import { raiseDueSilences } from '@sakimori/manager/liveness/index';
import { recordChanges, unannouncedChanges } from '@sakimori/manager/upgrades/index';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { until } from '../system.ts';
import { type Attached, startTwoManagers, type TwoManagers } from './two-managers.ts';

/** Computers of the tenant as hosts: the same ones that events name, with liveness by their status and versions by what changed. */
let two: TwoManagers;
let attached: Attached;
let agent: SimulatedAgent;
before(async () => {
  two = await startTwoManagers();
  attached = await two.attach('remote-hosts');
  agent = await two.theirs.enrol(attached.theirAccountId, { name: 'db-01', agentVersion: '20.0.1' });
});
after(async () => {
  agent?.kill();
  await two?.stop();
});

const params = () => ({ accountId: attached.accountId });
const sync = () => two.ours.admin(routes.syncRemote, { params: params() });
const computers = async () => (await two.ours.admin(routes.listRemoteComputers, { params: params() })).items;
const alerts = async () =>
  (await two.ours.admin(routes.listAlerts, { query: { accountId: attached.accountId, limit: 50 } })).items.filter(
    ({ kind }) => kind === 'agent.silent',
  );

test('a computer is the host that events name by its number or by its hostname', async () => {
  const { platform } = two.ours;
  const { accountId } = attached;
  const key = { key: 'name::db-01', name: 'db-01' };
  // An agent of theirs sent an event before the tenant was attached: only its hostname is known.
  const byName = await platform.database.as(accountId, (tx) => ensureRemoteHosts(tx, platform, accountId, [key]));
  await (await agent.heartbeat()).received;
  await sync();
  const [computer] = await computers();
  assert.equal(computer!.hostId, byName.get('name::db-01'));
  const again = await platform.database.as(accountId, (tx) =>
    ensureRemoteHosts(tx, platform, accountId, [key, { key: `id::${computer!.number}`, name: 'db-01' }]),
  );
  assert.deepEqual([...new Set(again.values())], [computer!.hostId]);
  const { items } = await two.ours.admin(routes.listRemoteHosts, { query: { accountId } });
  assert.equal(items.length, 1);
});

test('two computers of one hostname stay two hosts, and no name leads to either', async () => {
  const { platform } = two.ours;
  const { accountId } = await two.ours.makeAccount('remote-names');
  const ids = await platform.database.as(accountId, (tx) =>
    adoptRemoteHosts(tx, platform, accountId, [
      { key: 'id::1', alias: undefined, name: 'twin' },
      { key: 'id::2', alias: undefined, name: 'twin' },
    ]),
  );
  assert.equal(new Set(ids.values()).size, 2);
});

test('S45, in part: on the remote backend a computer that is reported offline is an alert with that cause, and its return resolves it', async () => {
  const { ours, theirs } = two;
  assert.equal((await computers())[0]!.liveness, 'online');
  agent.kill();
  await until(async () => {
    // In small steps: a manager that finds itself stopped for a while calls nobody silent.
    theirs.clock.advance(2000);
    await raiseDueSilences(theirs.platform);
    const [host] = (await theirs.admin(routes.listHosts, { query: { accountId: attached.theirAccountId } })).items;
    return host!.liveness.state === 'silent' ? true : undefined;
  }, 'their manager did not see the silence');
  await sync();
  assert.equal((await computers())[0]!.liveness, 'offline');
  await raiseDueSilences(ours.platform);
  const [alert] = await alerts();
  assert.equal(alert!.state, 'open');
  const { items } = await ours.admin(routes.listDetections, { query: { accountId: attached.accountId } });
  assert.equal(items.find(({ kind }) => kind === 'agent.silent')!.facts?.['cause'], 'reported_offline');

  ours.clock.advance(10 * 60_000);
  const held = await agent.heartbeat();
  assert.ok(held.received);
  await until(async () => {
    await sync();
    return (await computers())[0]!.liveness === 'online' ? true : undefined;
  }, 'the computer is not online again');
  assert.equal((await alerts())[0]!.state, 'closed');
});

test('S17: on the remote backend versions that change outside of a plan are unannounced changes within the day', async () => {
  const { ours } = two;
  const from = ours.clock.now();
  await recordChanges(ours.platform);
  agent.kill();
  const newer = { ...agent.makeHeartbeat().facts, agentVersion: '20.0.2' };
  await agent.heartbeat({ facts: newer });
  await until(async () => {
    await sync();
    return (await computers())[0]!.agentVersion === '20.0.2' ? true : undefined;
  }, 'the new version is not told');
  ours.clock.advance(30 * 60_000);
  await recordChanges(ours.platform);
  const to = new Date(ours.clock.now().getTime() + 1);
  const { items } = await ours.platform.database.as(attached.accountId, (tx) =>
    unannouncedChanges(tx, attached.accountId, { from, to }),
  );
  assert.deepEqual(
    items.map(({ component, from: before, to: now, hosts }) => ({ component, before, now, hosts })),
    [{ component: 'agent', before: '20.0.1', now: '20.0.2', hosts: ['db-01'] }],
  );
  const { items: listed } = await ours.admin(routes.listVersionChanges, {
    query: { accountId: attached.accountId, unannounced: 'true' },
  });
  assert.equal(listed.length, 1);
  // As the other tenant: nothing of it is another account's.
  const other = await ours.makeAccount('remote-other');
  const theirs = await ours.platform.database.as(other.accountId, (tx) =>
    unannouncedChanges(tx, other.accountId, { from, to }),
  );
  assert.equal(theirs.count, 0);
});

test('a computer that the tenant no longer has is watched no more, and a detached tenant leaves its hosts', async () => {
  const { ours } = two;
  const [computer] = await computers();
  await attached.tenant.call('deleteComputer', { computerID: computer!.number });
  ours.clock.advance(1000);
  await sync();
  const [gone] = await computers();
  assert.equal(gone!.liveness, 'gone');
  await ours.admin(routes.detachRemote, { params: params() });
  assert.deepEqual(await computers(), []);
  const { items } = await ours.admin(routes.listRemoteHosts, { query: { accountId: attached.accountId } });
  assert.equal(items.length, 1);
});
