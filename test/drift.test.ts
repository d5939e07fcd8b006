import assert from 'node:assert/strict';
import test from 'node:test';
import { routes } from '@sakimori/contract';
import { changePolicy, makeAccount, startAgent, startSystem, until, waitForPolicy } from './system.ts';

test('S38: a host that has not applied its version shows as drift, until it does', async (t) => {
  const system = await startSystem({ SAKIMORI_SILENCE_SECONDS: '600' });
  t.after(() => system.stop());
  const accountId = await makeAccount(system, 'drift');
  const agent = await startAgent(system, accountId);
  t.after(() => agent.remove());
  const drift = async () => (await system.admin(routes.getOverview, { query: { accountId } })).hosts.drift;
  assert.equal(await drift(), 0);

  await agent.kill('SIGSTOP');
  const version = await changePolicy(system, accountId, (document) => ({ ...document, heartbeatSeconds: 30 }));
  const { policy } = await system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  assert.deepEqual([policy.assignedVersion, policy.appliedVersion], [version, version - 1]);
  assert.equal(await drift(), 1);

  await agent.kill('SIGCONT');
  await waitForPolicy(system, agent.hostId);
  await until(async () => ((await drift()) === 0 ? true : undefined), 'the drift stays');
});
