import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { whyNoFreshHost } from './fresh-host.ts';
import { makeAccount, type RealAgent, type System, startAgent, startSystem, until } from './system.ts';

/**
 * A host that is powered off from its manager. The agent runs in a process namespace of its own: what reboot(2) ends there is that namespace's init with
 * everything in it, as it ends a machine, and this machine goes on.
 */
const skip = whyNoFreshHost();
const apart = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=KILL'];
/** The init of the host: it outlives whatever it has started, until the kernel ends it. */
const init = ['sh', '-c', 'exec 3<&0; "$@" <&3 & while :; do sleep 1; done', 'init'];

describe('a host that is powered off', { skip }, () => {
  let system: System;
  let accountId: string;
  let agent: RealAgent;

  before(async () => {
    system = await startSystem();
    accountId = await makeAccount(system, 'stopped');
    agent = await startAgent(system, accountId, [...apart, ...init]);
  });
  after(async () => {
    await agent?.remove();
    await system?.stop();
  });

  const stop = (confirmation: string, reason = 'ransomware') =>
    system.admin(routes.stopHost, { params: { hostId: agent.hostId }, body: { reason, confirmation } });
  const stateOf = async (id: string) =>
    (await system.admin(routes.listHostTasks, { params: { hostId: agent.hostId } })).items.find((one) => one.id === id);
  const ended = (id: string) =>
    until(async () => ((await stateOf(id))?.doneAt ? await stateOf(id) : undefined), 'the task does not end', 60_000);
  const isUp = () => {
    try {
      return /^State:\s+[^ZX]/m.test(readFileSync(`/proc/${agent.pid()}/status`, 'utf8'));
    } catch {
      return false;
    }
  };

  test('S74: without its name once more it is not stopped', async () => {
    await assert.rejects(stop('another'), { code: 'name_not_confirmed' });
    assert.equal(isUp(), true);
  });

  test('S74: a host whose own configuration does not allow it says so and goes on', async () => {
    await agent.kill('SIGKILL');
    writeFileSync(join(agent.folder, 'agent.json'), '{"allowStopHost": false}', { mode: 0o600 });
    await agent.start();
    const { id } = await stop(hostname());
    const task = await ended(id);
    assert.equal(task?.state, 'not_supported');
    assert.match(task?.detail ?? '', /allowStopHost/);
    assert.equal(isUp(), true);
    await agent.kill('SIGKILL');
    writeFileSync(join(agent.folder, 'agent.json'), '{}', { mode: 0o600 });
    await agent.start();
  });

  test('S74: it answers, is powered off with all that runs on it, and does not go down again when it comes up', async () => {
    const { id, state } = await stop(hostname());
    assert.equal(state, 'waiting');
    const task = await ended(id);
    assert.deepEqual([task?.state, task?.reason], ['done', 'ransomware']);
    await until(async () => (isUp() ? undefined : true), 'it still runs', 60_000);
    const alerts = async () => (await system.admin(routes.listAlerts, { query: { accountId } })).items;
    const alert = await until(async () => (await alerts()).find(({ kind }) => kind === 'host.stopping'), 'no alert');
    assert.deepEqual([alert.severity, alert.facts['reason']], ['high', 'ransomware']);
    const { items } = await system.admin(routes.listAudit, { query: { target: `host:${agent.hostId}` } });
    assert.ok(items.some(({ facts }) => facts['kind'] === 'stop-host' && facts['reason'] === 'ransomware'));
    await agent.start();
    const again = await system.admin(routes.giveHostTask, {
      params: { hostId: agent.hostId },
      body: { kind: 'integrity-scan' },
    });
    await ended(again.id);
    assert.equal(isUp(), true);
  });
});
