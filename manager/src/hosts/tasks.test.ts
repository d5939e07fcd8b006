import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentPaths } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { patience } from '../../../test/patience.ts';
import { until } from '../../../test/system.ts';
import { newId, sql } from '../platform/index.ts';
import { giveTasks, keepTasks } from './tasks.ts';

const hourMs = 3_600_000;
let door: TestDoor;
let account: string;

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
});
after(() => door.stop());

const tick = () => keepTasks(door.platform).run();
type TaskRow = { kind: string; state: string; detail: string | null; sent_at: Date | null };

test('after 24 hours without an answer a task has failed and is not brought any more', async () => {
  const agent = await door.enrolAgent(account);
  const start = door.platform.clock.now().getTime();
  const give = () =>
    door.platform.database.as(account, (tx) =>
      giveTasks(tx, door.platform, account, [agent.hostId], 'integrity-scan', 'Yamada'),
    );
  const tasks = () =>
    door.platform.database.as(account, (tx) =>
      tx.rows(sql<TaskRow>`select kind, state, detail, sent_at from hosts_task_all order by created_at, id`),
    );
  await give();
  try {
    door.platform.clock.set(new Date(start + 24 * hourMs - 1000));
    await tick();
    assert.equal((await tasks())[0]?.state, 'waiting');
    door.platform.clock.set(new Date(start + 24 * hourMs));
    assert.equal((await agent.heartbeat()).received.tasks, undefined);
    await tick();
    const [row] = await tasks();
    assert.deepEqual([row?.state, row?.sent_at], ['failed', null]);
    assert.match(row?.detail ?? '', /did not answer within 24 hours/);
    await give();
    const [next] = await until(async () => (await agent.heartbeat()).received.tasks, 'the task did not come');
    await agent.post(agentPaths.taskResults, { results: [{ id: next!.id, state: 'done' }] });
    door.platform.clock.set(new Date(start + 100 * 24 * hourMs));
    await tick();
    assert.deepEqual(
      (await tasks()).map(({ state }) => state),
      ['done'],
      'the newest of its kind stays, what ended long before goes',
    );
  } finally {
    door.platform.clock.set(new Date(start));
    agent.kill();
  }
});

test('ten thousand hosts are asked in a few statements', async () => {
  const crowded = await door.makeAccount('Crowd');
  const agent = await door.enrolAgent(crowded);
  const held = await agent.heartbeat();
  const crowd = Array.from({ length: 9999 }, () => newId(door.platform.clock));
  await door.platform.database.as(crowded, (tx) =>
    tx.run(sql`
      insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id)
      select ${crowded}, c.id, 'crowd', h.facts, h.enrolled_at, h.policy_id
      from unnest(${crowd}::uuid[]) as c(id), hosts_host h where h.id = ${agent.hostId}`),
  );
  const give = () =>
    door.platform.database.as(crowded, (tx) =>
      giveTasks(tx, door.platform, crowded, [...crowd, agent.hostId], 'recommendation-scan', 'Yamada'),
    );
  const startedAt = performance.now();
  const first = await give();
  assert.deepEqual(await held.ended, { reason: 'interval' });
  assert.ok(performance.now() - startedAt < patience(5000), `${performance.now() - startedAt} ms`);
  const second = await give();
  assert.equal(first.length, 10_000);
  const ids = (tasks: typeof first) => tasks.map(({ id }) => id).sort();
  assert.deepEqual(ids(second), ids(first));
  agent.kill();
});
