import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { type AssignedPolicy, agentPaths } from '@sakimori/contract';
import pg from 'pg';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { patience } from '../../../test/patience.ts';
import { type SimulatedAgent, sampleFacts } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { announceAssignment, assignPolicies } from '../hosts/index.ts';
import { type Announcement, newId, sql } from '../platform/index.ts';

let door: TestDoor;

before(async () => {
  door = await startTestDoor();
});
after(() => door.stop());

/** Another policy of the account: what its first one says, with another heartbeat to tell it by. */
async function addPolicy(account: string, heartbeatSeconds: number): Promise<string> {
  const id = newId(door.platform.clock);
  await door.platform.database.as(account, async (tx) => {
    await tx.run(sql`
      insert into policies_policy (tenant_id, id, name, version, updated_at)
      values (${account}, ${id}, ${`every ${heartbeatSeconds} s`}, 1, ${door.platform.clock.now()})`);
    await tx.run(sql`
      insert into policies_version (tenant_id, policy_id, version, document, created_at, created_by, reason)
      select tenant_id, ${id}, 1, jsonb_set(document, '{heartbeatSeconds}', to_jsonb(${heartbeatSeconds}::int)), created_at, 'test', 'test'
      from policies_version where tenant_id = ${account} order by version limit 1`);
  });
  return id;
}
const assign = (account: string, agents: readonly SimulatedAgent[], policyId: string) =>
  door.platform.database.as(account, (tx) =>
    assignPolicies(
      tx,
      account,
      agents.map(({ hostId }) => hostId),
      policyId,
    ),
  );
const policyOf = async (agent: SimulatedAgent) =>
  (await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy;

test('a host that gets another policy fetches it within two seconds, and the others of the account hear nothing', async () => {
  const account = await door.makeAccount('Yamato');
  const [agent, other] = [await door.enrolAgent(account), await door.enrolAgent(account)];
  const [held, untouched] = [await agent.heartbeat(), await other.heartbeat()];
  const second = await addPolicy(account, 41);
  const startedAt = performance.now();
  assert.deepEqual(await assign(account, [agent], second), [agent.hostId]);
  assert.deepEqual(await held.ended, { reason: 'policy' });
  assert.equal((await agent.heartbeat()).received.policyId, second);
  const policy = await policyOf(agent);
  assert.ok(performance.now() - startedAt < patience(2000));
  assert.deepEqual([policy.policyId, policy.document.heartbeatSeconds], [second, 41]);
  assert.equal((await policyOf(other)).policyId, held.received.policyId);
  assert.equal(await Promise.race([untouched.ended, sleep(200, 'held')]), 'held');
  assert.deepEqual(await assign(account, [agent], second), [], 'nothing changed, nobody is told');
  for (const each of [agent, other]) each.kill();
});

test('policies go to hosts of their account alone', async () => {
  const [account, foreign] = [await door.makeAccount('Asuka'), await door.makeAccount('Nara')];
  const agent = await door.enrolAgent(foreign);
  const mine = await addPolicy(account, 42);
  assert.deepEqual(await assign(account, [agent], mine), []);
  await assert.rejects(assign(foreign, [agent], mine), { code: '23503' });
  agent.kill();
});

test('hosts that are reassigned while their heartbeats come in end with the last policy, and nobody with another’s', async () => {
  const account = await door.makeAccount('Busy');
  const agents = await Promise.all(Array.from({ length: 8 }, () => door.enrolAgent(account)));
  const policies = await Promise.all([43, 44, 45].map((seconds) => addPolicy(account, seconds)));
  const known = new Map<SimulatedAgent, string>();
  const wrong: string[] = [];
  let working = true;
  const live = agents.map(async (agent) => {
    while (working) {
      const { received, ended } = await agent.heartbeat();
      const policy = await policyOf(agent);
      // Each policy has a heartbeat of its own: a text under another policy's name would show.
      const index = policies.indexOf(policy.policyId);
      if (index >= 0 && policy.document.heartbeatSeconds !== 43 + index) wrong.push(policy.policyId);
      known.set(agent, received.policyId);
      await ended;
    }
  });
  let last = '';
  for (let turn = 0; turn < 30; turn += 1) {
    last = policies[turn % policies.length]!;
    await assign(account, agents.slice(turn % 2), last);
    await sleep(Math.random() * 20);
  }
  await assign(account, agents, last);
  await until(
    async () => (agents.every((agent) => known.get(agent) === last) ? true : undefined),
    'an agent kept an old policy',
    5000,
  );
  working = false;
  for (const agent of agents) agent.kill();
  await Promise.allSettled(live);
  assert.deepEqual(wrong, []);
});

test('a process that missed the announcement looks for itself after the gap', async () => {
  const account = await door.makeAccount('Gap');
  const agent = await door.enrolAgent(account);
  await agent.heartbeat();
  const second = await addPolicy(account, 46);
  // As it is when the live connection was away: the row changes and nobody hears of it.
  await door.platform.database.as(account, (tx) =>
    tx.run(sql`update hosts_host set policy_id = ${second} where id = ${agent.hostId}`),
  );
  assert.notEqual((await agent.heartbeat()).received.policyId, second);
  assert.ok((await endConnections('sakimori live')) > 0);
  await until(
    async () => ((await agent.heartbeat()).received.policyId === second ? true : undefined),
    'the gap was not noticed',
    8000,
  );
  agent.kill();
});

/** Ends connections of this name as a restart of the database would. @returns how many */
async function endConnections(name: string): Promise<number> {
  const owner = new pg.Client({ connectionString: door.platform.ownerUrl });
  await owner.connect();
  const { rowCount } = await owner.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
    [name],
  );
  await owner.end();
  return rowCount ?? 0;
}

test('ten thousand hosts get another policy in one transaction: some seconds at most, and fifty announcements', async () => {
  const account = await door.makeAccount('Crowd');
  const second = await addPolicy(account, 47);
  const connected = await Promise.all(Array.from({ length: 4 }, () => door.enrolAgent(account)));
  const crowd = Array.from({ length: 9996 }, () => newId(door.platform.clock));
  await door.platform.database.as(account, (tx) =>
    tx.run(sql`
      insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id)
      select ${account}, c.id, 'crowd', ${JSON.stringify(sampleFacts())}::jsonb, ${door.platform.clock.now()}, h.policy_id
      from unnest(${crowd}::uuid[]) as c(id), hosts_host h where h.id = ${connected[0]!.hostId}`),
  );
  const held = await Promise.all(connected.map((agent) => agent.heartbeat()));
  const heard: Announcement[] = [];
  const end = door.platform.live.subscribe((event) => {
    if ('internal' in event && event.internal === 'assignment') heard.push(event);
  });
  const hostIds = [...crowd, ...connected.map(({ hostId }) => hostId)];
  const startedAt = performance.now();
  const changed = await door.platform.database.as(account, (tx) => assignPolicies(tx, account, hostIds, second));
  const ends = await Promise.all(held.map(({ ended }) => ended));
  assert.ok(performance.now() - startedAt < patience(5000), `${performance.now() - startedAt} ms`);
  assert.equal(changed.length, 10_000);
  assert.deepEqual(new Set(ends.map((ended) => ended?.reason)), new Set(['policy']));
  await until(async () => (heard.length === 50 ? true : undefined), 'announcements are missing');
  assert.ok(heard.every((event) => JSON.stringify(event).length < 8000));
  end();
  for (const agent of connected) agent.kill();
});

test('heartbeats and reassignments of the same hosts never stand in each other’s way', async () => {
  const account = await door.makeAccount('Both');
  const agents = await Promise.all(Array.from({ length: 12 }, () => door.enrolAgent(account)));
  const policies = await Promise.all([48, 49].map((seconds) => addPolicy(account, seconds)));
  const shuffled = () => [...agents].sort(() => Math.random() - 0.5);
  const sightings = async () => {
    for (let turn = 0; turn < 40; turn += 1) {
      for (const agent of shuffled()) door.sightings.seen(agent.hostId, undefined);
      await door.sightings.flush();
    }
  };
  const assignments = async (start: number) => {
    for (let turn = 0; turn < 40; turn += 1) await assign(account, shuffled(), policies[(start + turn) % 2]!);
  };
  await assert.doesNotReject(Promise.all([sightings(), assignments(0), assignments(1)]));
  for (const agent of agents) agent.kill();
});

test('an announcement alone makes an agent ask again', async () => {
  const account = await door.makeAccount('Told');
  const agent = await door.enrolAgent(account);
  const held = await agent.heartbeat();
  await door.platform.database.as(account, (tx) => announceAssignment(tx, [agent.hostId]));
  assert.deepEqual(await held.ended, { reason: 'policy' });
  agent.kill();
});

test('a policy is compressed for whoever takes it so, and plain for everybody else', async () => {
  const agent = await door.enrolAgent(await door.makeAccount('Zstd'));
  const plain = await policyOf(agent);
  const ask = async (accepted: string) => {
    const { key, certificate: cert, ca } = agent.keys;
    const asked = request(`https://${agent.door}${agentPaths.policy}`, {
      ...{ key, cert, ca, headers: { 'accept-encoding': accepted } },
    });
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      asked.once('response', resolve).once('error', reject).end(),
    );
    return { encoding: response.headers['content-encoding'], bytes: await buffer(response) };
  };
  const compressed = await ask('gzip, zstd');
  assert.equal(compressed.encoding, 'zstd');
  assert.ok(compressed.bytes.length < JSON.stringify(plain).length / 2);
  assert.deepEqual(JSON.parse(zstdDecompressSync(compressed.bytes).toString()), plain);
  for (const accepted of ['gzip', 'identity', 'zstandard', '']) {
    const answer = await ask(accepted);
    assert.equal(answer.encoding, undefined);
    assert.deepEqual(JSON.parse(answer.bytes.toString()), plain);
  }
  agent.kill();
});
