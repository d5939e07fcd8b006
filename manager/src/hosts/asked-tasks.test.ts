import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type AskedTask, agentPaths, type HostTaskEntry, routes } from '@sakimori/contract';
import { countRows, refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { keepTasks } from './tasks.ts';

let door: TestDoor;
let account: string;
let agent: SimulatedAgent;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
});
after(() => door.stop());
beforeEach(async (t) => {
  account = await door.makeAccount(t.name.slice(0, 40));
  agent = await door.enrolAgent(account);
});

const ask = (body: unknown, actor = operator, hostId = agent.hostId) =>
  door.service.as(actor)(routes.giveHostTask, { params: { hostId }, body: body as AskedTask });
const tasks = async (actor = operator): Promise<HostTaskEntry[]> =>
  (await door.service.as(actor)(routes.listHostTasks, { params: { hostId: agent.hostId } })).items;
const audited = async () => {
  const { items } = await door.service.as(operator)(routes.listAudit, { query: { target: `host:${agent.hostId}` } });
  return items.filter(({ action }) => action === 'host.task_given');
};
const baseline = (reason: string) => ({ kind: 'integrity-baseline', reason });

test('a scan that a person asked for is seen to wait, to run and to end, and pages are told each time', async () => {
  const told: string[] = [];
  const stop = door.platform.live.subscribe((event) => {
    if ('topic' in event && event.accountId === account) told.push(event.topic);
  });
  const hears = (what: string) =>
    until(async () => (told.splice(0).includes('host') ? true : undefined), `pages were not told that a task ${what}`);
  try {
    assert.deepEqual(await tasks(), []);
    const given = await ask({ kind: 'integrity-scan' });
    const at = door.platform.clock.now().toISOString();
    const { id } = given;
    assert.deepEqual(given, { id, kind: 'integrity-scan', state: 'waiting', createdAt: at, createdBy: operator.name });
    await hears('waits');
    const [received] = await until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought it');
    assert.deepEqual(received, { id, kind: 'integrity-scan' });
    await hears('runs');
    assert.deepEqual(await tasks(), [{ ...given, state: 'sent', sentAt: at }]);
    await agent.post(agentPaths.taskResults, { results: [{ id, state: 'done', detail: '12 files compared' }] });
    await hears('ended');
    const done = { ...given, state: 'done', sentAt: at, doneAt: at, detail: '12 files compared' };
    assert.deepEqual(await tasks(), [done]);
  } finally {
    stop();
    agent.kill();
  }
});

test('S7, in part: who had the baseline rebuilt, and why, stands in the audit, in the list and with the host', async () => {
  const given = await ask({ ...baseline('  月次の更新  '), by: 'somebody else' });
  assert.deepEqual([given.createdBy, given.reason], [operator.name, '月次の更新']);
  const [entry] = await audited();
  assert.deepEqual([entry?.actorName, entry?.accountId], [operator.name, account]);
  assert.deepEqual(entry?.facts, { kind: 'integrity-baseline', reason: '月次の更新', task: given.id });
  const [received] = await until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought it');
  assert.deepEqual(received?.facts, { by: operator.name, reason: '月次の更新' });
  agent.kill();
});

test('what waits already stands for what is asked again; both are in the audit', async () => {
  const [first, second] = [await ask({ kind: 'open-ports-scan' }), await ask({ kind: 'open-ports-scan' })];
  assert.equal(second.id, first.id);
  assert.equal((await tasks()).length, 1);
  assert.equal((await audited()).length, 2);
  await ask({ kind: 'open-ports-scan', reason: 'before the audit' });
  assert.deepEqual(
    (await tasks()).map(({ reason }) => reason),
    ['before the audit', undefined],
    'the newest first',
  );
});

test('pages are told of a task that no host answered', async () => {
  await ask({ kind: 'integrity-scan' });
  const start = door.platform.clock.now();
  const told: string[] = [];
  const stop = door.platform.live.subscribe((event) => {
    if ('topic' in event && event.accountId === account) told.push(event.topic);
  });
  try {
    door.platform.clock.advance(24 * 3_600_000);
    await keepTasks(door.platform).run();
    await until(async () => (told.includes('host') ? true : undefined), 'pages were not told');
    assert.equal((await tasks())[0]?.state, 'failed');
  } finally {
    stop();
    door.platform.clock.set(start);
  }
});

test('a host takes as many tasks at once as a heartbeat brings; no list grows beyond a hundred', async () => {
  for (let index = 0; index < 20; index += 1) await ask(baseline(`reason ${index}`));
  await refusedWith(ask(baseline('one more')), 'too_many_requests');
  assert.equal((await audited()).length, 20, 'what was refused is in no audit');
  assert.equal((await ask(baseline('reason 3'))).reason, 'reason 3');
  for (let round = 0; round < 5; round += 1) {
    const results = (await tasks()).filter(({ doneAt }) => !doneAt).map(({ id }) => ({ id, state: 'failed' }));
    await agent.post(agentPaths.taskResults, { results });
    for (let index = 0; index < 18; index += 1) await ask(baseline(`${round} ${index}`));
  }
  assert.equal(await countRows(door.platform, 'hosts_task', account), 110);
  const shown = await tasks();
  assert.deepEqual([shown.length, shown[0]?.reason], [100, '4 17']);
});

test('malformed questions are refused and leave nothing behind', async () => {
  const malformed: unknown[] = [
    ...[undefined, null, [], 'integrity-scan', {}, { kind: 'integrity-baseline' }],
    ...['', '   ', 'x'.repeat(301), 5, null, ['why'], 'a\u0000b', 'half a pair \ud800'].map((reason) => ({
      kind: 'integrity-baseline',
      reason,
    })),
    ...['policy', 'stop-host', 'update-check', 'dance', 'constructor', '__proto__', 7, null].map((kind) => ({
      kind,
      reason: 'because',
    })),
    { kind: 'integrity-scan', reason: 'x'.repeat(301) },
    { kind: 'integrity-scan', reason: '' },
  ];
  for (const body of malformed) await refusedWith(ask(body), 'malformed');
  for (const hostId of ['x', '..', '%00', "' or true --", 'a'.repeat(5000)])
    await assert.rejects(ask({ kind: 'integrity-scan' }, operator, encodeURIComponent(hostId)), `${hostId} is taken`);
  assert.deepEqual([await tasks(), await audited()], [[], []]);
  const long = '理'.repeat(300);
  assert.equal((await ask(baseline(long))).reason, long, 'what is recorded is what was written');
});

test('S74, in part: isolation is asked for with reason and time, told to the host and kept on record; another account cannot', async () => {
  const isolate = { kind: 'isolate', reason: 'malware', minutes: 60, dns: true };
  for (const wrong of [
    { ...isolate, reason: ' ' },
    ...[0, 1.5, 10_081, '60', undefined].map((minutes) => ({ ...isolate, minutes })),
    ...['yes', undefined].map((dns) => ({ ...isolate, dns })),
    { kind: 'release' },
  ])
    await refusedWith(ask(wrong), 'malformed');
  const other = await door.makeAccount('Not theirs');
  await refusedWith(ask(isolate, { ...operator, accountId: other }), 'not_found');
  for (const role of ['customer-admin', 'soc-analyst'] as const)
    await refusedWith(ask(isolate, actorOf(role, role === 'customer-admin' ? account : undefined)), 'forbidden');
  assert.deepEqual(await tasks(), []);
  const { id } = await ask(isolate);
  try {
    const [received] = await until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought it');
    const facts = { by: operator.name, reason: 'malware', minutes: 60, dns: true };
    assert.deepEqual(received, { id, kind: 'isolate', facts });
  } finally {
    agent.kill();
  }
  const [noted] = await audited();
  assert.deepEqual(noted?.facts, { kind: 'isolate', reason: 'malware', minutes: 60, dns: true, task: id });
});

test('a host that is retired is asked nothing; what it was asked stays readable', async () => {
  await ask({ kind: 'integrity-scan' });
  await door.service.as(operator)(routes.retireHost, {
    params: { hostId: agent.hostId },
    body: { reason: 'replaced' },
  });
  await refusedWith(ask({ kind: 'integrity-scan' }), 'wrong_state');
  assert.equal((await tasks()).length, 1);
});

test('S41, in part: another account neither sees nor asks; a customer reads and does not ask', async () => {
  const given = await ask(baseline('our own affair'));
  const other = await door.makeAccount('The other one');
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    const [stranger, own] = [actorOf(role, other), actorOf(role, account)];
    await refusedWith(tasks(stranger), 'not_found');
    await refusedWith(ask({ kind: 'integrity-scan' }, stranger), 'forbidden');
    assert.deepEqual(await tasks(own), [given]);
    await refusedWith(ask({ kind: 'integrity-scan' }, own), 'forbidden');
  }
  // A key of an operator that is bound to one account.
  await refusedWith(ask({ kind: 'integrity-scan' }, { ...operator, accountId: other }), 'not_found');
  const foreign = await door.enrolAgent(other);
  await foreign.post(agentPaths.taskResults, { results: [{ id: given.id, state: 'done', detail: 'not mine' }] });
  assert.deepEqual(await tasks(), [given]);
  for (const role of ['soc-analyst', 'service-manager'] as const)
    await refusedWith(ask({ kind: 'integrity-scan' }, actorOf(role)), 'forbidden');
});
