import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { agentPaths, type HostInventory, type ProbePoint, routes, type SilenceCause } from '@sakimori/contract';
import { countRows, refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { sql } from '../platform/index.ts';
import { type Knock, livenessRoom, type Prober, raiseDueSilences } from './index.ts';
import { probeLiving } from './look.ts';
import { endOwnFault, readReferences } from './outage.ts';
import { judge, pointsOf } from './verdict.ts';

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

/** The world outside, as a test wants it: addresses that answer, all others do not. */
class World implements Prober {
  readonly alive = new Set<string>();
  readonly asked: ProbePoint[] = [];
  isCut = false;
  async knock(point: ProbePoint): Promise<Knock> {
    this.asked.push(point);
    return { result: this.alive.has(point.address) ? 'answered' : 'no_answer', milliseconds: 1 };
  }
  ownNetwork(): 'cut' | 'unknown' {
    return this.isCut ? 'cut' : 'unknown';
  }
}

const inventoryOf = (address: string, overrides: Partial<HostInventory> = {}): HostInventory => ({
  takenAt: new Date().toISOString(),
  os: { id: 'debian', version: '12', name: 'Debian', kernel: '6.1', architecture: 'x86_64' },
  packages: [],
  services: [{ protocol: 'tcp', address: '0.0.0.0', port: 443 }],
  processes: [],
  interfaces: [{ name: 'eth0', mac: '', addresses: [address] }],
  limits: [],
  ...overrides,
});

/** A connected host that the world has seen answer. */
async function connect(world: World, address: string, accountId = account): Promise<SimulatedAgent> {
  // Before anybody knows of it: a look that another connection takes at all hosts finds it, too.
  world.alive.add(address);
  const agent = await door.enrolAgent(accountId, { name: `host-${address}` });
  await agent.heartbeat();
  await door.sightings.flush();
  assert.equal((await agent.post(agentPaths.inventory, inventoryOf(address))).status, 204);
  await probeLiving(door.platform, world);
  return agent;
}
const causeOf = async (agent: SimulatedAgent): Promise<unknown> =>
  (await door.service.as(operator)(routes.listAlerts, { query: { hostId: agent.hostId } })).items[0]?.facts['cause'];
async function pass(world: World, ms: number): Promise<void> {
  await door.sightings.flush();
  door.platform.clock.advance(ms);
  await raiseDueSilences(door.platform, world);
}
const noticeEnd = (agent: SimulatedAgent, cause: SilenceCause) =>
  until(async () => {
    await door.sightings.flush();
    const row = await door.platform.database.asProvider((tx) =>
      tx.one(sql<{ cause: string }>`select silence_cause as cause from hosts_host where id = ${agent.hostId}`),
    );
    return row.cause === cause ? true : undefined;
  }, `the manager did not notice ${cause}`);
const retire = (agent: SimulatedAgent) =>
  door.service.as(operator)(routes.retireHost, { params: { hostId: agent.hostId }, body: { reason: 'test' } });

test('S43: enrolling makes the check with no extra step, the host’s page shows it, and retiring the host removes it', async () => {
  const agent = await door.enrolAgent(account);
  const params = { hostId: agent.hostId };
  const check = await door.service.as(operator)(routes.getLivenessCheck, { params });
  assert.deepEqual(
    [check.silenceSeconds, check.endedSeconds, check.heartbeatSeconds, check.probes, check.probedAt],
    [150, 10, 60, true, undefined],
  );
  const before = await countRows(door.platform, 'liveness_check', account);
  await retire(agent);
  assert.equal(await countRows(door.platform, 'liveness_check', account), before - 1);
  await refusedWith(door.service.as(operator)(routes.getLivenessCheck, { params }), 'not_found');
});

test('S45: stop, kill -9, uninstall, host down and network down on Sunday at 03:00 alert within the set time, each with its cause', async () => {
  // Sunday, 2099-11-29 at 03:00 in Japan would outlast certificates: the next Sunday from now on.
  const now = door.platform.clock.now();
  const sunday = new Date(now);
  sunday.setUTCHours(18, 0, 0, 0);
  while (sunday.getUTCDay() !== 6 || sunday <= now) sunday.setUTCDate(sunday.getUTCDate() + 1);
  door.platform.clock.set(sunday);
  const world = new World();
  const cases: [string, SilenceCause, number, (agent: SimulatedAgent, address: string) => Promise<unknown>][] = [
    ['192.0.2.10', 'stopped', endedMs, (agent) => agent.goodbye('stop')],
    ['192.0.2.11', 'process_ended', endedMs, async (agent) => agent.kill()],
    ['192.0.2.12', 'uninstalled', endedMs, (agent) => agent.goodbye('uninstall')],
    ['192.0.2.13', 'host_down', silenceMs, async (_, address) => world.alive.delete(address)],
    [
      '198.51.100.14',
      'network_down',
      silenceMs,
      async () => {
        for (const address of world.alive) if (address.startsWith('198.51.100.')) world.alive.delete(address);
      },
    ],
  ];
  for (const [address, cause, waitMs, happen] of cases) {
    // Two that stay: without a neighbour nobody can tell a host from its network.
    const neighbours = await Promise.all(
      ['192.0.2.200', '198.51.100.200'].map((neighbour) => connect(world, neighbour)),
    );
    const agent = await connect(world, address);
    await happen(agent, address);
    if (waitMs === endedMs) await noticeEnd(agent, cause);
    // What stays is heard in time; a machine or a network that is gone says nothing.
    await pass(world, waitMs - 1);
    assert.equal(await causeOf(agent), undefined, `${cause}: too early`);
    for (const neighbour of neighbours) await neighbour.heartbeat();
    await pass(world, 1);
    assert.equal(await causeOf(agent), cause);
    for (const each of [agent, ...neighbours]) {
      each.kill();
      await retire(each);
    }
  }
});

test('S45, in part: what the look from outside saw stands on the alert and on the host’s check', async () => {
  const world = new World();
  const agent = await connect(world, '192.0.2.20');
  await pass(world, silenceMs);
  assert.equal(await causeOf(agent), 'agent_unresponsive');
  const { evidence } = await door.service.as(operator)(routes.getLivenessCheck, { params: { hostId: agent.hostId } });
  assert.deepEqual(
    evidence.map(({ address, port, whose, result }) => [address, port, whose, result]),
    [
      ['192.0.2.20', undefined, 'host', 'answered'],
      ['192.0.2.20', 443, 'host', 'answered'],
    ],
  );
  const [alert] = (await door.service.as(operator)(routes.listAlerts, { query: { hostId: agent.hostId } })).items;
  assert.deepEqual([alert?.facts['probed'], alert?.facts['probedAnswered']], [2, 2]);
  agent.kill();
  await retire(agent);
});

test('S45, in part: what never answered proves nothing; a wrong clock is told', () => {
  const own = (result: 'answered' | 'no_answer' | 'host_unreachable' | 'network_unreachable') =>
    ({ address: '192.0.2.1', whose: 'host', result, milliseconds: 1 }) as const;
  assert.equal(judge([], 0), 'no_contact');
  assert.equal(judge([own('no_answer')], 0), 'no_contact');
  assert.equal(judge([own('host_unreachable')], 0), 'host_down');
  assert.equal(judge([own('network_unreachable')], 0), 'network_down');
  assert.equal(judge([own('answered')], 400_000), 'clock_wrong');
  assert.equal(judge([own('no_answer'), { ...own('answered'), whose: 'reference' }], 0), 'host_down');
  assert.equal(judge([{ ...own('no_answer'), whose: 'reference' }], 0), 'network_down');
});

test('S45, in part: a hostile host makes the manager knock at no address of the manager, of its link or of the clouds', () => {
  const interfaces = [
    {
      name: 'eth0',
      mac: '',
      addresses: [
        '127.0.0.1',
        '0.0.0.0',
        '169.254.169.254',
        '224.0.0.1',
        'fe80::1',
        '::1',
        '::ffff:127.0.0.1',
        'x; rm',
      ],
    },
    { name: 'docker0', mac: '', addresses: ['172.17.0.1'] },
    { name: 'eth1', mac: '', addresses: ['10.0.0.5', ...Array.from({ length: 90 }, (_, index) => `10.9.0.${index}`)] },
  ];
  const services = Array.from({ length: 2000 }, (_, index) => ({
    protocol: 'tcp' as const,
    address: '0.0.0.0',
    port: index + 1,
  }));
  const points = pointsOf({ interfaces, services });
  assert.ok(points.length <= 12);
  assert.deepEqual([...new Set(points.map(({ address }) => address.split('.')[0]))], ['10']);
});

test('S45, in part: a network cut at the manager alerts none of 300 hosts; what is silent still when it is over, is', async () => {
  const world = new World();
  const accountId = await door.makeAccount('Many');
  const agent = await door.enrolAgent(accountId);
  await agent.heartbeat();
  await door.sightings.flush();
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, silence_due_at, silence_cause, last_seen_at)
      select tenant_id, gen_random_uuid(), name || n, facts, enrolled_at, policy_id, silence_due_at, silence_cause, last_seen_at
      from hosts_host, generate_series(1, 299) n where id = ${agent.hostId}`),
  );
  const alerts = () => countRows(door.platform, 'alerts_alert', accountId);
  const watch = async (untilMs: number) => {
    for (let passedMs = 0; passedMs < untilMs; passedMs += 60_000) await pass(world, 60_000);
  };
  for (const isCut of [true, false]) {
    world.isCut = isCut;
    await watch(silenceMs + 600_000);
    assert.equal(await alerts(), 0, isCut ? 'the link is gone' : 'nobody at all is heard');
    const [outage] = (await door.service.as(operator)(routes.listManagerOutages)).items;
    assert.deepEqual([outage?.endedAt, outage?.hostCount], [undefined, 300]);
    // The network is back: one is heard, and all have their whole patience again.
    await agent.heartbeat();
    await door.sightings.flush();
    await endOwnFault(door.platform);
    const [ended] = (await door.service.as(operator)(routes.listManagerOutages)).items;
    assert.ok(ended?.endedAt);
    await pass(world, silenceMs - 1000);
    assert.equal(await alerts(), 0);
    await door.platform.database.asProvider((tx) =>
      tx.run(
        sql`update hosts_host set last_seen_at = ${door.platform.clock.now()}, silence_due_at = ${new Date(door.platform.clock.now().getTime() + silenceMs)} where tenant_id = ${accountId}`,
      ),
    );
    await agent.heartbeat();
    await door.sightings.flush();
  }
  // The others stay away while one is there: that is no fault of the manager’s.
  world.isCut = false;
  await pass(world, silenceMs - 1000);
  await agent.heartbeat();
  await pass(world, 1000);
  assert.equal(await alerts(), 299);
  agent.kill();
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`update hosts_host set retired_at = ${door.platform.clock.now()} where tenant_id = ${accountId}`),
  );
});

test('S69, in part: a gap within the time of the account is marked as temporary, a longer one is not', async () => {
  for (const [minutes, temporary] of [
    [8, true],
    [40, false],
  ] as const) {
    const world = new World();
    const agent = await connect(world, `192.0.2.${minutes}`);
    agent.kill();
    await noticeEnd(agent, 'process_ended');
    await pass(world, minutes * 60_000);
    await agent.heartbeat();
    await door.sightings.flush();
    const [alert] = (await door.service.as(operator)(routes.listAlerts, { query: { hostId: agent.hostId } })).items;
    assert.deepEqual([alert?.closing, alert?.facts['temporary']], ['resolved', temporary]);
    agent.kill();
    await retire(agent);
  }
});

test('the patience of an account holds for its hosts, those that come later too; wrong settings say what is wrong', async () => {
  const accountId = await door.makeAccount('Patient');
  const set = (body: Record<string, unknown>) =>
    door.service.as(operator)(routes.setLivenessSettings, {
      params: { accountId },
      body: { probes: true, referencePoints: [], forgiveMinutes: 15, noticeHours: 0, ...body },
    });
  await refusedWith(set({ silenceSeconds: 149 }), 'patience_too_short');
  await refusedWith(set({ referencePoints: [{ address: '169.254.169.254', port: 80 }] }), 'probe_point_refused');
  await refusedWith(set({ referencePoints: [{ address: 'router.example' }] }), 'malformed');
  const first = await door.enrolAgent(accountId);
  await first.heartbeat();
  await set({ silenceSeconds: 600, endedSeconds: 120 });
  const second = await door.enrolAgent(accountId);
  for (const agent of [first, second]) {
    await agent.heartbeat();
    const check = await door.service.as(operator)(routes.getLivenessCheck, { params: { hostId: agent.hostId } });
    assert.deepEqual([check.silenceSeconds, check.endedSeconds], [600, 120]);
  }
  const world = new World();
  first.kill();
  await noticeEnd(first, 'process_ended');
  await pass(world, 119_999);
  assert.equal(await causeOf(first), undefined);
  await pass(world, 1);
  assert.equal(await causeOf(first), 'process_ended');
  second.kill();
  const customer = door.service.as(actorOf('customer-admin', account));
  await refusedWith(customer(routes.getLivenessCheck, { params: { hostId: first.hostId } }), 'not_found');
  await refusedWith(customer(routes.getLivenessSettings, { params: { accountId } }), 'not_found');
  await refusedWith(customer(routes.probeHost, { params: { hostId: first.hostId } }), 'forbidden');
});

test('points of reference are read with and without a port', () => {
  assert.deepEqual(readReferences('192.0.2.1, 192.0.2.1:443,[2001:db8::1]:53,2001:db8::1'), [
    { address: '192.0.2.1' },
    { address: '192.0.2.1', port: 443 },
    { address: '2001:db8::1', port: 53 },
    { address: '2001:db8::1' },
  ]);
  assert.equal(livenessRoom(door.platform, door.sightings, new World()).name, 'liveness');
});
