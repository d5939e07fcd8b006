import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  type Actor,
  type AssignedPolicy,
  agentPaths,
  type IntegrityExclusion,
  type NewExclusion,
  Refusal,
  routes,
} from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../../test/agents-door.ts';
import { actorOf } from '../../../../test/service.ts';
import type { SimulatedAgent } from '../../../../test/simulated-agent.ts';
import { until } from '../../../../test/system.ts';
import { endAndWarn } from '../index.ts';

const operator = actorOf('operator');
const hourMs = 3_600_000;
let door: TestDoor;
let accountId: string;
let agent: SimulatedAgent;
let policyId: string;

before(async () => {
  door = await startTestDoor();
  accountId = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(accountId);
  const { items } = await door.service.as(operator)(routes.listPolicies, { query: { accountId } });
  policyId = items.find(({ hostCount }) => hostCount > 0)!.id;
});
after(() => door.stop());

const later = (ms: number) => new Date(door.platform.clock.now().getTime() + ms).toISOString();
const create = (more: Partial<NewExclusion>, actor: Actor = operator, account = accountId) =>
  door.service.as(actor)(routes.createExclusion, {
    params: { accountId: account },
    body: { paths: [], entities: [], reason: 'release 4.2', until: later(hourMs), ...more },
  });
const list = async (actor: Actor = operator): Promise<IntegrityExclusion[]> =>
  (await door.service.as(actor)(routes.listExclusions, { params: { accountId } })).items;
const end = (exclusionId: string, actor: Actor = operator, account = accountId) =>
  door.service.as(actor)(routes.endExclusion, {
    params: { accountId: account, exclusionId },
    body: { reason: 'done early' },
  });
const integrityOfHost = async () =>
  ((await agent.get(agentPaths.policy)).body as unknown as AssignedPolicy).document.modules.integrity;
/** A host that gets a policy of its own hears of it in a moment. */
const follows = (isSo: (exclusions: Awaited<ReturnType<typeof integrityOfHost>>['exclusions']) => boolean) =>
  until(async () => (isSo((await integrityOfHost()).exclusions) ? true : undefined), 'the host does not follow');
const audited = async (action: string) =>
  (await door.service.as(operator)(routes.listAudit, { query: { accountId, limit: 500 } })).items.filter(
    (entry) => entry.action === action,
  );

test('an exclusion of a policy reaches its hosts with its end, and is gone after it, by itself', async () => {
  const made = await create({
    policyId,
    paths: ['/srv/app', '/var/**/cache'],
    entities: [{ entity: 'user', key: 'deploy*' }],
  });
  assert.deepEqual([made.reason, made.createdBy, made.policy?.id], ['release 4.2', operator.name, policyId]);
  const { id, paths, entities, until } = made;
  assert.deepEqual((await integrityOfHost()).exclusions, [{ id, paths, entities, until }]);
  assert.equal((await audited('integrity.exclusion_created'))[0]?.facts['reason'], 'release 4.2');

  door.platform.clock.advance(46 * 60_000);
  await endAndWarn(door.platform);
  assert.ok((await list())[0]?.warnedAt, 'warned when a quarter of the time is left');
  await endAndWarn(door.platform);
  assert.equal((await audited('integrity.exclusion_ending')).length, 1);
  assert.equal((await integrityOfHost()).exclusions?.length, 1);

  door.platform.clock.advance(15 * 60_000);
  await endAndWarn(door.platform);
  assert.deepEqual(await list(), []);
  await follows((exclusions) => exclusions === undefined);
  const [ended] = await audited('integrity.exclusion_ended');
  assert.deepEqual([ended?.actorName, ended?.facts['exclusion']], ['Sakimori', id]);
});

test('one of a host is that host’s alone; it can be ended before its time, with a reason', async () => {
  const other = await door.enrolAgent(accountId);
  const made = await create({ hostId: agent.hostId, paths: ['/opt'] });
  assert.equal(made.host?.id, agent.hostId);
  await follows((exclusions) => exclusions?.[0]?.id === made.id);
  const theirs = (await other.get(agentPaths.policy)).body as unknown as AssignedPolicy;
  assert.equal(theirs.document.modules.integrity.exclusions, undefined);
  await end(made.id);
  await follows((exclusions) => exclusions === undefined);
  const ended = (await audited('integrity.exclusion_ended')).find(({ facts }) => facts['exclusion'] === made.id);
  assert.deepEqual([ended?.actorName, ended?.facts['reason']], [operator.name, 'done early']);
  await refusedWith(end(made.id), 'not_found');
});

test('a document that says what stands is taken; one that changes exclusions is refused', async () => {
  const made = await create({ policyId, paths: ['/opt'] });
  const { version, document } = await door.service.as(operator)(routes.getPolicy, { params: { policyId } });
  const put = (given: typeof document) =>
    door.service.as(operator)(routes.updatePolicy, {
      params: { policyId },
      body: { basedOnVersion: version, document: given, reason: 'x' },
    });
  const { exclusions: _, ...integrity } = document.modules.integrity;
  await refusedWith(put({ ...document, modules: { ...document.modules, integrity } }), 'malformed');
  await put(document);
  assert.equal((await list())[0]?.id, made.id);
  await end(made.id);
});

test('what cannot be is refused, and nothing is stored', async () => {
  for (const wrong of [
    { policyId, paths: ['relative'] },
    { policyId, paths: ['/a/../b'] },
    { policyId, paths: ['/a/x**y'] },
    { policyId, paths: ['/a\\*'] },
    { policyId },
    { policyId, hostId: agent.hostId, paths: ['/a'] },
    { paths: ['/a'] },
    { policyId, paths: ['/a'], until: later(-1000) },
    { policyId, paths: ['/a'], until: later(400 * 24 * hourMs) },
    { policyId, paths: ['/a'], reason: '  ' },
    { policyId, paths: Array.from({ length: 101 }, () => '/a') },
  ])
    await refusedWith(create(wrong), 'malformed');
  await refusedWith(create({ policyId: '019ab000-0000-7000-8000-00000000cafe', paths: ['/a'] }), 'not_found');
  await refusedWith(create({ hostId: '019ab000-0000-7000-8000-00000000cafe', paths: ['/a'] }), 'not_found');
  assert.deepEqual(await list(), []);
});

test('S41, in part: another account sees and ends none of them; a customer writes none', async () => {
  const other = await door.makeAccount('Musashi');
  const made = await create({ policyId, paths: ['/opt'] });
  for (const role of ['customer-admin', 'customer-viewer'] as const) {
    await assert.rejects(
      door.service.as(actorOf(role, other))(routes.listExclusions, { params: { accountId } }),
      (error) => error instanceof Refusal && ['not_found', 'forbidden'].includes(error.code),
    );
    await refusedWith(create({ policyId, paths: ['/a'] }, actorOf(role, accountId)), 'forbidden');
    await refusedWith(end(made.id, actorOf(role, accountId)), 'forbidden');
  }
  const stranger = { ...operator, accountId: other };
  await refusedWith(create({ policyId, paths: ['/a'] }, stranger), 'not_found');
  await refusedWith(end(made.id, stranger), 'not_found');
  await refusedWith(create({ policyId, paths: ['/a'] }, operator, other), 'not_found');
  await refusedWith(create({ hostId: agent.hostId, paths: ['/a'] }, operator, other), 'not_found');
  await refusedWith(end(made.id, operator, other), 'not_found');
  assert.equal((await list()).length, 1);
});
