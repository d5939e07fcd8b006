import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type BlockProposal, type Detection, dayInJapan, routes, usualSourceBlocking } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import type { SimulatedAgent } from '../../../test/simulated-agent.ts';
import { until } from '../../../test/system.ts';
import { entitlementOf } from '../customers/index.ts';
import { Editions } from '../editions/index.ts';
import { newId, sql } from '../platform/index.ts';
import { containmentRoom, Proposer, tellProposals } from './index.ts';

let door: TestDoor;
let proposer: Proposer;
let account: string;
let agent: SimulatedAgent;
const operator = actorOf('operator');
const attacker = '203.0.113.7';

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => [containmentRoom(platform)],
    onDetections: (platform) => {
      proposer = new Proposer(platform);
      return (...heard) => proposer.heard(...heard);
    },
    env: { SAKIMORI_AGENTS_NAMES: '198.51.100.9' },
  });
});
after(() => door.stop());
beforeEach(async (t) => {
  account = await door.makeAccount(t.name.slice(0, 40));
  agent = await door.enrolAgent(account);
});

const as = (actor = operator) => door.service.as(actor);
const proposals = async (query = {}, actor = operator): Promise<BlockProposal[]> =>
  (await as(actor)(routes.listBlockProposals, { query: { accountId: account, ...query } })).items;
const configure = (change: Partial<typeof usualSourceBlocking.proposals>, allow: string[] = []) =>
  as()(routes.putSourceBlocking, {
    params: { accountId: account },
    body: { allow, proposals: { ...usualSourceBlocking.proposals, ...change } },
  });
const attack = async (count: number, source = attacker, more: Partial<Detection> = {}, from = agent) => {
  const one = () =>
    from.makeDetection({
      ...{ module: 'intrusion', kind: 'intrusion.matched', rule: { id: '7', name: 'SQL injection' } },
      ...{ source: { address: source }, ...more },
    });
  await from.sendDetections(Array.from({ length: count }, one));
  await proposer.settle();
};
const tasksOf = async (hostId = agent.hostId) =>
  (await as()(routes.listHostTasks, { params: { hostId } })).items.filter(({ kind }) => kind === 'block-source');

test('S75: N detections of one source within the window make one proposal with its evidence, and nothing is blocked by itself', async () => {
  await configure({ count: 5, windowMinutes: 10 });
  await attack(4);
  assert.deepEqual(await proposals(), []);
  await attack(1);
  await attack(3);
  const [made, ...more] = await proposals();
  assert.deepEqual(more, []);
  assert.deepEqual(
    [made?.source, made?.state, made?.hostId, made?.detectionCount, made?.evidence.length],
    [attacker, 'open', agent.hostId, 5, 5],
  );
  assert.equal(made?.evidence[0]?.rule, 'SQL injection');
  assert.deepEqual(await tasksOf(), []);
});

test('S75: detections outside of the window, of other modules, of other sources and of other hosts are not counted together', async () => {
  await configure({ count: 5, windowMinutes: 10, modules: ['intrusion'] });
  const old = new Date(door.platform.clock.now().getTime() - 11 * 60_000).toISOString();
  await attack(4, attacker, { occurredAt: old });
  await attack(4, attacker, { module: 'firewall', kind: 'firewall.denied' });
  await attack(4, '203.0.113.8');
  await attack(4, attacker, {}, await door.enrolAgent(account, { name: 'web-02' }));
  await attack(4);
  assert.deepEqual(await proposals(), []);
});

test('S75: accepted, the block goes to the host or to all of the account, with who and why; it is not proposed again meanwhile', async () => {
  const second = await door.enrolAgent(account, { name: 'web-02' });
  await configure({ count: 2 });
  await attack(2);
  const [made] = await proposals();
  const accept = (scope: 'host' | 'account') =>
    as()(routes.acceptBlockProposal, {
      params: { proposalId: made!.id },
      body: { scope, minutes: 90, reason: 'agreed by phone' },
    });
  const accepted = await accept('account');
  assert.deepEqual(
    [accepted.state, accepted.decidedBy, accepted.minutes, accepted.scope],
    ['accepted', operator.name, 90, 'account'],
  );
  for (const one of [agent, second]) assert.equal((await tasksOf(one.hostId)).length, 1);
  const [task] = await until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought it');
  assert.deepEqual(task?.facts, { source: attacker, minutes: 90, by: operator.name, reason: 'agreed by phone' });
  await refusedWith(accept('host'), 'wrong_state');
  await attack(2);
  await attack(2, attacker, {}, second);
  assert.equal((await proposals()).length, 1);
  const { items } = await as()(routes.listAudit, { query: { target: `host:${agent.hostId}` } });
  const noted = items.find(({ action }) => action === 'containment.accepted');
  assert.deepEqual([noted?.actorName, noted?.facts['source'], noted?.facts['hosts']], [operator.name, attacker, 2]);
  door.platform.clock.advance(91 * 60_000);
  await attack(2);
  assert.equal((await proposals({ state: 'open' })).length, 1);
  agent.kill();
});

test('S75: declined with a reason, it is kept and not proposed again for a day', async () => {
  await configure({ count: 2 });
  await attack(2);
  const [made] = await proposals();
  const body = { reason: 'our own scanner' };
  const declined = await as()(routes.declineBlockProposal, { params: { proposalId: made!.id }, body });
  assert.deepEqual([declined.state, declined.reason], ['declined', 'our own scanner']);
  await attack(3);
  assert.equal((await proposals()).length, 1);
  assert.deepEqual(await tasksOf(), []);
  door.platform.clock.advance(25 * 3_600_000);
  await attack(2);
  assert.equal((await proposals({ state: 'open' })).length, 1);
});

test('S75: what is allowed, the manager and loopback are neither proposed nor blocked', async () => {
  await configure({ count: 2 }, ['203.0.113.0/28', '2001:db8:1::/48', '192.0.2.5 ']);
  const { allow } = await as()(routes.getSourceBlocking, { params: { accountId: account } });
  assert.deepEqual(allow, ['203.0.113.0/28', '2001:db8:1::/48', '192.0.2.5']);
  const guarded = [attacker, '2001:db8:1::7', '192.0.2.5', '198.51.100.9', '127.0.0.1', '::1'];
  for (const source of guarded) await attack(3, source);
  assert.deepEqual(await proposals(), []);
  const block = (source: string) =>
    as()(routes.blockSource, { params: { hostId: agent.hostId }, body: { source, minutes: 5, reason: 'x' } });
  for (const source of ['203.0.113.0/24', attacker, '2001:db8::/32', '198.51.100.9'])
    await refusedWith(block(source), 'source_allowed');
  for (const source of ['127.0.0.1', '::1', '0.0.0.0/0', 'nobody', '192.0.2.1-192.0.2.9'])
    await refusedWith(block(source), 'malformed');
  assert.deepEqual(await tasksOf(), []);
  assert.equal((await block('203.0.113.77')).kind, 'block-source');
  const [task] = await until(async () => (await agent.heartbeat()).received.tasks, 'no heartbeat brought it');
  assert.equal(task?.facts?.['allow0'], '203.0.113.0/28,2001:db8:1::/48,192.0.2.5');
  agent.kill();
  // Put on the list after it was proposed: then it cannot be accepted any more.
  await attack(2, '203.0.113.99');
  const [made] = await proposals();
  await configure({ count: 2 }, ['203.0.113.96/30']);
  const body = { scope: 'host' as const, minutes: 5, reason: 'x' };
  await refusedWith(as()(routes.acceptBlockProposal, { params: { proposalId: made!.id }, body }), 'source_allowed');
  assert.equal((await proposals())[0]?.state, 'open');
});

test('S75: switched off nothing is proposed, and of another account nobody sees or decides anything', async () => {
  await configure({ count: 2, on: false });
  await attack(5);
  assert.deepEqual(await proposals(), []);
  await configure({ count: 2 });
  await attack(1);
  const [made] = await proposals();
  assert.ok(made);
  const stranger = actorOf('customer-admin', await door.makeAccount('stranger'));
  assert.deepEqual(await proposals({}, stranger), []);
  await refusedWith(as(stranger)(routes.getSourceBlocking, { params: { accountId: account } }), 'not_found');
  const params = { proposalId: made.id };
  for (const decide of [
    as(stranger)(routes.declineBlockProposal, { params, body: { reason: 'x' } }),
    as(stranger)(routes.acceptBlockProposal, { params, body: { scope: 'host', minutes: 5, reason: 'x' } }),
    as(stranger)(routes.putSourceBlocking, { params: { accountId: account }, body: usualSourceBlocking }),
    as(stranger)(routes.blockSource, {
      params: { hostId: agent.hostId },
      body: { source: attacker, minutes: 5, reason: 'x' },
    }),
  ])
    await assert.rejects(decide, { code: /forbidden|not_found/ });
  assert.equal((await proposals())[0]?.state, 'open');
});

test('S75: each proposal is told once, to whoever may block and to the contacts where the plan has the answer, and work ends with the decisions', async () => {
  const { platform } = door;
  const parts = { platform, editions: Editions.read(platform.config), publicUrl: () => 'https://console.example' };
  const other = await door.makeAccount('told of nothing');
  await platform.database.asProvider(async (tx) => {
    await tx.run(sql`
      insert into access_person (id, name, mail, role, language, created_at)
      values (${newId(platform.clock)}, '運用 花子', ${`${account}@provider.example`}, 'operator', 'ja', ${platform.clock.now()})`);
    for (const tenant of [account, other])
      await tx.run(sql`
        insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
        values (${tenant}, ${newId(platform.clock)}, 'c', ${`c-${tenant}@customer.example`}, 'en', '{alerts}', ${platform.clock.now()})`);
  });
  const letters = () =>
    platform.database.asProvider((tx) =>
      tx.rows(
        sql<{ tenant_id: string; kind: string; recipient: string; subject: string; text: string }>`
          select tenant_id, kind, recipient, subject, body_text as text from notices_notice where kind like 'containment.%' and tenant_id in (${account}, ${other}) order by kind`,
      ),
    );
  const work = () =>
    platform.database.asProvider((tx) =>
      tx.rows(sql<{ tenant_id: string; is_open: boolean }>`
        select tenant_id, is_open from work_about where kind = 'blockProposal' and tenant_id in (${account}, ${other})`),
    );
  await configure({ count: 2 });
  await attack(2);
  await attack(2, '203.0.113.50');
  await Promise.all([tellProposals(parts), tellProposals(parts)]);
  await tellProposals(parts);
  const told = await letters();
  const plan = await platform.database.asProvider((tx) =>
    entitlementOf(tx, parts, { accountId: account, feature: 'alert.response', day: dayInJapan(platform.clock.now()) }),
  );
  const staff = told.filter(({ kind }) => kind === 'containment.proposed_staff');
  const ours = staff.find(({ recipient }) => recipient.startsWith(account));
  assert.match(ours!.subject, /送信元の遮断のご提案（2 件）/);
  assert.match(ours!.text, /203\.0\.113\.7 →[\s\S]*203\.0\.113\.50 →|203\.0\.113\.50 →[\s\S]*203\.0\.113\.7 →/);
  assert.equal(new Set(staff.map(({ recipient }) => recipient)).size, staff.length, 'nobody is told twice');
  const contacts = told.filter(({ kind }) => kind === 'containment.proposed_contacts');
  assert.deepEqual(
    contacts.map(({ recipient }) => recipient),
    plan.outcome === 'granted' ? [`c-${account}@customer.example`] : [],
  );
  assert.ok(told.every(({ tenant_id }) => tenant_id === account));
  assert.deepEqual(await work(), [{ tenant_id: account, is_open: true }]);
  // More of them within ten minutes wait for the next letter.
  await attack(2, '203.0.113.51');
  await tellProposals(parts);
  assert.equal((await letters()).length, told.length);
  platform.clock.advance(11 * 60_000);
  await tellProposals(parts);
  assert.equal((await letters()).length, told.length * 2);
  for (const { id } of await proposals({ state: 'open' }))
    await as()(routes.declineBlockProposal, { params: { proposalId: id }, body: { reason: 'ours' } });
  await tellProposals(parts);
  assert.deepEqual(await work(), [{ tenant_id: account, is_open: false }]);
});
