import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChangeWish } from '@sakimori/contract';
import { refusedWith } from '../../../test/agents-door.ts';
import { type ChangesDesk, operator, second, startChangesDesk } from '../../../test/changes-desk.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';

let desk: ChangesDesk;
let yamato: string;

let agent: SimulatedAgent;
let policyId: number;

before(async () => {
  desk = await startChangesDesk();
  yamato = await desk.door.makeAccount('Yamato');
  agent = await desk.door.enrolAgent(yamato);
  await desk.keep(agent);
  const computers = (await desk.perform(yamato, 'listComputers'))['computers'] as { policyID: number }[];
  policyId = computers[0]!.policyID;
});
after(() => desk.door.stop());

const integrity = (state: 'on' | 'off' | 'real-time'): ChangeWish => ({
  ...{ kind: 'policy', policyId, modules: { integrityMonitoring: state } },
});
const stateNow = async () =>
  (
    (await desk.perform(yamato, 'describePolicy', { params: { policyID: policyId } }))['integrityMonitoring'] as {
      state: string;
    }
  ).state;

test('S54: a policy change is compared, approved by a second person, applied, confirmed by the host and stored with who and when; its return restores what was', async () => {
  const before = await stateNow();
  assert.notEqual(before, 'off');
  await agent.sendDetections([agent.makeDetection(), agent.makeDetection()]);
  const asked = await desk.ask(yamato, integrity('off'), {
    requester: '佐藤 花子',
    reason: 'the customer has another tool',
  });
  assert.deepEqual([asked.state, asked.requester, asked.createdBy], ['proposed', '佐藤 花子', operator.name]);
  assert.deepEqual(
    asked.diff.map((line) => [line.field, line.before, line.after]),
    [['integrityMonitoring.state', before, 'off']],
  );
  assert.deepEqual([asked.preview?.hostCount, asked.preview?.suppressed], [1, 2]);
  assert.equal(await stateNow(), before, 'nothing is changed by asking');
  await refusedWith(desk.apply(asked.id), 'wrong_state');

  await refusedWith(desk.approve(asked.id, operator), 'reason_alone_needed');
  const approved = await desk.approve(asked.id);
  assert.deepEqual([approved.state, approved.approvedBy], ['approved', second.name]);
  const versionBefore = (await desk.keep(agent)).version;
  const applied = await desk.apply(asked.id);
  assert.deepEqual(
    [applied.state, applied.appliedBy, applied.hosts[0]?.state],
    ['verifying', operator.name, 'waiting'],
  );
  assert.equal(await stateNow(), 'off');

  const { version } = await desk.keep(agent);
  assert.equal(version, versionBefore + 1);
  await desk.advance();
  const done = await desk.show(asked.id);
  assert.deepEqual([done.state, done.hosts[0]?.state, done.hosts[0]?.version], ['done', 'confirmed', version]);
  for (const time of [done.requestedAt, done.approvedAt, done.appliedAt, done.doneAt]) assert.ok(time);

  const reverting = await desk.revert(asked.id, 'the other tool was taken away');
  assert.deepEqual([reverting.state, reverting.revertedBy], ['reverting', operator.name]);
  assert.equal(await stateNow(), before);
  await desk.keep(agent);
  await desk.advance();
  const reverted = await desk.show(asked.id);
  assert.deepEqual([reverted.state, reverted.fault], ['reverted', undefined]);
  assert.deepEqual(
    reverted.history.map(({ what }) => what),
    ['proposed', 'approved', 'applied', 'done', 'reverting', 'reverted'],
  );
  const actions = await desk.audited(yamato);
  for (const { what } of reverted.history) assert.ok(actions.includes(`change.${what}`), what);
});
