import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type IntrusionPolicy, modules, type PolicyDocument, routes } from '@sakimori/contract';
import pg from 'pg';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { sql } from '../platform/index.ts';
import { defaultTarget } from './index.ts';

let door: TestDoor;
let yamato: string;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
  yamato = await door.makeAccount('Yamato');
});
after(() => door.stop());

const call = () => door.service.as(operator);
const policyOf = async (accountId: string) => {
  const [policy] = (await call()(routes.listPolicies, { query: { accountId } })).items;
  return call()(routes.getPolicy, { params: { policyId: policy!.id } });
};
const update = (policyId: string, basedOnVersion: number, document: PolicyDocument) =>
  call()(routes.updatePolicy, { params: { policyId }, body: { basedOnVersion, document, reason: 'maintenance' } });

test('every account begins with the shipped policies: version 1, all six modules, the heartbeat that is configured', async () => {
  const policy = await policyOf(yamato);
  assert.deepEqual([policy.version, policy.accountId, policy.reason], [1, yamato, 'shipped policies']);
  assert.deepEqual(Object.keys(policy.document.modules).sort(), [...modules].sort());
  assert.equal(policy.document.heartbeatSeconds, 60);
  assert.ok(policy.document.modules.loginspection.ruleFiles.every(({ xml }) => xml.includes('<')));
  assert.equal(
    await door.platform.database.as(yamato, (tx) => defaultTarget(tx, door.platform, yamato)),
    policy.policyId,
  );
});

test('a change is a new version; the older one stays as it was, and the audit knows who, when and why', async () => {
  const before = await policyOf(yamato);
  door.platform.clock.advance(60_000);
  const changed = { ...before.document, heartbeatSeconds: 30 };
  const made = await update(before.policyId, before.version, changed);
  assert.deepEqual(
    [made.version, made.createdBy, made.createdAt],
    [before.version + 1, operator.name, door.platform.clock.now().toISOString()],
  );
  assert.deepEqual((await policyOf(yamato)).document, changed);
  const { items } = await call()(routes.listPolicyVersions, { params: { policyId: before.policyId } });
  assert.deepEqual(
    items.map(({ version }) => version),
    [before.version + 1, before.version],
  );
  const old = await door.platform.database.asProvider((tx) =>
    tx.one(
      sql<{
        document: PolicyDocument;
      }>`select document from policies_version where policy_id = ${before.policyId} and version = ${before.version}`,
    ),
  );
  assert.deepEqual(old.document, before.document);
  const audit = await call()(routes.listAudit, { query: { target: `policy:${before.policyId}` } });
  assert.deepEqual(audit.items[0]?.facts, { version: made.version, reason: 'maintenance' });
});

test('rules of others are asked for by the policy’s document, kept by one that only switches, and taken back by null', async () => {
  const kawa = await door.makeAccount('Kawa');
  const intrusionOf = async () => (await policyOf(kawa)).document.modules.intrusion;
  const put = async (intrusion: PolicyDocument['modules']['intrusion']) => {
    const { policyId, version, document } = await policyOf(kawa);
    await update(policyId, version, { ...document, modules: { ...document.modules, intrusion } });
  };
  const wanted = { url: 'https://mirror.example/emerging.rules.tar.gz', everyHours: 12 };
  await put({ state: 'on', communityRules: wanted });
  const compiled = (await intrusionOf()) as IntrusionPolicy;
  assert.deepEqual([compiled.communityRules, compiled.state], [wanted, 'prevent']);
  await put({ ...compiled, communityRules: { everyHours: 48 } });
  assert.deepEqual(((await intrusionOf()) as IntrusionPolicy).communityRules, { everyHours: 48 });
  await put({ state: 'off' });
  assert.deepEqual(await intrusionOf(), { state: 'off', rules: [] });
  await put({ state: 'on' });
  assert.deepEqual(((await intrusionOf()) as IntrusionPolicy).communityRules, { everyHours: 48 });
  await put({ state: 'on', communityRules: null });
  assert.deepEqual(await intrusionOf(), compiledWithout(compiled));
});

const compiledWithout = ({ communityRules: _, ...rest }: IntrusionPolicy): IntrusionPolicy => rest;

test('no role of the manager can change or remove a version', async () => {
  const { policyId } = await policyOf(yamato);
  for (const statement of [
    sql`update policies_version set reason = 'x' where policy_id = ${policyId}`,
    sql`delete from policies_version where policy_id = ${policyId}`,
  ])
    for (const work of [
      () => door.platform.database.as(yamato, (tx) => tx.run(statement)),
      () => door.platform.database.asProvider((tx) => tx.run(statement)),
    ])
      await assert.rejects(work, (error) => error instanceof pg.DatabaseError && error.code === '42501');
});

test('409 version_conflict: two people who change the same version, one after the other or at once', async () => {
  const { policyId, version, document } = await policyOf(yamato);
  const outcomes = await Promise.all(
    [1, 2, 3].map((turn) =>
      update(policyId, version, { ...document, heartbeatSeconds: 100 + turn }).then(
        ({ version: made }) => made,
        (error: { code: string }) => error.code,
      ),
    ),
  );
  assert.deepEqual(outcomes.sort(), [version + 1, 'version_conflict', 'version_conflict']);
  await refusedWith(update(policyId, version, document), 'version_conflict');
  await refusedWith(update(policyId, version + 7, document), 'version_conflict');
  assert.equal((await policyOf(yamato)).version, version + 1);
});

test('400, 404: a document that is no policy, a change without a reason, a policy that is not there', async () => {
  const { policyId, version, document } = await policyOf(yamato);
  await refusedWith(update(policyId, version, { ...document, heartbeatSeconds: 0 }), 'malformed');
  await refusedWith(update(policyId, version, { ...document, modules: {} as PolicyDocument['modules'] }), 'malformed');
  const body = { basedOnVersion: version, document, reason: '  ' };
  await refusedWith(call()(routes.updatePolicy, { params: { policyId }, body }), 'malformed');
  await refusedWith(update('019ab000-0000-7000-8000-000000000000', 1, document), 'not_found');
});

test('S12: a customer reads the policies of its own account, none of others, and writes none', async () => {
  const musashi = await door.makeAccount('Musashi');
  const [mine, theirs] = [await policyOf(musashi), await policyOf(yamato)];
  const customer = door.service.as(actorOf('customer-admin', musashi));
  assert.deepEqual(
    (await customer(routes.listPolicies)).items.map(({ accountId, name }) => [accountId, name]),
    [
      [musashi, 'Linux Server'],
      [musashi, 'Base Policy'],
    ],
  );
  assert.deepEqual((await customer(routes.listPolicies, { query: { accountId: yamato } })).items, []);
  assert.equal((await customer(routes.getPolicy, { params: { policyId: mine.policyId } })).version, 1);
  await refusedWith(customer(routes.getPolicy, { params: { policyId: theirs.policyId } }), 'not_found');
  await refusedWith(customer(routes.listPolicyVersions, { params: { policyId: theirs.policyId } }), 'not_found');
  for (const { policyId, version, document } of [mine, theirs])
    await refusedWith(
      customer(routes.updatePolicy, { params: { policyId }, body: { basedOnVersion: version, document, reason: 'x' } }),
      'forbidden',
    );
  const bound = door.service.as({ ...operator, accountId: musashi });
  const body = { basedOnVersion: theirs.version, document: theirs.document, reason: 'x' };
  await refusedWith(bound(routes.updatePolicy, { params: { policyId: theirs.policyId }, body }), 'not_found');
});
