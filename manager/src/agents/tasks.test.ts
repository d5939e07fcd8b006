import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentPaths, type HostTaskKind } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { patience } from '../../../test/patience.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { giveTasks } from '../hosts/index.ts';
import { newId, sql } from '../platform/index.ts';

let door: TestDoor;
let account: string;

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
});
after(() => door.stop());

const give = (agents: readonly SimulatedAgent[], kind: HostTaskKind, facts?: Record<string, string>, by = 'Yamada') =>
  door.platform.database.as(account, (tx) =>
    giveTasks(
      tx,
      door.platform,
      account,
      agents.map(({ hostId }) => hostId),
      kind,
      by,
      facts,
    ),
  );
type TaskRow = {
  id: string;
  kind: string;
  state: string;
  detail: string | null;
  sent_at: Date | null;
  done_at: Date | null;
};
const tasksOf = (agent: SimulatedAgent, asAccount = account) =>
  door.platform.database.as(asAccount, (tx) =>
    tx.rows(sql<TaskRow>`
      select id, kind, state, detail, sent_at, done_at from hosts_task_all where host_id = ${agent.hostId} order by created_at, id`),
  );
/** What the next heartbeats bring: the first of them may be sooner than the announcement, which then ends it. */
const brought = (agent: SimulatedAgent) =>
  until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought a task');
const answer = (agent: SimulatedAgent, ...results: object[]) => agent.post(agentPaths.taskResults, { results });

test('a connected host has its task within a second, its result ends it, and no other host hears of it', async () => {
  const [agent, other] = [await door.enrolAgent(account), await door.enrolAgent(account)];
  const [held, untouched] = [await agent.heartbeat(), await other.heartbeat()];
  assert.equal(held.received.tasks, undefined);
  const startedAt = performance.now();
  const [given] = await give([agent], 'integrity-scan');
  assert.deepEqual(await held.ended, { reason: 'interval' });
  const { received } = await agent.heartbeat();
  assert.ok(performance.now() - startedAt < patience(1000));
  assert.deepEqual(received.tasks, [{ id: given!.id, kind: 'integrity-scan' }]);
  assert.equal((await tasksOf(agent))[0]?.state, 'sent');
  assert.equal((await answer(agent, { id: given!.id, state: 'done', detail: '12 files compared' })).status, 204);
  const [row] = await tasksOf(agent);
  assert.deepEqual([row?.state, row?.detail, row?.done_at], ['done', '12 files compared', door.platform.clock.now()]);
  assert.equal((await agent.heartbeat()).received.tasks, undefined);
  assert.equal(await Promise.race([untouched.ended, sleep(200, 'held')]), 'held');
  for (const each of [agent, other]) each.kill();
});

test('a host that was away is told with its first heartbeat, and again with each until it answers', async () => {
  const agent = await door.enrolAgent(account);
  const [scan] = await give([agent], 'recommendation-scan');
  const [baseline] = await give([agent], 'integrity-baseline', { by: 'Yamada', reason: 'x'.repeat(1000) });
  for (let heartbeat = 0; heartbeat < 3; heartbeat += 1) {
    const tasks = await brought(agent);
    assert.deepEqual(
      tasks.map(({ id }) => id),
      [scan!.id, baseline!.id],
    );
    assert.equal(String(tasks[1]?.facts?.['reason']).length, 300);
  }
  await answer(agent, { id: baseline!.id, state: 'failed', detail: 'integrity monitoring is off' });
  assert.deepEqual(
    (await brought(agent)).map(({ id }) => id),
    [scan!.id],
  );
  agent.kill();
});

test('the same asked for twice waits once; once it was sent, a new one follows', async () => {
  const agent = await door.enrolAgent(account);
  const [first] = await give([agent], 'integrity-scan');
  assert.deepEqual(await give([agent, agent], 'integrity-scan'), [first]);
  const [differs] = await give([agent], 'integrity-scan', { by: 'somebody else' });
  assert.notEqual(differs?.id, first?.id);
  await brought(agent);
  const [second] = await give([agent], 'integrity-scan');
  assert.notEqual(second?.id, first?.id);
  assert.equal((await tasksOf(agent)).length, 3);
  agent.kill();
});

test('a task that is given while its host’s heartbeat comes in is not overlooked', async () => {
  const agent = await door.enrolAgent(account);
  const seen = new Set<string>();
  let working = true;
  const live = (async () => {
    while (working) {
      const { received, ended } = await agent.heartbeat();
      const fresh = (received.tasks ?? []).filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      if (fresh.length > 0) await answer(agent, ...fresh.map(({ id }) => ({ id, state: 'done' })));
      await ended;
    }
  })();
  const given: string[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    given.push((await give([agent], 'policy'))[0]!.id);
    await sleep(Math.random() * 15);
  }
  await until(async () => (given.every((id) => seen.has(id)) ? true : undefined), 'a task never came', 3000);
  working = false;
  agent.kill();
  await live.catch(() => undefined);
});

test('more than a heartbeat brings comes with the next ones', async () => {
  const agent = await door.enrolAgent(account);
  for (let index = 0; index < 25; index += 1) await give([agent], 'integrity-baseline', { reason: `${index}` });
  const first = await until(async () => {
    const tasks = (await agent.heartbeat()).received.tasks;
    return tasks?.length === 20 ? tasks : undefined;
  }, 'twenty tasks did not come');
  await answer(agent, ...first.map(({ id }) => ({ id, state: 'done' })));
  assert.equal((await brought(agent)).length, 5);
  agent.kill();
});

test('S41, in part: a host answers for its own tasks alone, an account sees its own alone, and gives none to others’ hosts', async () => {
  const otherAccount = await door.makeAccount('Other');
  const [mine, neighbour, foreign] = [
    await door.enrolAgent(account),
    await door.enrolAgent(account),
    await door.enrolAgent(otherAccount),
  ];
  const [task] = await give([mine], 'integrity-scan');
  for (const stranger of [neighbour, foreign]) {
    assert.equal((await answer(stranger, { id: task!.id, state: 'failed', detail: 'mischief' })).status, 204);
    assert.equal((await stranger.heartbeat()).received.tasks, undefined);
  }
  assert.equal((await tasksOf(mine))[0]?.state, 'waiting');
  assert.deepEqual(await tasksOf(mine, otherAccount), []);
  assert.deepEqual(await give([foreign], 'integrity-scan'), []);
  assert.deepEqual(await tasksOf(foreign, otherAccount), []);
  await answer(mine, { id: task!.id, state: 'done' });
  await answer(mine, { id: task!.id, state: 'failed' });
  assert.equal((await tasksOf(mine))[0]?.state, 'done', 'the first word counts');
  for (const body of [
    {},
    { results: [] },
    { results: [{ id: task!.id, state: 'waiting' }] },
    { results: Array(21).fill({ id: task!.id, state: 'done' }) },
  ])
    assert.equal((await mine.post(agentPaths.taskResults, body)).body['code'], 'malformed');
  for (const agent of [mine, neighbour, foreign]) agent.kill();
});

test('tasks that were given while no manager listened are found at its start', async () => {
  const agent = await door.enrolAgent(account);
  const id = newId(door.platform.clock);
  await door.platform.database.as(account, (tx) =>
    tx.run(sql`
      insert into hosts_task (tenant_id, id, host_id, kind, state, created_at, created_by)
      values (${account}, ${id}, ${agent.hostId}, 'policy', 'waiting', ${door.platform.clock.now()}, 'test')`),
  );
  assert.equal((await agent.heartbeat()).received.tasks, undefined);
  const { AgentsDoor } = await import('./index.ts');
  const second = new AgentsDoor(door.platform, door.authority, door.sightings);
  const port = await second.open('127.0.0.1', 0, ['127.0.0.1']);
  const { SimulatedAgent } = await import('../../../test/simulated-agent.ts');
  const moved = new SimulatedAgent(`127.0.0.1:${port}`, agent);
  moved.clock = door.platform.clock;
  assert.deepEqual(
    (await moved.heartbeat()).received.tasks?.map((task) => task.id),
    [id],
  );
  moved.kill();
  agent.kill();
  await second.close();
});
