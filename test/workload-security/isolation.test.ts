import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, type Operation, operations } from '@sakimori/contract/workload-security/index';
import { type Driver, type Ids, pathOf, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { each, harmlessBody, idsFor, itemsOf, makeWorld, startWorkload, type Workload } from './world.ts';

/**
 * Two accounts of one manager. The first has one object of every kind; a key of the second, with every right, asks every operation for them: it
 * finds nothing, learns nothing and changes nothing.
 */
let workload: Workload;
let theirs: Driver;
let ours: Driver;
let ids: Ids;
let ourTenant: ApiObject;

before(async () => {
  workload = await startWorkload();
  theirs = workload.api;
  // Twice, so that the numbers are beyond those that the second account gives itself.
  await makeWorld(theirs, 'himitsu-first');
  ids = await makeWorld(theirs, 'himitsu');
  const provider = theirs.as(workload.system.adminKey);
  ourTenant = await provider.call('createTenant', {}, { query: { confirmationRequired: false }, body: tenantBody });
  const key = { keyName: 'ours', roleID: 1, locale: 'en-US', timeZone: 'Asia/Tokyo' };
  const { secretKey } = await provider.call(
    'generateTenantApiSecretKey',
    { tenantID: ourTenant['ID'] as number },
    { body: key },
  );
  ours = theirs.as(secretKey as string);
});
after(() => workload?.system.stop());

const tenantBody = {
  name: 'Ours',
  locale: 'en-US',
  description: 'Test tenant.',
  modulesVisible: ['anti-malware', 'firewall', 'intrusion-prevention'],
  administrator: {
    username: 'TenantAdmin',
    password: 'Pas$w0rd-of-a-tenant',
    emailAddress: 'example@example.com',
    receiveNotifications: 'false',
    roleID: 1,
  },
};

const describes = operations.filter(
  ({ method, path }) => method === 'GET' && /\}$/.test(path) && !/\{name\}$/.test(path),
);

/** All that can be described of the first account, as it is now. */
async function everything(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  await each(describes, async (operation) => {
    const { status, body } = await theirs.ask(operation.id, idsFor(operation, ids));
    const { lastSignIn: _, ...rest } = (body ?? {}) as ApiObject;
    all[operation.id] = { status, ...rest };
  });
  const settings = ['listDefaultSettings', 'listSystemSettings', 'listPolicies', 'listComputers', 'listApiKeys'];
  for (const id of settings) all[id] = JSON.stringify(await theirs.call(id)).replace(/"lastSignIn":\d+,?/g, '');
  return all;
}

const isForeign = ({ path }: Operation) => [...path.matchAll(/\{(\w+)\}/g)].some(([, name]) => name !== 'name');
/** Objects that come with every account have the same numbers in each. */
const isShipped = (operation: Operation) => /agentVersionControl|ReportTemplate/i.test(operation.id);

test('S41: with every right of one account nothing of another one is found or changed', async () => {
  const before = await everything();
  const walked = operations.filter((operation) => isForeign(operation) && !isShipped(operation));
  assert.ok(walked.length > 150);
  await each(walked, async (operation) => {
    const own = idsFor(operation, ids);
    const query = operation.id === 'createRuleset' ? { softwareinventoryid: ids['softwareInventoryID']! } : {};
    for (const body of [
      harmlessBody(operation, ids),
      { name: 'taken over', description: 'taken over', ruleIDs: [1], value: 'taken over' },
    ]) {
      const answer = await ours.ask(operation.id, own, { query, ...(operation.body ? { body } : {}) });
      refusalOf(answer, 404, `${operation.id} ${pathOf(operation.path, own)}`);
      assert.doesNotMatch(answer.text, /himitsu/);
    }
  });
  assert.deepEqual(await everything(), before);
});

test('S41: nothing that lists or searches shows anything of another account', async () => {
  const readers = operations.filter(
    (operation) => !isForeign(operation) && (operation.method === 'GET' || operation.path.endsWith('/search')),
  );
  await each(readers, async (operation) => {
    if (operation.id === 'targetCertificate') return;
    const wild = operation.path.endsWith('/search')
      ? [undefined, { searchCriteria: [{ fieldName: 'name', stringValue: '%himitsu%' }] }]
      : [undefined];
    for (const body of wild) {
      const answer = await ours.ask(operation.id, idsFor(operation, ids), { body });
      assert.ok([200, 400].includes(answer.status), `${operation.id}: ${answer.status} ${answer.text.slice(0, 200)}`);
      assert.doesNotMatch(answer.text, /himitsu/, operation.id);
    }
  });
  const computers = itemsOf('listComputers', await ours.call('listComputers'));
  assert.deepEqual(computers, []);
});

test('S41: a reference to an object of another account is one to nothing', async () => {
  const references: [string, ApiObject][] = [
    ['createComputer', { hostName: 'ours', policyID: ids['policyID'] }],
    ['createComputer', { hostName: 'ours', groupID: ids['computerGroupID'] }],
    ['createPolicy', { name: 'ours', parentID: ids['policyID'] }],
    ['createPolicy', { name: 'ours too', firewall: { ruleIDs: [ids['firewallRuleID']] } }],
    ['createApiKey', { keyName: 'ours too', roleID: ids['roleID'] }],
    ['createContact', { ...bodyOf['createContact']!('ours', ids) }],
    ['createSoftwareInventory', { computerID: ids['computerID'] }],
  ];
  for (const [operation, body] of references) {
    const answer = await ours.ask(operation, {}, { body });
    assert.ok(
      [400, 404].includes(answer.status),
      `${operation} ${JSON.stringify(body)}: ${answer.status} ${answer.text.slice(0, 200)}`,
    );
  }
  const bulk = await ours.ask('deleteComputers', {}, { body: { ids: [ids['computerID']] } });
  assert.ok([200, 204, 400, 404].includes(bulk.status), bulk.text);
  await theirs.call('describeComputer', { computerID: ids['computerID']! });
});

test('settings, names and keys of one account are its own', async () => {
  const name = 'platformSettingAgentInitiatedActivationPolicyId';
  await ours.call('modifySystemSetting', { name }, { body: { value: '7' } });
  assert.deepEqual(await theirs.call('describeSystemSetting', { name }), { value: '' });
  const setting = { name: 'firewallSettingReconnaissanceEnabled' };
  const before = await theirs.call('describeDefaultSetting', setting);
  await ours.call('modifyDefaultSetting', setting, { body: { value: before['value'] === 'true' ? 'false' : 'true' } });
  assert.deepEqual(await theirs.call('describeDefaultSetting', setting), before);
  await ours.call('createPolicy', {}, { body: { name: 'himitsu-Policy' } });
  const [shipped] = itemsOf('listPolicies', await ours.call('listPolicies'));
  await ours.call('modifyPolicy', { policyID: shipped!['ID'] as number }, { body: { description: 'changed by us' } });
  assert.doesNotMatch(JSON.stringify(await theirs.call('listPolicies')), /changed by us/);
});

test('tenants: the provider makes, lists and describes them and gives keys for them; no account may', async () => {
  const provider = theirs.as(workload.system.adminKey);
  const tenantID = ourTenant['ID'] as number;
  assert.equal((await provider.call('describeTenant', { tenantID }))['tenantState'], 'active');
  const tenants = (await provider.call('listTenants'))['tenants'] as ApiObject[];
  assert.ok(tenants.some(({ ID, name }) => ID === tenantID && name === 'Ours'));
  for (const key of [theirs, ours]) {
    await key.refused(403, 'listTenants');
    await key.refused(403, 'describeTenant', { tenantID });
    await key.refused(403, 'createTenant', {}, { body: { ...tenantBody, name: 'Not theirs' } });
    await key.refused(403, 'generateTenantApiSecretKey', { tenantID }, { body: { keyName: 'stolen', roleID: 1 } });
  }
  const states = await ours.call('listComputers', {}, { query: { expand: ['intrusionPrevention'], overrides: false } });
  itemsOf('listComputers', states);
  const [base] = itemsOf(
    'searchPolicies',
    await ours.call(
      'searchPolicies',
      {},
      { body: { searchCriteria: [{ fieldName: 'name', stringValue: '%Base Policy%' }] } },
    ),
  );
  const body = {
    name: 'Test Policy',
    description: 'Inherits from Base Policy',
    autoRequiresUpdate: 'on',
    parentID: base!['ID'],
  };
  assert.equal((await ours.call('createPolicy', {}, { body, query: { overrides: false } }))['parentID'], base!['ID']);
});
