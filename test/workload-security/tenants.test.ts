import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import type { Driver } from './driver.ts';

/** Tenants, for the provider's own keys: an account by another name. */
let here: ManagerInProcess;
let provider: Driver;
let tenant: Driver;
before(async () => {
  here = await startManagerInProcess();
  tenant = (await here.makeAccount('first')).api;
  provider = tenant.as(here.adminKey);
});
after(() => here?.stop());

const tenantsOf = async (operation = 'listTenants', body?: ApiObject) =>
  (await provider.call<{ tenants: ApiObject[] }>(operation, {}, { body })).tenants;

test('a tenant that is made is an account under the smallest plan, with the shipped policies and a number that stays', async () => {
  const administrator = {
    username: 'admin',
    password: 'Himitsu-7-himitsu',
    emailAddress: 'admin@example.jp',
    roleID: 1,
  };
  const body = { name: 'Yamato', locale: 'ja-JP', description: 'x', modulesVisible: ['firewall'], administrator };
  const made = await provider.call('createTenant', {}, { body, query: { confirmationRequired: false } });
  const { items } = await here.admin(routes.listAccounts, {});
  const account = items.find(({ name }) => name === 'Yamato')!;
  assert.deepEqual(
    [account.plan, account.customerName, account.id],
    ['standard', 'Yamato', String(made['guid']).toLowerCase()],
  );
  assert.deepEqual(
    [made['tenantState'], made['modulesVisible']],
    ['active', ['all']],
    'what it is, not what was asked for',
  );
  const tenantID = made['ID'] as number;
  assert.deepEqual(await provider.call('describeTenant', { tenantID }), made);
  assert.deepEqual(
    (await tenantsOf()).map(({ name }) => name),
    ['first', 'Yamato'],
  );
  const search = { searchCriteria: [{ fieldName: 'name', stringValue: 'Yama%' }] };
  assert.deepEqual(await tenantsOf('searchTenants', search), [made]);
  const key = await provider.call('generateTenantApiSecretKey', { tenantID }, { body: { keyName: 'theirs' } });
  assert.deepEqual([key['keyName'], key['roleID']], ['theirs', 1]);
  const theirs = provider.as(key['secretKey'] as string);
  const { policies } = await theirs.call<{ policies: ApiObject[] }>('listPolicies');
  assert.ok(policies.some(({ name }) => name === 'Base Policy'));
  const { administrators } = await theirs.call<{ administrators: ApiObject[] }>('listAdministrators');
  assert.deepEqual(
    administrators.map(({ username, emailAddress }) => [username, emailAddress]),
    [['admin', 'admin@example.jp']],
  );
  assert.equal((await here.audit(account.id, 'apikey.created'))[0]!.facts['name'], 'theirs');
  assert.match(await provider.refused(400, 'createTenant', {}, { body }), /already exists/);
  assert.match(
    await provider.refused(400, 'generateTenantApiSecretKey', { tenantID }, { body: { keyName: 'theirs' } }),
    /already exists/,
  );
  await provider.refused(400, 'generateTenantApiSecretKey', { tenantID }, { body: { keyName: 'x', roleID: 77 } });
  await provider.refused(400, 'generateTenantApiSecretKey', { tenantID }, { body: {} });
  await provider.refused(400, 'createTenant', {}, { body: { name: ' ' } });
});

test('what an account has no place for is refused, and what changes nothing is not', async () => {
  const [first] = await tenantsOf();
  const tenantID = first!['ID'] as number;
  assert.deepEqual(await provider.call('modifyTenant', { tenantID }, { body: first }), first);
  for (const body of [
    { name: 'renamed' },
    { tenantState: 'suspended' },
    { modulesVisible: ['firewall'] },
    { locale: 'en-US' },
  ])
    assert.match(await provider.refused(400, 'modifyTenant', { tenantID }, { body }), /cannot be changed here/);
  assert.match(await provider.refused(400, 'deleteTenant', { tenantID }), /provider’s process/);
  for (const operation of ['describeTenant', 'modifyTenant', 'deleteTenant'])
    await provider.refused(404, operation, { tenantID: 4711 }, operation === 'modifyTenant' ? { body: {} } : {});
  await provider.refused(400, 'describeTenant', { tenantID: 'x' });
  assert.deepEqual(await provider.call('listScripts'), { scripts: [] });
});

test('only the provider’s administrators and operators have tenants', async () => {
  const keys = await Promise.all(
    (['operator', 'soc-analyst', 'service-manager'] as const).map((role) =>
      createKeyFor(here.platform, { name: role, role }),
    ),
  );
  const [operator, ...others] = keys.map((key) => provider.as(key));
  await operator!.call('listTenants');
  for (const other of [...others, tenant]) {
    await other.refused(403, 'listTenants');
    await other.refused(403, 'createTenant', {}, { body: { name: 'x' } });
    await other.refused(403, 'listScripts');
  }
  await provider.as('2:unknown').refused(401, 'listTenants');
  await provider.refused(403, 'listPolicies');
});
