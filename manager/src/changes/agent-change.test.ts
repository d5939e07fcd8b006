import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentPaths, type ChangeWish, type HostTask, type ModuleStatus } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { type ChangesDesk, startChangesDesk } from '../../../test/changes-desk.ts';
import { type SimulatedAgent, sampleFacts } from '../../../test/simulated-agent.ts';
import { advanceAll } from '../upgrades/index.ts';

const [old, fresh] = [`0.1.0-${'a'.repeat(16)}`, `0.2.0-${'b'.repeat(16)}`];
const release = {
  ...{ build: fresh, version: '0.2.0', architecture: 'x86_64' },
  files: { 'sakimori-agent.deb': { sha256: 'd'.repeat(64), bytes: 7 } },
};
const active: ModuleStatus = { module: 'integrity', state: 'active', causes: [], figures: {} };
let desk: ChangesDesk;
let accountId: string;
const agents: SimulatedAgent[] = [];
const nameOf = (index: number) => `web-${String(index).padStart(2, '0')}`;

before(async () => {
  desk = await startChangesDesk({
    software: { current: async () => release, read: (build) => (build === fresh ? release : undefined) },
  });
  accountId = await desk.door.makeAccount('Wave');
  for (let index = 0; index < 10; index += 1) {
    const agent = await desk.door.enrolAgent(accountId, { name: nameOf(index), agentBuild: old });
    agents.push(agent);
    await beat(index, old);
  }
  await desk.door.sightings.flush();
});
after(() => desk.door.stop());

async function beat(index: number, agentBuild: string): Promise<HostTask[]> {
  const facts = sampleFacts({ name: nameOf(index), agentBuild });
  const { received } = await agents[index]!.heartbeat({ facts, modules: [active] });
  return (received.tasks ?? []) as HostTask[];
}
async function advance(): Promise<void> {
  desk.door.platform.clock.advance(5000);
  await desk.door.sightings.flush();
  await advanceAll(desk.door.platform);
  await desk.advance();
}

test('S59, in part: a wave of ten hosts as a change: one fails, and the change reports 9 ok and 1 failed that is back on the old version', async () => {
  const wish: ChangeWish = {
    ...{ kind: 'agent', upgrade: { rings: [{}], failuresMax: 0, healthMinutes: 10 } },
  };
  const asked = await desk.ask(accountId, wish);
  assert.deepEqual([asked.diff.length, asked.diff[0]?.before, asked.diff[0]?.after], [10, old, fresh]);
  assert.equal(asked.preview?.hostCount, 10);
  await desk.approve(asked.id);
  const applied = await desk.apply(asked.id);
  assert.equal(applied.state, 'verifying');
  assert.ok(applied.planId, 'the plan is linked');
  await advance();
  for (let index = 0; index < 10; index += 1) {
    const task = (await beat(index, old)).find(({ kind }) => kind === 'agent-upgrade')!;
    desk.door.platform.clock.advance(1000);
    const [state, detail] =
      index < 9 ? (['done', 'installed'] as const) : (['failed', 'rolled back: no manager'] as const);
    await agents[index]!.post(agentPaths.taskResults, { results: [{ id: task.id, state, detail }] });
    await beat(index, index < 9 ? fresh : old);
  }
  await advance();
  await advance();
  const ended = await desk.show(asked.id);
  assert.deepEqual([ended.state, ended.fault?.detail], ['failed', 'ok 9, failed 1']);
  const states = ended.hosts.map(({ state }) => state);
  assert.deepEqual(
    [states.filter((state) => state === 'confirmed').length, states.filter((state) => state === 'failed').length],
    [9, 1],
  );
  assert.match(ended.hosts.find(({ state }) => state === 'failed')!.detail!, new RegExp(`^${old}: rolled back`));
  await refusedWith(desk.revert(asked.id), 'wrong_state');
  await refusedWith(desk.ask(accountId, { ...wish, build: `9.9.9-${'c'.repeat(16)}` } as ChangeWish), 'malformed');
});
