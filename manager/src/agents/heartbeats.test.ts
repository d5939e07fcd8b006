import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AssignedPolicy, agentPaths, type Heartbeat, routes } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { patience } from '../../../test/patience.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';

const hourMs = 3_600_000;
let door: TestDoor;
let account: string;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
});
after(() => door.stop());

const call = () => door.service.as(operator);
const hostOf = async (agent: SimulatedAgent) => {
  await door.sightings.flush();
  return call()(routes.getHost, { params: { hostId: agent.hostId } });
};
const alertsOf = async (agent: SimulatedAgent) =>
  (await call()(routes.listAlerts, { query: { hostId: agent.hostId } })).items;
async function changePolicy(accountId: string, heartbeatSeconds = 60): Promise<number> {
  const [policy] = (await call()(routes.listPolicies, { query: { accountId } })).items;
  const { version, document } = await call()(routes.getPolicy, { params: { policyId: policy!.id } });
  const body = { basedOnVersion: version, document: { ...document, heartbeatSeconds }, reason: 'test' };
  return (await call()(routes.updatePolicy, { params: { policyId: policy!.id }, body })).version;
}

test('a new policy reaches every agent of the account within two seconds, and no other account', async () => {
  const other = await door.enrolAgent(await door.makeAccount('Other'));
  const agents = [await door.enrolAgent(account), await door.enrolAgent(account)];
  const held = await Promise.all(agents.map((agent) => agent.heartbeat()));
  const untouched = await other.heartbeat();
  const startedAt = performance.now();
  const version = await changePolicy(account);
  for (const heartbeat of held) assert.deepEqual(await heartbeat.ended, { reason: 'policy' });
  for (const agent of agents) {
    const policy = (await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy;
    assert.equal(policy.version, version);
    assert.equal((await agent.heartbeat()).received.policyVersion, version);
  }
  assert.ok(performance.now() - startedAt < patience(2000));
  assert.equal(await Promise.race([untouched.ended, sleep(300, 'held')]), 'held');
  for (const agent of [...agents, other]) agent.kill();
});

test('policies that change while heartbeats come in leave no agent with an old version', async () => {
  const busy = await door.makeAccount('Busy');
  const agents = await Promise.all(Array.from({ length: 8 }, () => door.enrolAgent(busy)));
  const known = new Map<SimulatedAgent, number>();
  let working = true;
  const live = agents.map(async (agent) => {
    while (working) {
      const { received, ended } = await agent.heartbeat();
      known.set(agent, received.policyVersion);
      await ended;
    }
  });
  let version = 0;
  for (let turn = 0; turn < 15; turn++) version = await changePolicy(busy);
  await until(
    async () => ([...known.values()].every((each) => each === version) ? true : undefined),
    'an agent kept an old version',
    5000,
  );
  working = false;
  for (const agent of agents) agent.kill();
  await Promise.allSettled(live);
});

test('what the agent says of itself stands on the host page: applied version, problem, modules, spool, facts', async () => {
  const agent = await door.enrolAgent(account);
  const { received } = await agent.heartbeat();
  assert.equal((await hostOf(agent)).policy.appliedVersion, undefined);
  await agent.heartbeat({
    policy: { id: received.policyId, version: received.policyVersion, problem: 'a rule file is broken' },
    modules: [
      {
        module: 'antimalware',
        state: 'lacking',
        lacks: 'clamd',
        install: 'apt install clamav-daemon',
        causes: [],
        figures: {},
      },
    ],
    spool: { pending: 12, dropped: 3, storage: 'memory' },
    facts: { ...agent.makeHeartbeat().facts, name: 'renamed-01' },
  });
  const host = await hostOf(agent);
  assert.deepEqual(
    [host.policy.appliedVersion, host.policy.problem],
    [received.policyVersion, 'a rule file is broken'],
  );
  assert.equal(host.policy.assignedVersion, received.policyVersion);
  assert.deepEqual(
    [host.facts.name, host.spool, host.modules[0]?.state],
    ['renamed-01', { pending: 12, dropped: 3 }, 'lacking'],
  );
  assert.equal(host.lastSeenAt, door.platform.clock.now().toISOString());
  agent.kill();
});

test('a newer heartbeat of the host ends the older one, and that end means nothing', async () => {
  const agent = await door.enrolAgent(account);
  const older = await agent.heartbeat();
  const newer = await agent.heartbeat();
  assert.deepEqual(await older.ended, { reason: 'interval' });
  assert.equal(await Promise.race([newer.ended, sleep(300, 'held')]), 'held');
  agent.kill();
});

test('a heartbeat is never held so long that silence would come due in between', async () => {
  const short = await startTestDoor({ env: { SAKIMORI_SILENCE_SECONDS: '8' } });
  try {
    const agent = await short.enrolAgent(await short.makeAccount('Yamato'));
    const startedAt = performance.now();
    const { ended } = await agent.heartbeat();
    assert.deepEqual(await ended, { reason: 'interval' });
    assert.ok(performance.now() - startedAt < 7900);
    agent.kill();
  } finally {
    await short.stop();
  }
});

test('a clock two hours off, either way, is a state and one alert; set right, the alert resolves itself', async () => {
  for (const offsetMs of [2 * hourMs, -2 * hourMs]) {
    const agent = await door.enrolAgent(account);
    const say = (byMs: number) =>
      agent.heartbeat({ sentAt: new Date(door.platform.clock.now().getTime() + byMs).toISOString() });
    await say(offsetMs);
    await say(offsetMs + 1000);
    const [alert] = await until(async () => {
      const alerts = await alertsOf(agent);
      return alerts.length > 0 ? alerts : undefined;
    }, 'no alert of the clock');
    assert.equal((await hostOf(agent)).clockOffsetMs, offsetMs);
    assert.deepEqual([alert?.kind, alert?.severity, alert?.detectionCount], ['clock.wrong', 'medium', 1]);
    assert.equal(alert?.facts['clockOffsetSeconds'], offsetMs / 1000);
    await say(400);
    const closed = await until(
      async () => (await alertsOf(agent)).find(({ state }) => state === 'closed'),
      'the alert stands',
    );
    assert.equal(closed.closing, 'resolved');
    assert.equal((await alertsOf(agent)).length, 1);
    assert.equal((await hostOf(agent)).clockOffsetMs, 400);
    agent.kill();
  }
});

test('five minutes off is a limit: at it nothing is said, beyond it an alert', async () => {
  const agent = await door.enrolAgent(account);
  const at = (ms: number) => new Date(door.platform.clock.now().getTime() + ms).toISOString();
  await agent.heartbeat({ sentAt: at(300_000) });
  await sleep(200);
  assert.deepEqual(await alertsOf(agent), []);
  await agent.heartbeat({ sentAt: at(300_001) });
  await until(async () => ((await alertsOf(agent)).length === 1 ? true : undefined), 'no alert');
  agent.kill();
});

test('pages are told when a host applies another policy or refuses one, and not with every heartbeat', async () => {
  const agent = await door.enrolAgent(account);
  const { body } = await agent.get(agentPaths.policy);
  const { policyId: id, version } = body as { policyId: string; version: number };
  await agent.heartbeat();
  await door.sightings.flush();
  // What the enrolment announced has gone by.
  await sleep(100);
  const heard: string[] = [];
  const end = door.platform.live.subscribe((event) => {
    if ('topic' in event && event.topic === 'host') heard.push(event.accountId ?? '');
  });
  const say = async (policy: Heartbeat['policy']) => {
    await agent.heartbeat({ policy });
    await door.sightings.flush();
    await sleep(100);
    return heard.splice(0);
  };
  assert.deepEqual(await say({ id, version }), [account]);
  assert.deepEqual(await say({ id, version }), []);
  assert.deepEqual(await say({ id, version, problem: 'cannot' }), [account]);
  end();
  agent.kill();
});

test('400: a heartbeat that is none', async () => {
  const agent = await door.enrolAgent(account);
  for (const body of [
    {},
    { ...agent.makeHeartbeat(), runId: 'x' },
    { ...agent.makeHeartbeat(), modules: Array(7).fill({}) },
    { ...agent.makeHeartbeat(), policy: { id: agent.runId, version: 2 ** 40 } },
  ])
    assert.equal((await agent.post(agentPaths.heartbeat, body)).body['code'], 'malformed');
  assert.equal((await agent.post(agentPaths.goodbye, { reason: 'tired', at: 'now' })).status, 400);
  agent.kill();
});
