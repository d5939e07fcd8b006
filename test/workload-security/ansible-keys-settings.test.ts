import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type Ansible, createAnsible } from './ansible.ts';
import { startWorkload, type Workload } from './world.ts';

/** The collection's modules for API keys and system settings, which hold the answers to their own lists of names. */
let workload: Workload;
let ansible: Ansible;

before(async () => {
  workload = await startWorkload();
  ansible = createAnsible(workload.api, { path: '/apikeys', list: 'apiKeys', overlooks: [] });
});
after(() => workload?.system.stop());

const keyNames = [
  'keyName',
  'description',
  'ID',
  'locale',
  'roleID',
  'timeZone',
  'active',
  'created',
  'lastSignIn',
  'unlockTime',
  'unsuccessfulSignInAttempts',
  'expiryDate',
  'secretKey',
  'serviceAccount',
];

/** The module renames what it knows and has a value, then refuses every name that is left. */
function checkKey(key: ApiObject): void {
  for (const [name, value] of Object.entries(key)) {
    assert.ok(keyNames.includes(name), `the module does not know ${name}`);
    const survives = Boolean(value) || value === 0 || value === false || name === 'description';
    assert.ok(survives, `${name} is ${JSON.stringify(value)}: the module would not rename it`);
  }
  assert.ok(['en-US', 'ja-JP'].includes(String(key['locale'])));
}

test('API keys: made, found again, gathered, given a new secret, deleted', async () => {
  const { request } = ansible;
  const find = async (name: string) => {
    const searchCriteria = [{ fieldName: 'keyName', stringTest: 'equal', stringValue: name }];
    return ((await request('POST', '/apikeys/search', { searchCriteria })).response['apiKeys'] as ApiObject[])[0];
  };
  for (const name of ['test_apiKeys_1', 'test_apiKeys_2']) {
    assert.equal(await find(name), undefined);
    const want = { keyName: name, description: 'test API keys', active: true, roleID: 1, locale: 'en-US' };
    const { response } = await request('POST', '/apikeys', want);
    assert.equal(response['message'], undefined, JSON.stringify(response));
    checkKey(response);
    for (const [property, value] of Object.entries(want)) assert.equal(response[property], value);
  }
  const found = (await find('test_apiKeys_1'))!;
  checkKey(found);
  assert.deepEqual((await request('GET', `/apikeys/${found['ID']}`)).response, found, 'found and read are the same');
  const all = (await request('POST', '/apikeys/search')).response['apiKeys'] as ApiObject[];
  assert.ok(all.length >= 3);
  all.forEach(checkKey);
  const fresh = await request('POST', `/apikeys/${found['ID']}/secretkey`, {
    keyName: 'test_apiKeys_1',
    secretKey: 'test_secret',
  });
  checkKey(fresh.response);
  assert.ok(![undefined, 'test_secret'].includes(fresh.response['secretKey'] as string));
  for (const name of ['test_apiKeys_1', 'test_apiKeys_2']) {
    const { response } = await request('DELETE', `/apikeys/${(await find(name))!['ID']}`);
    assert.equal(response['message'], undefined);
    assert.equal(await find(name), undefined);
  }
});

const settings = {
  platformSettingAgentInitiatedActivationPolicyId: '12',
  firewallSettingIntranetConnectivityTestUrl: 'http://intra.example/',
  platformSettingEventForwardingSnsAdvancedConfigEnabled: 'true',
};
const defaults = {
  platformSettingAgentInitiatedActivationPolicyId: '',
  firewallSettingIntranetConnectivityTestUrl: '',
  platformSettingEventForwardingSnsAdvancedConfigEnabled: 'false',
};

test('system settings: set together and alone, read, reset to what the module takes for the default', async () => {
  const { request } = ansible;
  const read = async () => (await request('GET', '/systemsettings')).response as Record<string, { value: string }>;
  const values = async () => {
    const all = await read();
    return Object.fromEntries(Object.keys(settings).map((name) => [name, all[name]?.value]));
  };
  assert.deepEqual(await values(), defaults);
  const asSent = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, { value }]));
  const set = await request('POST', '/systemsettings', asSent);
  assert.deepEqual([set.code, set.response['message']], [200, undefined], JSON.stringify(set.response).slice(0, 300));
  assert.deepEqual(await values(), settings);
  for (const [name, value] of Object.entries(settings))
    assert.deepEqual((await request('GET', `/systemsettings/${name}`)).response, { value });
  const alone = await request('POST', '/systemsettings/platformSettingAgentInitiatedActivationPolicyId', {
    value: '13',
  });
  assert.deepEqual(alone.response, { value: '13' });
  for (const [name, value] of Object.entries(defaults))
    assert.deepEqual((await request('DELETE', `/systemsettings/${name}`)).response, { value }, `reset ${name}`);
  assert.deepEqual(await values(), defaults);
});

test('S25, in part: a system setting that nobody carries out is refused in a sentence that the module shows', async () => {
  const { request } = ansible;
  for (const [name, value] of [
    ['platformSettingSyslogConfigId', '12'],
    ['platformSettingDemoModeEnabled', 'true'],
  ] as const) {
    const { code, response } = await request('POST', '/systemsettings', { [name]: { value } });
    assert.equal(code, 400);
    assert.match(String(response['message']), new RegExp(`^.*${name} cannot be changed here`));
  }
});

test('system settings: all of them, sent back as they were read, change nothing', async () => {
  const { request } = ansible;
  const { response: all } = await request('GET', '/systemsettings');
  assert.ok(Object.keys(all).length >= 207, `${Object.keys(all).length} settings`);
  for (const [name, { value }] of Object.entries(all as Record<string, { value: unknown }>))
    assert.equal(typeof value, 'string', name);
  assert.match(
    (all as Record<string, { value: string }>)['platformSettingDsmAsXbcAgentFeatureEnabled']?.value ?? 'false',
    /^(true|false)$/,
  );
  assert.equal((await request('POST', '/systemsettings', all)).code, 200);
  assert.deepEqual((await request('GET', '/systemsettings')).response, all);
});

test("a wrong key is refused with a JSON object, as the module's blind reading needs it", async () => {
  const wrong = createAnsible(workload.api.as('2:wrong'), { path: '/apikeys', list: 'apiKeys', overlooks: [] });
  const { code, response } = await wrong.request('POST', '/apikeys/search');
  assert.equal(code, 401);
  assert.match(String(response['message']), /Invalid API Key/i);
});
