import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { agentPaths, type HostTask, type ModuleStatus, routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { type SimulatedAgent, sampleFacts } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { SoftwareUnavailable } from '../deployment/index.ts';
import { sql } from '../platform/index.ts';
import { issueReport, reportsRoom } from '../reports/index.ts';
import { advanceAll, recordChanges, unannouncedChanges, upgradesRoom } from './index.ts';
import { ringsOf } from './plans.ts';

const [old, fresh] = [`0.1.0-${'a'.repeat(16)}`, `0.2.0-${'b'.repeat(16)}`];
const release = {
  ...{ build: fresh, version: '0.2.0', architecture: 'x86_64' },
  files: { 'sakimori-agent.deb': { sha256: 'd'.repeat(64), bytes: 7 } },
};
const active: ModuleStatus = { module: 'integrity', state: 'active', causes: [], figures: {} };

let door: TestDoor;
let hasSoftware = true;
before(async () => {
  const software = {
    current: async () => {
      if (!hasSoftware) throw new SoftwareUnavailable('This manager does not hold the sources of the agent.');
      return release;
    },
    read: (build: string) => (build === fresh ? release : undefined),
  };
  door = await startTestDoor({
    rooms: (platform) => [
      upgradesRoom({ platform, software }),
      reportsRoom(platform, { unannouncedOf: unannouncedChanges }),
    ],
  });
});
after(() => door.stop());

const operator = () => door.service.as(actorOf('operator'));
const planFor = (accountId: string, body: object = {}) =>
  operator()(routes.createUpgradePlan, {
    params: { accountId },
    body: { rings: [{}], reason: 'a fault of 0.1.0', ...body },
  });
const change = (planId: string, deed: 'start' | 'pause' | 'resume' | 'abort') =>
  operator()(routes.changeUpgradePlan, { params: { planId }, body: { deed } });
const read = (planId: string) => operator()(routes.getUpgradePlan, { params: { planId } });

/** Says what the agent is now, and what is asked of it. */
async function beat(
  agent: SimulatedAgent,
  build: string,
  modules: readonly ModuleStatus[] = [active],
): Promise<HostTask[]> {
  const { received } = await agent.heartbeat({
    facts: { ...factsOf(agent), agentBuild: build },
    modules: [...modules],
  });
  return (received.tasks ?? []) as HostTask[];
}
const names = new Map<string, string>();
const factsOf = (agent: SimulatedAgent) => sampleFacts({ name: names.get(agent.hostId)! });
const askedOf = (agent: SimulatedAgent) =>
  until(async () => (await beat(agent, old)).find(({ kind }) => kind === 'agent-upgrade'), 'no upgrade was asked for');
const answer = async (agent: SimulatedAgent, { id }: HostTask, state: 'done' | 'failed', detail?: string) => {
  const said = await agent.post(agentPaths.taskResults, { results: [{ id, state, ...(detail ? { detail } : {}) }] });
  assert.equal(said.status, 204);
};

async function makeHosts(account: string, count: number): Promise<{ accountId: string; agents: SimulatedAgent[] }> {
  const accountId = await door.makeAccount(account);
  const agents: SimulatedAgent[] = [];
  for (let index = 1; index <= count; index += 1) {
    const name = `${account}-${String(index).padStart(2, '0')}`;
    const agent = await door.enrolAgent(accountId, { name, agentBuild: old });
    names.set(agent.hostId, name);
    await beat(agent, old);
    agents.push(agent);
  }
  await door.sightings.flush();
  return { accountId, agents };
}

async function advance(): Promise<void> {
  door.platform.clock.advance(5000);
  await door.sightings.flush();
  await advanceAll(door.platform);
}

async function succeed(agent: SimulatedAgent, task: HostTask): Promise<void> {
  door.platform.clock.advance(1000);
  await answer(agent, task, 'done', `${fresh} is installed and reaches the manager.`);
  await beat(agent, fresh);
}

test('S59: of a wave of ten hosts one fails: the rule stops the plan, the report says 9 done and 1 back on the old version', async () => {
  const { accountId, agents } = await makeHosts('wave', 13);
  const wave = agents.slice(0, 10);
  const plan = await planFor(accountId, { rings: [{ hosts: 10 }, {}] });
  assert.deepEqual([plan.state, plan.build, plan.hosts.filter(({ ring }) => ring === 0).length], ['draft', fresh, 10]);
  await advance();
  for (const agent of agents) assert.deepEqual(await beat(agent, old), [], 'nothing begins before it is started');
  await change(plan.id, 'start');
  await advance();
  const tasks = await Promise.all(wave.map(askedOf));
  assert.deepEqual(tasks[0]!.facts, {
    ...{ plan: plan.id, build: fresh, architecture: 'x86_64', minutes: 10, 'sakimori-agent.deb': 'd'.repeat(64) },
  });
  for (const [index, agent] of wave.slice(0, 9).entries()) await succeed(agent, tasks[index]!);
  const failing = wave[9]!;
  await advance();
  assert.deepEqual(await read(plan.id).then(({ state, counts: { done, upgrading } }) => [state, done, upgrading]), [
    'running',
    9,
    1,
  ]);
  await answer(failing, tasks[9]!, 'failed', 'rolled back: the new agent did not reach its manager within 600 s');
  await beat(failing, old);
  await advance();
  const ended = await read(plan.id);
  assert.equal(ended.state, 'stopped');
  assert.deepEqual(ended.counts, {
    ...{ waiting: 0, offline: 0, upgrading: 0, done: 9, failed: 0, rolledBack: 1, cancelled: 3 },
  });
  const of = (agent: SimulatedAgent) => ended.hosts.find(({ hostId }) => hostId === agent.hostId)!;
  assert.deepEqual(
    [of(failing).state, of(failing).fromVersion, of(failing).nowVersion, of(failing).code],
    ['rolled_back', old, old, 'rolled_back'],
  );
  assert.match(of(failing).detail!, /did not reach its manager/);
  for (const agent of wave.slice(0, 9)) assert.deepEqual([of(agent).state, of(agent).nowVersion], ['done', fresh]);
  for (const agent of agents.slice(10)) {
    assert.deepEqual([of(agent).state, of(agent).code], ['cancelled', 'stop_rule']);
    assert.deepEqual(await beat(agent, old), [], 'the next ring is left alone');
  }
  const { items } = await operator()(routes.listAudit, { query: { accountId } });
  assert.deepEqual(
    items.filter(({ action }) => action.startsWith('upgrade.')).map(({ action }) => action),
    ['upgrade.stopped', 'upgrade.changed', 'upgrade.planned'],
  );
  for (const agent of agents) agent.kill();
});

test('S59: rings follow each other, a pause holds the next one, and a host that is away is upgraded when it is back', async () => {
  const { accountId, agents } = await makeHosts('rings', 4);
  const away = agents[3]!;
  away.kill();
  await door.platform.database.as(accountId, (tx) =>
    tx.run(sql`update hosts_host set silent_since = ${door.platform.clock.now()} where id = ${away.hostId}`),
  );
  const plan = await planFor(accountId, { rings: [{ hosts: 1 }, { percent: 50 }, {}] });
  assert.deepEqual(
    plan.hosts.map(({ ring, isOffline }) => [ring, isOffline]),
    [
      [0, false],
      [1, false],
      [1, false],
      [2, true],
    ],
  );
  await change(plan.id, 'start');
  await advance();
  const first = await askedOf(agents[0]!);
  assert.deepEqual(await beat(agents[1]!, old), []);
  await change(plan.id, 'pause');
  await succeed(agents[0]!, first);
  await advance();
  await advance();
  assert.deepEqual(await beat(agents[1]!, old), [], 'paused');
  await change(plan.id, 'resume');
  await advance();
  for (const agent of agents.slice(1, 3)) await succeed(agent, await askedOf(agent));
  await advance();
  assert.deepEqual(
    await read(plan.id).then(({ state, ring, counts: { done, offline } }) => [state, ring, done, offline]),
    ['running', 2, 3, 1],
  );
  await door.platform.database.as(accountId, (tx) =>
    tx.run(sql`update hosts_host set silent_since = null where id = ${away.hostId}`),
  );
  await beat(away, old);
  await advance();
  await succeed(away, await askedOf(away));
  await advance();
  assert.deepEqual(await read(plan.id).then(({ state, counts: { done } }) => [state, done]), ['done', 4]);
  for (const agent of agents) agent.kill();
});

test('S59: a host that says it is done counts only with the new build and all modules that it had; abort leaves out who waits', async () => {
  const { accountId, agents } = await makeHosts('proof', 3);
  const plan = await planFor(accountId, { rings: [{ hosts: 2 }, {}], failuresMax: 1 });
  await change(plan.id, 'start');
  await advance();
  const [silent, lame] = [agents[0]!, agents[1]!];
  const tasks = [await askedOf(silent), await askedOf(lame)];
  await answer(silent, tasks[0]!, 'done');
  await answer(lame, tasks[1]!, 'done');
  door.platform.clock.advance(1000);
  await beat(silent, old);
  await beat(lame, fresh, [{ ...active, state: 'degraded' }]);
  await advance();
  assert.equal((await read(plan.id)).counts.upgrading, 2, 'nobody is believed yet');
  await change(plan.id, 'pause');
  door.platform.clock.advance(41 * 60_000);
  await beat(silent, old);
  await beat(lame, fresh, [{ ...active, state: 'degraded' }]);
  await advance();
  const judged = (await read(plan.id)).hosts.map(({ code, detail }) => [code, detail]);
  assert.deepEqual(judged[0]!.slice(0, 1), ['other_version']);
  assert.deepEqual(judged[1], ['modules', 'integrity']);
  const aborted = await change(plan.id, 'abort');
  assert.deepEqual([aborted.state, aborted.counts.failed, aborted.counts.cancelled], ['aborted', 2, 1]);
  await refusedWith(change(plan.id, 'resume'), 'wrong_state');
  for (const agent of agents) agent.kill();
});

test('S59: wrong wishes are refused with the way out', async () => {
  const { accountId, agents } = await makeHosts('wrong', 1);
  for (const body of [
    { rings: [] },
    { rings: [{ hosts: 0 }] },
    { rings: [{ percent: 101 }] },
    { rings: [{ hosts: 1, percent: 1 }] },
    { rings: [{ hots: 1 }] },
    { rings: Array(11).fill({}) },
    { reason: ' ' },
    { reason: 'x'.repeat(301) },
    { healthMinutes: 0 },
    { failuresMax: -1 },
    { build: '../../etc/passwd' },
    { build: `9.9.9-${'0'.repeat(16)}` },
  ])
    await refusedWith(planFor(accountId, body), 'malformed');
  hasSoftware = false;
  await refusedWith(planFor(accountId), 'software_unavailable');
  hasSoftware = true;
  const plan = await planFor(accountId);
  await refusedWith(planFor(accountId), 'wrong_state');
  await refusedWith(change(plan.id, 'pause'), 'wrong_state');
  await change(plan.id, 'abort');
  await beat(agents[0]!, fresh);
  await door.sightings.flush();
  await refusedWith(planFor(accountId), 'wrong_state');
  assert.deepEqual(ringsOf([{ hosts: 1 }, { percent: 10 }, {}], 25), [0, 1, 1, 1, ...Array(21).fill(2)]);
  assert.deepEqual(ringsOf([{ hosts: 5 }], 7), Array(7).fill(0));
  assert.deepEqual(ringsOf([{ hosts: 5 }, {}], 2), [0, 0]);
  agents[0]!.kill();
});

test('S17, in part: what changed outside of a plan is listed as unannounced, what a plan did is not; another account sees neither', async () => {
  const { accountId, agents } = await makeHosts('drift', 2);
  const [planned, drifting] = [agents[0]!, agents[1]!];
  const signatures = (count: number): ModuleStatus => ({
    ...{ module: 'antimalware', state: 'active', causes: [], figures: { malwareSignatures: count } },
  });
  await beat(drifting, old, [active, signatures(100)]);
  await door.sightings.flush();
  await setPackages(accountId, drifting.hostId, { suricata: '1:7.0.10-1', bash: '5.2' });
  await recordChanges(door.platform);
  const list = (role: 'operator' | 'customer-viewer' = 'operator', of = accountId, unannounced?: 'true') =>
    door.service.as(role === 'operator' ? actorOf(role) : actorOf(role, of))(routes.listVersionChanges, {
      query: { accountId, ...(unannounced ? { unannounced } : {}) },
    });
  assert.deepEqual((await list()).items, [], 'what is heard for the first time is no change');
  const plan = await planFor(accountId, { rings: [{ hosts: 1 }, {}] });
  await change(plan.id, 'start');
  await advance();
  await succeed(planned, await askedOf(planned));
  await change(plan.id, 'abort');
  await beat(drifting, `0.1.9-${'e'.repeat(16)}`, [active, signatures(120)]);
  await setPackages(accountId, drifting.hostId, { suricata: '1:7.0.11-1', bash: '5.3' });
  await door.sightings.flush();
  await recordChanges(door.platform);
  await recordChanges(door.platform);
  const all = (await list()).items;
  assert.deepEqual(
    all.map(({ hostId, component, planId }) => [hostId === planned.hostId, component, planId === plan.id]).sort(),
    [
      [false, 'agent', false],
      [false, 'antimalware.signatures', false],
      [false, 'suricata', false],
      [true, 'agent', true],
    ],
  );
  const unannounced = (await list('operator', accountId, 'true')).items;
  assert.deepEqual(unannounced.map(({ component, from, to }) => `${component} ${from} ${to}`).sort(), [
    `agent ${old} 0.1.9-${'e'.repeat(16)}`,
    'antimalware.signatures 100 120',
    'suricata 1:7.0.10-1 1:7.0.11-1',
  ]);
  const stranger = await door.makeAccount('stranger');
  assert.deepEqual((await list('customer-viewer')).items.length, 4);
  assert.deepEqual((await list('customer-viewer', stranger)).items, []);
  for (const agent of agents) agent.kill();
});

test('S17: a version that changes outside of a plan is listed within the day and stands in the monthly report, on its page, in its mail and on paper, in both languages', async () => {
  const { accountId, agents } = await makeHosts('unannounced', 2);
  const stranger = await door.makeAccount('without');
  await recordChanges(door.platform);
  const pushed = `0.1.9-${'f'.repeat(16)}`;
  for (const agent of agents) await beat(agent, pushed);
  await door.sightings.flush();
  door.platform.clock.advance(30 * 60_000);
  await recordChanges(door.platform);
  const { items } = await operator()(routes.listVersionChanges, { query: { accountId, unannounced: 'true' } });
  assert.equal(items.length, 2, 'within half an hour of the host saying so');

  const period = new Date(door.platform.clock.now().getTime() + 9 * 3_600_000).toISOString().slice(0, 7);
  const actor = { kind: 'system', id: 'test', name: 'test' } as const;
  const report = (language: 'ja' | 'en', of = accountId) =>
    issueReport(door.platform, actor, language, { accountId: of, kind: 'monthly', period, early: true, send: false });
  for (const [language, heading, part] of [
    ['ja', '事前通知のなかった更新', 'エージェント'],
    ['en', 'Unannounced updates', 'Agent'],
  ] as const) {
    const made = await report(language);
    const [change] = made.report.unannounced!.items;
    assert.deepEqual(
      [change!.component, change!.from, change!.to, change!.hostCount, change!.hosts],
      ['agent', old, pushed, 2, ['unannounced-01', 'unannounced-02']],
    );
    const page = await operator()(routes.getReport, { params: { reportId: made.id } });
    assert.deepEqual(page.unannounced, made.report.unannounced);
    const paper = spawnSync('pdftotext', ['-', '-'], { input: made.pdf!, encoding: 'utf8' });
    const printed = paper.error ? made.mail.text : paper.stdout;
    for (const said of [made.mail.text, made.mail.html, printed]) {
      const text = said.replaceAll(/\s+/g, '').toLowerCase();
      for (const word of [heading, part, pushed, 'unannounced-02'])
        assert.ok(
          text.includes(word.replaceAll(' ', '').toLowerCase()),
          `${language}: ${word} in ${said.slice(0, 4000)}`,
        );
    }
  }
  const other = await report('ja', stranger);
  assert.deepEqual(other.report.unannounced, { count: 0, items: [] });
  assert.match(other.mail.text, /事前通知のなかった更新はありません/);
  for (const agent of agents) agent.kill();
});

test('S59, in part: another account neither sees, changes nor begins a plan, and a reader of the account begins none', async () => {
  const { accountId, agents } = await makeHosts('mine', 1);
  const stranger = await door.makeAccount('others');
  const plan = await planFor(accountId);
  for (const role of ['customer-admin', 'customer-viewer'] as const)
    for (const account of [accountId, stranger]) {
      const call = door.service.as(actorOf(role, account));
      await refusedWith(call(routes.getUpgradePlan, { params: { planId: plan.id } }), 'forbidden');
      await refusedWith(
        call(routes.changeUpgradePlan, { params: { planId: plan.id }, body: { deed: 'start' } }),
        'forbidden',
      );
      await refusedWith(call(routes.listUpgradePlans, { query: {} }), 'forbidden');
    }
  const seen = await door.platform.database.as(stranger, (tx) =>
    tx.rows(sql<{ id: string }>`select id from upgrades_plan where id = ${plan.id}
      union all select plan_id from upgrades_host where plan_id = ${plan.id} union all select host_id from upgrades_seen`),
  );
  assert.deepEqual(seen, []);
  agents[0]!.kill();
});

const setPackages = (accountId: string, hostId: string, packages: Record<string, string>) => {
  const inventory = { packages: Object.entries(packages).map(([name, version]) => ({ name, version })) };
  const at = door.platform.clock.now();
  return door.platform.database.as(accountId, (tx) =>
    tx.run(sql`
      insert into inventory_host (tenant_id, host_id, taken_at, changed_at, digest, inventory)
      values (${accountId}, ${hostId}, ${at}, ${at}, 'x', ${JSON.stringify(inventory)}::jsonb)
      on conflict (tenant_id, host_id) do update set inventory = excluded.inventory`),
  );
};
