import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Backend } from '@sakimori/manager/backends/index';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { deskScenarios } from './desk-scenarios.ts';
import { type Attached, startTwoManagers, type TwoManagers } from './two-managers.ts';

/** The desk's own work on both backends: our manager, and a second one that is reached by its public API alone. */
let two: TwoManagers;
let attached: Attached;
const backends = new Map<Backend['kind'], Backend>();
const agents: SimulatedAgent[] = [];
const hosts = ['app-01', 'app-02'] as const;
before(async () => {
  two = await startTwoManagers();
  attached = await two.attach('remote-desk');
  const { accountId: ownAccount } = await two.ours.makeAccount('own-desk');
  for (const name of hosts) {
    agents.push(await two.theirs.enrol(attached.theirAccountId, { name }));
    agents.push(await two.ours.enrol(ownAccount, { name }));
  }
  for (const agent of agents) await agent.heartbeat();
  backends.set('remote', await two.backends.of(attached.accountId));
  backends.set('own', await two.backends.of(ownAccount));
});
after(async () => {
  for (const agent of agents) agent.kill();
  await two?.stop();
});

for (const { row, title, run } of deskScenarios)
  for (const kind of ['own', 'remote'] as const)
    test(`${row}, in part: on the ${kind} backend ${title}`, async () => {
      const backend = backends.get(kind)!;
      assert.equal(backend.kind, kind);
      await run(backend, { hosts });
    });

test('every change of the remote backend stands in the audit with who asked and why', async () => {
  const entries = await two.ours.audit(attached.accountId, 'remote.operated');
  const asked = entries.map(({ facts }) => `${facts['operation']}: ${facts['reason']}`);
  assert.ok(asked.includes('modifyComputer: an application suffers'));
  assert.ok(asked.includes('modifyAntiMalware: a backup suffers'));
  assert.deepEqual(await two.ours.audit(attached.accountId, 'remote.failed'), []);
});
