import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { routes } from '@sakimori/contract';
import { type ApiObject, type Operation, operations } from '@sakimori/contract/workload-security/index';
import { type Driver, type Ids, pathOf, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { each, harmlessBody, idIn, idsFor, itemsOf, makeWorld, startWorkload, type Workload } from './world.ts';

/** Who may do what: every operation is walked without a key, with a wrong one, and with a key that may only read. */
let workload: Workload;
let api: Driver;
let ids: Ids;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids = await makeWorld(api, 'access');
});
after(() => workload?.system.stop());

/** Refused to everybody (S13). */
const isApplicationControl = ({ path }: Operation) => /^\/(rulesets|software|applicationcontrol)/.test(path);
const isRead = ({ method, path }: Operation) => method === 'GET' || path.endsWith('/search');

test('no operation answers without a key, with a wrong key, or with something that is no key', async () => {
  const wrong: Record<string, string | undefined>[] = [
    { 'api-secret-key': undefined },
    { 'api-secret-key': '2:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' },
    { 'api-secret-key': '' },
    { 'api-secret-key': 'nobody', Authorization: `Bearer ${workload.system.adminKey}` },
    { 'api-secret-key': undefined, Authorization: 'Basic YTpi' },
  ];
  await each(operations, async (operation) => {
    const own = idsFor(operation, ids);
    for (const headers of wrong) {
      const answer = await api.ask(operation.id, own, { headers, body: harmlessBody(operation, own) });
      const message = refusalOf(answer, 401, `${operation.id} ${JSON.stringify(headers)}`);
      assert.match(message, /Invalid API Key/i, operation.id);
    }
  });
  assert.equal(itemsOf('listPolicies', await api.call('listPolicies')).length > 0, true, 'nothing was deleted');
});

test('a key of the service API is none of this API, and the other way round', async () => {
  const provider = await api.as(workload.system.adminKey).ask('listPolicies');
  assert.ok([401, 403].includes(provider.status), provider.text);
  const answer = await fetch(`${workload.system.service}/accounts`, {
    headers: { authorization: `Bearer ${api.key}` },
  });
  assert.equal(answer.status, 401);
});

test('S12, in part: a service key of the customer reads this API and changes nothing in it', async () => {
  const { items } = await workload.system.admin(routes.listAccounts);
  const body = { name: 'customer', role: 'customer-admin' as const, accountId: items[0]!.id };
  const customer = api.as((await workload.system.admin(routes.createKey, { body })).secret);
  assert.ok(itemsOf('listPolicies', await customer.call('listPolicies')).length > 0);
  await customer.call('describeComputer', { computerID: ids['computerID']! });
  await customer.refused(403, 'createPolicy', {}, { body: { name: 'by the customer' } });
  await customer.refused(403, 'modifyComputer', { computerID: ids['computerID']! }, { body: { policyID: 0 } });
  await customer.refused(403, 'deletePolicy', { policyID: ids['policyID']! });
  await customer.refused(403, 'createApiKey', {}, { body: { keyName: 'more', roleID: 1 } });
});

test('the key may come as Authorization: ApiKey, as the cloud flavour of the SDK sends it', async () => {
  const headers = { 'api-secret-key': undefined, Authorization: `ApiKey ${api.key}` };
  itemsOf('listPolicies', await api.call('listPolicies', {}, { headers }));
});

test('an auditor reads everything and changes nothing', async () => {
  const [auditor] = itemsOf(
    'searchAdministratorRoles',
    await api.call(
      'searchAdministratorRoles',
      {},
      {
        body: { searchCriteria: [{ fieldName: 'name', stringTest: 'equal', stringValue: 'Auditor' }] },
      },
    ),
  );
  const body = { keyName: 'auditor', roleID: auditor!['ID'], locale: 'en-US' };
  const { secretKey } = await api.call('createApiKey', {}, { body });
  const reader = api.as(secretKey as string);
  await each(operations, async (operation) => {
    const own = idsFor(operation, ids);
    if (/targetCertificate|CurrentApi/.test(operation.id) || isApplicationControl(operation)) return;
    const make = bodyOf[operation.id];

    const sending = { body: make ? make('by the auditor', ids) : harmlessBody(operation, own) };
    const answer = await reader.ask(operation.id, own, sending);
    if (isRead(operation)) {
      const isThere = !/\{/.test(operation.path) || !pathOf(operation.path, own).split('/').includes('0');
      assert.equal(answer.status, isThere ? 200 : 404, `${operation.id}: ${answer.text.slice(0, 200)}`);
    } else if (operation.id !== 'generateAgentDeploymentScript') {
      assert.match(refusalOf(answer, 403, operation.id), /^Not authorized to /, operation.id);
    }
  });
  for (const operation of operations.filter(({ id }) => /^describe\w+$/.test(id) && id !== 'describeCurrentApiKey')) {
    const own = idsFor(operation, ids);
    const answer = await api.ask(operation.id, own);
    assert.ok(answer.status === 200 || pathOf(operation.path, own).split('/').includes('0'), operation.id);
  }
});

test('a locked key and an expired one are refused with 403, a deleted one with 401', async () => {
  const make = async (more: ApiObject) => {
    const body = { keyName: `key ${JSON.stringify(more)}`, roleID: ids['roleID'], locale: 'en-US', ...more };
    return api.call<{ ID: number; secretKey: string }>('createApiKey', {}, { body });
  };
  const locked = await make({ active: true });
  await api.as(locked.secretKey).call('listPolicies');
  await api.call('modifyApiKey', { apiKeyID: locked.ID }, { body: { active: 'false' } });
  await api.as(locked.secretKey).refused(403, 'listPolicies');
  await api.call('modifyApiKey', { apiKeyID: locked.ID }, { body: { active: true } });
  await api.as(locked.secretKey).call('listPolicies');
  const expired = await make({ expiryDate: Date.now() + 1200 });
  await api.as(expired.secretKey).call('listPolicies');
  await new Promise((done) => setTimeout(done, 1300));
  await api.as(expired.secretKey).refused(403, 'listPolicies');
  const deleted = await make({});
  await api.call('deleteApiKey', { apiKeyID: deleted.ID });
  assert.match(await api.as(deleted.secretKey).refused(401, 'listPolicies'), /Invalid API Key/i);
});

test('the secret of a key is shown once: when it is made and when it is made anew', async () => {
  const created = await api.call('createApiKey', {}, { body: { keyName: 'once', roleID: '2', locale: 'en-US' } });
  const id = { apiKeyID: idIn(created) };
  assert.match(String(created['secretKey']), /^\S{20,}$/);
  assert.equal(created['roleID'], 2);
  assert.equal((await api.call('describeApiKey', id))['secretKey'], undefined);
  for (const key of itemsOf('listApiKeys', await api.call('listApiKeys'))) assert.equal(key['secretKey'], undefined);
  const fresh = await api.call('replaceApiSecretKey', id);
  assert.notEqual(fresh['secretKey'], created['secretKey']);
  await api.as(created['secretKey'] as string).refused(401, 'listPolicies');
  await api.as(fresh['secretKey'] as string).call('listPolicies');
});

test('nobody gives a key or a person more than the giver may do', async () => {
  const rights = { platformRights: { apikeyRights: { canCreateNewApiKeys: true, canEditApiKeyProperties: true } } };
  const role = await api.call('createAdministratorRole', {}, { body: { name: 'makes keys', rights } });
  const { secretKey } = await api.call('createApiKey', {}, { body: { keyName: 'maker', roleID: role['ID'] } });
  const maker = api.as(secretKey as string);
  await maker.refused(403, 'createApiKey', {}, { body: { keyName: 'stronger', roleID: 1, locale: 'en-US' } });
  await maker.refused(403, 'modifyCurrentApiKey', {}, { body: { roleID: 1 } });
  await maker.refused(403, 'createPolicy', {}, { body: { name: 'not allowed' } });
});
