import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Actor, type AssignedPolicy, agentPaths, type NewIntrusionSwitch, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../../test/agents-door.ts';
import { actorOf } from '../../../../test/service.ts';
import type { SimulatedAgent } from '../../../../test/simulated-agent.ts';
import { until } from '../../../../test/system.ts';
import { changeConfiguration, endSwitches } from '../index.ts';

const operator = actorOf('operator');
const hourMs = 3_600_000;
let door: TestDoor;
let accountId: string;
let [a, b] = [] as unknown as [SimulatedAgent, SimulatedAgent];

before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Yamato');
  [a, b] = [await door.enrolAgent(accountId), await door.enrolAgent(accountId)];
  await setPolicy('prevent');
});
after(() => door.stop());

const setPolicy = (state: 'prevent' | 'off') =>
  changeConfiguration(door.platform, { accountId, actor: operator, reason: 'x' }, async (edit) => {
    for (const policy of edit.list('Policy'))
      edit.put('Policy', policy['ID'] as number, { ...policy, intrusionPrevention: { state, ruleIDs: [1001, 1002] } });
  });
const later = (ms: number) => new Date(door.platform.clock.now().getTime() + ms).toISOString();
const asks = async (agent: SimulatedAgent) => {
  const { document } = (await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy;
  return document.modules.intrusion.state;
};
const follows = (agent: SimulatedAgent, state: string) =>
  until(async () => ((await asks(agent)) === state ? true : undefined), `the host is not asked to ${state}`);
const turn = (more: Partial<NewIntrusionSwitch> = {}, actor: Actor = operator, hostId = a.hostId) =>
  door.service.as(actor)(routes.switchIntrusionMode, {
    params: { hostId },
    body: { mode: 'detect', reason: 'false alarms of the shop', until: later(hourMs), ...more },
  });
const look = (actor: Actor = operator, hostId = a.hostId) =>
  door.service.as(actor)(routes.getIntrusionMode, { params: { hostId } });
const end = (actor: Actor = operator, hostId = a.hostId) =>
  door.service.as(actor)(routes.endIntrusionSwitch, { params: { hostId }, body: { reason: 'mended' } });
const audited = async (action: string) =>
  (await door.service.as(operator)(routes.listAudit, { query: { accountId, limit: 500 } })).items.filter(
    (entry) => entry.action === action,
  );

test('S56, in part: host A is switched with a reason and an end, B under the same policy stays, and A returns by itself', async () => {
  assert.deepEqual(await look(), { hostId: a.hostId, state: 'prevent', stateWithoutSwitch: 'prevent' });
  const made = await turn();
  assert.deepEqual([made.state, made.stateWithoutSwitch, made.switch?.mode], ['detect', 'prevent', 'detect']);
  assert.deepEqual([made.switch?.reason, made.switch?.createdBy], ['false alarms of the shop', operator.name]);
  await follows(a, 'detect');
  assert.equal(await asks(b), 'prevent');
  assert.equal((await look(operator, b.hostId)).switch, undefined);
  const [noted] = await audited('intrusion.mode_switched');
  assert.deepEqual(
    [noted?.target, noted?.facts['mode'], noted?.facts['from']],
    [`host:${a.hostId}`, 'detect', 'prevent'],
  );

  door.platform.clock.advance(59 * 60_000);
  await endSwitches(door.platform);
  assert.equal(await asks(a), 'detect');
  door.platform.clock.advance(2 * 60_000);
  await endSwitches(door.platform);
  await follows(a, 'prevent');
  assert.equal((await look()).switch, undefined);
  const [returned] = await audited('intrusion.mode_returned');
  assert.deepEqual([returned?.actorName, returned?.facts['mode']], ['Sakimori', 'prevent']);
});

test('a switch is lengthened by another one, ended before its time, and gives way to what somebody sets on the computer', async () => {
  await turn();
  await turn({ until: later(48 * hourMs), reason: 'longer' });
  assert.equal((await look()).switch?.reason, 'longer');
  assert.deepEqual((await end()).state, 'prevent');
  await follows(a, 'prevent');
  await refusedWith(end(), 'not_found');
  await turn();
  await changeConfiguration(door.platform, { accountId, actor: operator, reason: 'x' }, async (edit) => {
    const { selectComputers, updateComputer } = await import('../../configuration/index.ts');
    const computer = (await selectComputers(edit.tx, accountId)).find(({ host_id }) => host_id === a.hostId)!;
    await updateComputer(edit.tx, accountId, {
      ...computer,
      overrides: { ...computer.overrides, intrusionPrevention: { state: 'off' } },
    });
    edit.noteComputer(computer.id, 'modified');
  });
  assert.equal((await end()).state, 'off');
  await refusedWith(turn(), 'wrong_state');
  await changeConfiguration(door.platform, { accountId, actor: operator, reason: 'x' }, async (edit) => {
    const { selectComputers, updateComputer } = await import('../../configuration/index.ts');
    const computer = (await selectComputers(edit.tx, accountId)).find(({ host_id }) => host_id === a.hostId)!;
    await updateComputer(edit.tx, accountId, { ...computer, overrides: null });
    edit.noteComputer(computer.id, 'modified');
  });
});

test('S56, in part: the preview says what the last 30 days would have been, rule by rule, on this host alone', async () => {
  const found = (rule: number, more: object) =>
    a.makeDetection({
      ...{ module: 'intrusion', kind: 'intrusion.matched', rule: { id: `intrusion:${rule}`, name: `Rule ${rule}` } },
      ...{ severity: 'high', mode: 'prevent', action: 'denied', actionResult: 'success' },
      ...more,
    });
  await a.sendDetections([
    found(1001, {}),
    found(1001, { facts: { count: 4 } }),
    found(1002, { action: 'observed', actionResult: 'none', mode: 'detect' }),
  ]);
  await b.sendDetections([b.makeDetection({ module: 'intrusion', kind: 'intrusion.matched', action: 'denied' })]);
  const preview = (mode: 'prevent' | 'detect', actor: Actor = operator) =>
    door.service.as(actor)(routes.previewIntrusionMode, { params: { hostId: a.hostId }, query: { mode } });
  const detect = await preview('detect');
  assert.deepEqual([detect.state, detect.wouldPass, detect.wouldBlock], ['prevent', 5, 0]);
  assert.deepEqual(detect.rules, { inForce: 2, blockNow: 2, blockThen: 0 });
  assert.deepEqual(
    detect.byRule.map(({ ruleId, blocked, detected, effect }) => [ruleId, blocked, detected, effect]),
    [
      ['intrusion:1001', 5, 0, 'passes'],
      ['intrusion:1002', 0, 1, 'same'],
    ],
  );
  const prevent = await preview('prevent');
  assert.deepEqual([prevent.wouldPass, prevent.wouldBlock, prevent.rules.blockThen], [0, 1, 2]);
  const other = await door.makeAccount('Nagato');
  await refusedWith(preview('detect', actorOf('customer-admin', other)), 'not_found');
});

test('what cannot be is refused', async () => {
  for (const wrong of [
    { until: later(-1000) },
    { until: later(91 * 24 * hourMs) },
    { reason: '  ' },
    { mode: 'off' as 'detect' },
  ])
    await refusedWith(turn(wrong), 'malformed');
  const nobody = '019ab000-0000-7000-8000-00000000cafe';
  await refusedWith(turn({}, operator, nobody), 'not_found');
  await refusedWith(look(operator, nobody), 'not_found');
  await setPolicy('off');
  await refusedWith(turn(), 'wrong_state');
  await setPolicy('prevent');
});

test('S41, in part: another account neither sees nor switches; a customer switches nothing', async () => {
  const other = await door.makeAccount('Musashi');
  const stranger = { ...operator, accountId: other };
  await refusedWith(look(actorOf('customer-admin', other)), 'not_found');
  await refusedWith(turn({}, stranger), 'not_found');
  await refusedWith(end(stranger), 'not_found');
  await refusedWith(turn({}, actorOf('customer-admin', accountId)), 'forbidden');
  await refusedWith(end(actorOf('customer-admin', accountId)), 'forbidden');
  assert.equal((await look(actorOf('customer-viewer', accountId))).state, 'prevent');
});
