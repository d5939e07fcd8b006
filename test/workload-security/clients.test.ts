import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, operations } from '@sakimori/contract/workload-security/index';
import type { Driver, Sending } from './driver.ts';
import { faultsOf } from './inventory.ts';
import { each, idIn, itemsOf, makeWorld, startWorkload, type Workload } from './world.ts';

/** Other public clients: a SOAR's integration, a tenant migration tool that cuts its answers as text, and curl in Terraform. */
let workload: Workload;
let api: Driver;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
});
after(() => workload?.system.stop());

/** The SOAR leaves out what is empty, and writes truths in small letters as text. */
const soar = (method: string, path: string, query: NonNullable<Sending['query']>, body?: unknown) =>
  api.send(method, path, {
    query,
    headers: {
      'Content-Type': body === undefined ? undefined : 'application/json',
      'User-Agent': 'python-requests/2.31.0',
    },
    ...(body === undefined ? {} : { body }),
  });
async function soarSays(
  method: string,
  path: string,
  query: NonNullable<Sending['query']>,
  body?: unknown,
): Promise<ApiObject> {
  const answer = await soar(method, path, query, body);
  assert.equal(answer.status, 200, `${method} ${path}: ${answer.text.slice(0, 300)}`);
  return answer.body as ApiObject;
}

test('a SOAR makes a computer, sets its rules, searches and forgets it', async () => {
  const none = { expand: ['none'] };
  const computer = await soarSays('POST', '/computers', none, { hostName: 'example_computer' });
  const { ID, hostGUID, ...rest } = computer;
  assert.match(String(hostGUID), /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  const asRecorded = {
    agentVersion: '0.0.0.0',
    description: '',
    displayName: '',
    groupID: 0,
    hostName: 'example_computer',
    lastIPUsed: '',
    platform: 'Unknown',
    relayListID: 0,
  };
  for (const [name, value] of Object.entries(asRecorded)) assert.equal(rest[name], value, name);
  const path = `/computers/${ID}/firewall/assignments`;
  assert.deepEqual((await soarSays('GET', path, {}))['assignedRuleIDs'], [], 'read without asking whether it is there');
  const rules = itemsOf('listFirewallRules', await soarSays('GET', '/firewallrules', {})).map(
    (rule) => rule['ID'] as number,
  );
  const [a, b, c] = rules as [number, number, number];
  assert.deepEqual((await soarSays('PUT', path, {}, { ruleIDs: [String(a), String(b)] }))['assignedRuleIDs'], [a, b]);
  assert.deepEqual((await soarSays('POST', path, {}, { ruleIDs: [c] }))['assignedRuleIDs'], [a, b, c]);
  await soarSays('DELETE', `${path}/${c}`, {});
  const criteria: ApiObject[] = [
    { fieldName: 'groupID', numericTest: 'equal', numericValue: 0 },
    { fieldName: 'ID', idTest: 'equal', idValue: ID },
    { fieldName: 'hostName', stringTest: 'equal', stringValue: 'example_computer' },
  ];
  for (const criterion of criteria) {
    const found = await soarSays(
      'POST',
      '/computers/search',
      {},
      { maxItems: 50, searchCriteria: [criterion], sortByObjectID: 'true' },
    );
    assert.deepEqual(
      itemsOf('searchComputers', found).map((one) => one['ID']),
      [ID],
      JSON.stringify(criterion),
    );
  }
  const choice = { fieldName: 'action', choiceTest: 'equal', choiceValue: 'allow' };
  for (const rule of itemsOf(
    'searchFirewallRules',
    await soarSays('POST', '/firewallrules/search', {}, { searchCriteria: [choice] }),
  ))
    assert.equal(rule['action'], 'allow');
  const truth = { fieldName: 'alertEnabled', booleanTest: 'equal', booleanValue: true };
  for (const rule of itemsOf(
    'searchFirewallRules',
    await soarSays('POST', '/firewallrules/search', {}, { searchCriteria: [truth] }),
  ))
    assert.equal(rule['alertEnabled'], true);
  const gone = await soar('DELETE', `/computers/${ID}`, {});
  assert.ok([200, 204].includes(gone.status));
});

test('a SOAR works on policies, groups and default settings', async () => {
  const policy = await soarSays(
    'POST',
    '/policies',
    { overrides: 'true' },
    { name: 'Example Policy', parentID: '1', description: 'Example policy description' },
  );
  const setting = `/policies/${policy['ID']}/settings/firewallSettingEngineOptionGenerateConnectionEventsUdpEnabled`;
  assert.deepEqual(await soarSays('GET', setting, {}), { value: 'false' });
  assert.deepEqual(await soarSays('POST', setting, {}, { value: 'true' }), { value: 'true' });
  assert.deepEqual(await soarSays('DELETE', setting, {}), { value: 'false' });
  const byDefault = '/policies/default/settings/antiMalwareSettingFileHashEnabled';
  const { value } = await soarSays('GET', byDefault, {});
  await soarSays('POST', byDefault, {}, { value: 'true' });
  assert.deepEqual(await soarSays('DELETE', byDefault, {}), { value });
  assert.deepEqual(faultsOf('DefaultPolicySettings', await soarSays('GET', '/policies/default', {})), []);
  const group = await soarSays(
    'POST',
    '/computergroups',
    {},
    { name: 'Example Computer Group', description: 'Example computer group description' },
  );
  assert.equal(group['type'], 'folder');
  const changed = await soarSays('POST', `/computergroups/${group['ID']}`, {}, { description: 'changed' });
  assert.deepEqual([changed['description'], changed['name']], ['changed', 'Example Computer Group']);
});

/** Between `"ID":` and the next brace, as the migration tool reads it. */
function cutId(text: string): number {
  const after = text.slice(text.indexOf('"ID"') + 4);
  return Number(after.slice(after.indexOf(':') + 1, after.indexOf('}', after.indexOf(':') + 1)));
}

test('the migration tool moves lists, schedules, contexts and stateful configurations from one account to another', async () => {
  for (const path of [
    '/portlists',
    '/maclists',
    '/iplists',
    '/statefulconfigurations',
    '/contexts',
    '/schedules',
    '/directorylists',
    '/filelists',
    '/fileextensionlists',
  ]) {
    const create = operations.find(({ method, path: own }) => method === 'POST' && own === path)!;
    const items = { '/portlists': ['8080'], '/maclists': ['00:00:5E:00:53:AF'], '/iplists': ['192.0.2.1'] }[path];
    const foreign = { name: `migrated ${path}`, ...(items ? { items } : {}), ID: 4242 };
    const search = { raw: `{"searchCriteria": [{"fieldName": "name","stringValue": "${foreign.name}"}]}` };
    const before = await api.send('POST', `${path}/search`, search);
    assert.equal(before.text.includes(foreign.name), false);
    const created = await api.send('POST', path, { body: foreign });
    assert.equal(created.status, 200, created.text);
    const id = idIn(created.body as ApiObject);
    assert.notEqual(id, 4242, `${create.id} gives an id of its own`);
    assert.equal(cutId(created.text), id, `${path}: the id is cut out of the text`);
    const found = await api.send('POST', `${path}/search`, search);
    assert.equal(cutId(found.text), id, `${path}: and out of a search`);
    const changed = await api.send('POST', `${path}/${id}`, { body: { ...foreign, description: 'again' } });
    assert.equal(cutId(changed.text), id);
    const twice = await api.send('POST', path, { body: foreign });
    assert.match((twice.body as { message: string }).message, /already exists/);
  }
});

test('everything that is described can be sent back as it is', async () => {
  const ids = await makeWorld(api, 'echo');
  const kinds = operations.filter(
    ({ method, path, body }) => method === 'POST' && body && /^\/\w+\/\{\w+\}$/.test(path),
  );
  await each(kinds, async ({ id, path }) => {
    const [, parameter] = /\{(\w+)\}/.exec(path)!;
    const itself = path.replace(/\{\w+\}/, String(parameter === 'ruleID' ? ids['globalRuleID'] : ids[parameter!]));
    if (itself.endsWith('/0')) return;
    const { body: before, status } = await api.send('GET', itself);
    if (status !== 200) return;
    const after = await api.send('POST', itself, { body: before });
    assert.equal(after.status, 200, `${id}: ${after.text.slice(0, 300)}`);
    const times = { lastUpdated: 0, lastSendPolicyRequest: 0, lastModified: 0, lastSignIn: 0 };
    assert.deepEqual({ ...(after.body as ApiObject), ...times }, { ...(before as ApiObject), ...times }, id);
  });
});

test('groups are paged and found by name and parent, as a merging script does it', async () => {
  const parent = await api.call('createComputerGroup', {}, { body: { name: 'Parent group' } });
  const body = { name: 'Child group', parentGroupID: parent['ID'] };
  const child = await api.call('createComputerGroup', {}, { body });
  assert.match(await api.refused(400, 'createComputerGroup', {}, { body }), /already exists/);
  const other = await api.call('createComputerGroup', {}, { body: { name: 'Child group' } });
  const searchCriteria = [
    { fieldName: 'name', stringTest: 'equal', stringValue: 'Child group' },
    { fieldName: 'parentGroupID', numericTest: 'equal', numericValue: parent['ID'] },
  ];
  const found = await api.call(
    'searchComputerGroups',
    {},
    { body: { maxItems: 2, searchCriteria, sortByObjectID: 'true' } },
  );
  assert.deepEqual(
    itemsOf('searchComputerGroups', found).map(({ ID }) => ID),
    [child['ID']],
  );
  assert.notEqual(other['ID'], child['ID']);
});

test('curl in Terraform: headers in any case, and numbers and truths as text', async () => {
  const headers = {
    'api-version': undefined,
    'Api-Version': 'v1',
    'api-secret-key': undefined,
    Authorization: `ApiKey ${api.key}`,
    'Content-Type': 'application/json;charset=utf-8',
  };
  const computer = await api.call('createComputer', {}, { headers, body: { hostName: 'curl' } });
  const body = {
    name: '__created_by_API_-Trigger_Recommendation_Scan',
    type: 'scan-for-recommendations',
    enabled: true,
    scheduleDetails: {
      timeZone: 'UTC',
      recurrenceType: 'none',
      recurrenceCount: 0,
      onceOnlyScheduleParameters: { startTime: 0 },
    },
    runNow: 'true',
    scanForRecommendationsTaskParameters: { computerFilter: { type: 'computer', computerID: String(computer['ID']) } },
  };
  const task = await api.call('createScheduledTask', {}, { headers, body });
  const { computerFilter } = task['scanForRecommendationsTaskParameters'] as { computerFilter: ApiObject };
  assert.deepEqual(computerFilter, { type: 'computer', computerID: computer['ID'] });
  const actions = [
    { type: 'activate', parameterValue: 2 },
    { type: 'assign-policy', parameterValue: 1 },
  ];
  const conditions = [{ field: 'tag', key: 'c1ws', value: 'enabled' }];
  const event = await api.call(
    'createEventBasedTask',
    {},
    { headers, body: { name: 'myEBT004', type: 'computer-created-by-system', enabled: true, actions, conditions } },
  );
  assert.deepEqual(
    [event['conditions'], (event['actions'] as ApiObject[]).map(({ type }) => type)],
    [conditions, ['activate', 'assign-policy']],
  );
});
