import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import {
  type ApiObject,
  isModel,
  propertiesOf,
  settingSupport,
  typeOf,
} from '@sakimori/contract/workload-security/index';
import { type Driver, type Ids, operationOf, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { each, idIn, itemsOf, makeable, makeOne, makeWorld, startWorkload, type Workload } from './world.ts';

/** What is inside of bodies: values of the wrong kind, references to nothing, names that are taken, changes at the same moment. */
let workload: Workload;
let api: Driver;
let ids: Ids;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids = await makeWorld(api, 'bodies');
});
after(() => workload?.system.stop());

test('a value of the wrong kind is refused by name, or overlooked where the server sets it; it never breaks anything', async () => {
  let refused = 0;
  await each(makeable, async ({ id, body: model }) => {
    for (const [name, property] of Object.entries(propertiesOf(model!))) {
      const { item } = typeOf(property);
      const wrong = isModel(item) ? 5 : item === 'bool' ? 'perhaps' : property.enum ? 'no-such-choice' : { wrong: [1] };
      const body = { ...bodyOf[id]!(`wrong ${id} ${name}`, ids), [name]: wrong };
      const answer = await api.ask(id, ids, { body });
      if (answer.status === 400) {
        assert.match(refusalOf(answer, 400, `${id} ${name}`), new RegExp(name), `the message names ${name}`);
        refused += 1;
      } else {
        assert.equal(answer.status, 200, `${id} with a wrong ${name}: ${answer.status} ${answer.text.slice(0, 200)}`);
        assert.notDeepEqual((answer.body as ApiObject)[name], wrong, `${id} keeps a wrong ${name}`);
      }
    }
  });
  assert.ok(refused > 250, `${refused} refused`);
});

test('null says nothing, or clears; it is never shown', async () => {
  const { ID } = await api.call(
    'createPolicy',
    {},
    { body: { name: 'with nulls', description: null, parentID: null, firewall: null } },
  );
  const changed = await api.call(
    'modifyPolicy',
    { policyID: ID as number },
    { body: { description: null, intrusionPrevention: { state: null, ruleIDs: null } } },
  );
  assert.equal(changed['name'], 'with nulls');
  refusalOf(await api.ask('createPolicy', {}, { body: { name: null } }), 400, 'a policy without a name');
});

test('a reference to nothing is refused where it would be followed', async () => {
  const wrong: [string, ApiObject][] = [
    ['createComputer', { hostName: 'lost', policyID: 777_777 }],
    ['createComputer', { hostName: 'lost', groupID: 777_777 }],
    ['createPolicy', { name: 'lost', parentID: 777_777 }],
    ['createApiKey', { keyName: 'lost', roleID: 777_777 }],
    ['createAdministrator', { ...bodyOf['createAdministrator']!('lost', ids), roleID: 777_777 }],
    ['createComputerGroup', { name: 'lost', parentGroupID: 777_777 }],
    ['createSoftwareInventory', { computerID: 777_777 }],
  ];
  for (const [operation, body] of wrong) {
    const answer = await api.ask(operation, {}, { body });
    assert.ok(
      [400, 404].includes(answer.status),
      `${operation} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 200)}`,
    );
    refusalOf(answer, answer.status, operation);
  }
});

test('a name that is taken is refused with 400 and "already exists", on create and on rename', async () => {
  const named = makeable.filter(
    ({ body }) => 'name' in propertiesOf(body!) && !['DataCenterGateway', 'SoftwareInventory'].includes(body!),
  );
  await each(named, async ({ id, path }) => {
    const [first, second] = [await makeOne(api, id, 'taken', ids), await makeOne(api, id, 'free', ids)];
    const again = await api.ask(id, ids, { body: bodyOf[id]!(String(first['name']), ids) });
    assert.match(refusalOf(again, 400, `${id} twice`), /already exists/, id);
    const itself = `${path.replace('{policyID}', String(ids['policyID']))}/${idIn(second)}`;
    const renamed = await api.send('POST', itself, { body: { name: first['name'] } });
    assert.match(refusalOf(renamed, 400, `${id} renamed`), /already exists/, id);
    const same = await api.send('POST', itself, { body: { name: second['name'] } });
    assert.equal(same.status, 200, `${id} renamed to its own name: ${same.text}`);
  });
});

test('of twenty that take one name at the same moment one succeeds', async () => {
  for (const [operation, field] of [
    ['createPolicy', 'name'],
    ['createFirewallRule', 'name'],
    ['createDirectoryList', 'name'],
  ] as const) {
    const body = { ...bodyOf[operation]!('x', ids), [field]: 'all at once' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.ask(operation, {}, { body })));
    assert.equal(
      answers.filter(({ status }) => status === 200).length,
      1,
      `${operation}: ${answers.map(({ status }) => status).join()}`,
    );
    for (const answer of answers) if (answer.status !== 200) refusalOf(answer, 400, operation);
  }
});

test('changes at the same moment are all kept', async () => {
  const policyID = (await api.call('createPolicy', {}, { body: { name: 'busy' } }))['ID'] as number;
  const rules = itemsOf('listFirewallRules', await api.call('listFirewallRules'))
    .slice(0, 10)
    .map(({ ID }) => ID as number);
  // Of modules that are off nobody asks whether a value means anything.
  const settings = Object.entries(settingSupport)
    .filter(([name, { by }]) => by === 'agent' && /^(antiMalware|webReputation)/.test(name))
    .map(([name]) => name)
    .slice(0, 15);
  await Promise.all([
    ...rules.map((rule) => api.call('addFirewallRuleIdsToPolicy', { policyID }, { body: { ruleIDs: [rule] } })),
    ...settings.map((name) => api.call('modifyPolicySetting', { policyID, name }, { body: { value: `set ${name}` } })),
    api.call('modifyPolicy', { policyID }, { body: { description: 'described meanwhile' } }),
    api.call('modifyPolicy', { policyID }, { body: { firewall: { state: 'on' } } }),
  ]);
  const policy = await api.call('describePolicy', { policyID }, { query: { overrides: true } });
  const firewall = policy['firewall'] as { state: string; ruleIDs: number[] };
  assert.deepEqual(
    [...firewall.ruleIDs].sort((a, b) => a - b),
    [...rules].sort((a, b) => a - b),
  );
  assert.deepEqual([firewall.state, policy['description']], ['on', 'described meanwhile']);
  for (const name of settings)
    assert.deepEqual((policy['policySettings'] as ApiObject)[name], { value: `set ${name}` });
});

test('what is in use may not vanish from under its users', async () => {
  const computer = { computerID: ids['computerID']! };
  const uses: [string, Ids][] = [
    ['deletePolicy', { policyID: ids['policyID']! }],
    ['deleteComputerGroup', { computerGroupID: ids['computerGroupID']! }],
    ['deleteApplicationType', { applicationTypeID: ids['applicationTypeID']! }],
    ['deleteAdministratorRole', { roleID: ids['roleID']! }],
    ['deleteAdministratorRole', { roleID: 1 }],
  ];
  for (const [operation, own] of uses) {
    const answer = await api.ask(operation, own);
    assert.ok([200, 204, 400, 403, 409].includes(answer.status), `${operation}: ${answer.status} ${answer.text}`);
  }
  for (const [operation, own] of [
    ['describeComputer', computer],
    ['listComputers', {}],
    ['listIntrusionPreventionRules', {}],
    ['listApiKeys', {}],
    ['describeCurrentApiKey', {}],
  ] as const)
    await api.call(operation, own);
});

test('names in every script, long ones and empty ones', async () => {
  for (const name of [
    'サーバ保護ポリシー',
    'Ünïcödé',
    '🛡️ shield',
    'a\tb',
    '  padded  ',
    '<script>alert(1)</script>',
    "Robert'); DROP TABLE policies;--",
    '%s%n',
    'x'.repeat(254),
  ]) {
    const { ID, name: kept } = await api.call('createPolicy', {}, { body: { name } });
    assert.ok(kept === name || kept === name.trim(), name.slice(0, 40));
    assert.equal((await api.call('describePolicy', { policyID: ID as number }))['name'], kept);
  }
  for (const name of ['', '   ', 'x'.repeat(100_000)])
    refusalOf(await api.ask('createPolicy', {}, { body: { name } }), 400, `a name of ${name.length}`);
  assert.ok(operationOf('createPolicy'));
});
