import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Alert, agentPaths, routes, type SilenceCause } from '@sakimori/contract';
import { startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { sql } from '../platform/index.ts';
import { livenessRoom, raiseDueSilences } from './index.ts';

const silenceMs = 150_000;
const endedMs = 10_000;
let door: TestDoor;
let account: string;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
});
after(() => door.stop());

/** Makes time pass and looks for due silences, as the tick does. */
async function pass(ms: number): Promise<void> {
  await door.sightings.flush();
  door.platform.clock.advance(ms);
  await raiseDueSilences(door.platform);
}
const alertsOf = async (agent: SimulatedAgent): Promise<Alert[]> =>
  (await door.service.as(operator)(routes.listAlerts, { query: { hostId: agent.hostId } })).items;
const livenessOf = async (agent: SimulatedAgent) =>
  (await door.service.as(operator)(routes.getHost, { params: { hostId: agent.hostId } })).liveness;
/** Until the manager has seen that the agent's connection ended. */
const noticeEnd = (agent: SimulatedAgent, cause: SilenceCause) =>
  until(async () => {
    await door.sightings.flush();
    const row = await door.platform.database.asProvider((tx) =>
      tx.one(sql<{ cause: string }>`select silence_cause as cause from hosts_host where id = ${agent.hostId}`),
    );
    return row.cause === cause ? true : undefined;
  }, `the manager did not notice ${cause}`);
const connect = async () => {
  const agent = await door.enrolAgent(account);
  await agent.heartbeat();
  return agent;
};

test('S45, in part: a killed agent is alerted ten seconds later, not earlier, with the cause that its process ended', async () => {
  const agent = await connect();
  const heardAt = door.platform.clock.now();
  agent.kill();
  await noticeEnd(agent, 'process_ended');
  await pass(endedMs - 1);
  assert.deepEqual(await alertsOf(agent), []);
  assert.equal((await livenessOf(agent)).state, 'connected');
  await pass(1);
  const [alert, ...others] = await alertsOf(agent);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [alert?.kind, alert?.module, alert?.severity, alert?.state, alert?.facts],
    ['agent.silent', 'system', 'high', 'open', { cause: 'process_ended', lastSeenAt: heardAt.toISOString() }],
  );
  assert.deepEqual(await livenessOf(agent), {
    state: 'silent',
    cause: 'process_ended',
    silentSince: heardAt.toISOString(),
  });
  await pass(60_000);
  assert.equal((await alertsOf(agent)).length, 1);
});

test('S45, in part: the return resolves the alert by itself and says how long the gap was; the next silence is a new alert', async () => {
  const agent = await connect();
  agent.kill();
  await noticeEnd(agent, 'process_ended');
  await pass(3_600_000);
  await agent.heartbeat();
  await door.sightings.flush();
  const [alert] = await alertsOf(agent);
  assert.deepEqual([alert?.state, alert?.closing, alert?.facts['gapSeconds']], ['closed', 'resolved', 3600]);
  const { steps } = await door.service.as(operator)(routes.getAlert, { params: { alertId: alert!.id } });
  assert.deepEqual(
    steps.map(({ kind }) => kind).filter((kind) => !kind.startsWith('mail')),
    ['opened', 'resolved'],
  );
  assert.deepEqual(await livenessOf(agent), { state: 'connected' });
  agent.kill();
  await noticeEnd(agent, 'process_ended');
  await pass(endedMs);
  assert.deepEqual(
    (await alertsOf(agent)).map(({ state }) => state),
    ['open', 'closed'],
  );
});

test('S45, in part: an agent that restarts within ten seconds is no alert', async () => {
  const agent = await connect();
  agent.kill();
  await noticeEnd(agent, 'process_ended');
  await pass(endedMs - 1);
  await agent.heartbeat({ previousRun: { ended: 'killed' } });
  await pass(endedMs);
  assert.deepEqual(await alertsOf(agent), []);
  agent.kill();
});

test('S45, in part: an orderly stop says so at once and stays an orderly stop when the connection ends after it', async () => {
  for (const [reason, cause, waitMs] of [
    ['stop', 'stopped', endedMs],
    ['uninstall', 'uninstalled', endedMs],
    ['upgrade', 'upgrading', silenceMs],
    ['shutdown', 'host_shutdown', silenceMs],
  ] as const) {
    const agent = await connect();
    assert.equal((await agent.goodbye(reason)).status, 204);
    agent.kill();
    await noticeEnd(agent, cause);
    await pass(waitMs - 1);
    assert.deepEqual(await alertsOf(agent), [], reason);
    await pass(1);
    const [alert] = await alertsOf(agent);
    assert.deepEqual(
      [alert?.facts['cause'], alert?.severity],
      [cause, reason === 'uninstall' ? 'high' : 'medium'],
      reason,
    );
  }
});

test('S45, in part: the good-bye came to another manager process than the heartbeat: it still counts', async () => {
  const agent = await connect();
  await door.sightings.flush();
  // What the other process writes.
  await agent.goodbye('shutdown');
  door.sightings.ended(agent.hostId, 'process_ended');
  await pass(endedMs);
  assert.deepEqual(await alertsOf(agent), []);
  await pass(silenceMs - endedMs);
  assert.equal((await alertsOf(agent))[0]?.facts['cause'], 'host_shutdown');
  agent.kill();
});

test('S45, in part: no sign at all is alerted after the time set, on Sunday at 03:00 as well', async () => {
  const agent = await connect();
  door.platform.clock.set('2026-11-28T17:59:00.000Z');
  await agent.heartbeat();
  await pass(silenceMs - 1);
  assert.deepEqual(await alertsOf(agent), []);
  await pass(1);
  assert.equal((await alertsOf(agent))[0]?.facts['cause'], 'no_contact');
  agent.kill();
});

test('S45, in part: a host that was enrolled and never came is alerted too', async () => {
  const agent = await door.enrolAgent(account);
  await pass(silenceMs);
  assert.deepEqual(
    (await alertsOf(agent)).map(({ kind }) => kind),
    ['agent.silent'],
  );
});

test('S45, in part: one that comes back with an expired certificate tells its standing alert why', async () => {
  const agent = await connect();
  agent.kill();
  await noticeEnd(agent, 'process_ended');
  await pass(31 * 86_400_000);
  for (let attempt = 0; attempt < 3; attempt++)
    assert.equal((await agent.get(agentPaths.policy)).body['code'], 'certificate_expired');
  const [alert, ...others] = await alertsOf(agent);
  assert.deepEqual(others, []);
  assert.deepEqual([alert?.facts['cause'], alert?.detectionCount], ['certificate_expired', 2]);
  assert.equal((await livenessOf(agent)).cause, 'certificate_expired');
});

test('S45, in part: a manager that was away, stopped or asleep alerts nobody who is there when it looks again', async () => {
  const [agent, gone] = [await connect(), await connect()];
  await door.sightings.flush();
  // Away for an hour: a new process takes over.
  door.platform.clock.advance(3_600_000);
  const restarted = livenessRoom(door.platform, door.sightings);
  await restarted.start!();
  const look = restarted.ticks![0]!.run;
  await look();
  // Asleep for an hour, as a machine that is suspended.
  door.platform.clock.advance(3_600_000);
  await look();
  for (const each of [agent, gone]) assert.deepEqual(await alertsOf(each), []);
  await agent.heartbeat();
  for (let elapsedMs = 0; elapsedMs < silenceMs; elapsedMs += 5000) {
    door.platform.clock.advance(5000);
    if (elapsedMs === 100_000) await agent.heartbeat();
    await look();
  }
  assert.deepEqual(await alertsOf(agent), []);
  assert.equal((await alertsOf(gone)).length, 1);
  for (const each of [agent, gone]) each.kill();
});

test('a manager that stops says so to its agents and reads nothing into the end of their connections', async () => {
  const other = await startTestDoor();
  try {
    const agent = await other.enrolAgent(await other.makeAccount('Yamato'));
    const held = await agent.heartbeat();
    await other.agentsDoor.close();
    assert.deepEqual(await held.ended, { reason: 'stopping' });
    agent.kill();
    await other.sightings.flush();
    const row = await other.platform.database.asProvider((tx) =>
      tx.one(sql<{ cause: string }>`select silence_cause as cause from hosts_host where id = ${agent.hostId}`),
    );
    assert.equal(row.cause, 'no_contact');
  } finally {
    await other.stop();
  }
});

test('a retired host is watched no longer', async () => {
  const agent = await connect();
  await door.service.as(operator)(routes.retireHost, {
    params: { hostId: agent.hostId },
    body: { reason: 'replaced' },
  });
  await pass(silenceMs * 10);
  assert.deepEqual(await alertsOf(agent), []);
  assert.deepEqual(await livenessOf(agent), { state: 'retired' });
  agent.kill();
});

test('a heartbeat that the database will not take makes no other host silent', async () => {
  const [agent, other] = [await connect(), await connect()];
  await door.sightings.flush();
  const broken = { ...agent.makeHeartbeat(), facts: { ...agent.makeHeartbeat().facts, kernel: 'x\u0000' } };
  door.sightings.seen(agent.hostId, {
    facts: broken.facts,
    modules: [],
    applied_policy_id: null,
    applied_version: 2 ** 40,
    policy_problem: null,
    spool_pending: 0,
    spool_dropped: 0,
    resident_bytes: 0,
    clock_offset_ms: 0,
    run_id: agent.runId,
  });
  door.platform.clock.advance(60_000);
  door.sightings.seen(other.hostId, undefined);
  await pass(100_000);
  assert.deepEqual(await alertsOf(other), []);
  for (const each of [agent, other]) each.kill();
});
