import assert from 'node:assert/strict';
import { Agent, request } from 'node:https';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { isCarriedOut } from '@sakimori/contract/workload-security/setting-support';
import { sql } from '@sakimori/manager/platform/index';
import { dropOldUsage } from '@sakimori/manager/workloadapi/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import { patience } from '../patience.ts';
import type { Driver } from './driver.ts';
import { idIn, itemsOf } from './world.ts';

/** What one account may cost the others: every number and size has an end, and a search has one too. */
let here: ManagerInProcess;
let api: Driver;
let accountId: string;

before(async () => {
  here = await startManagerInProcess();
  ({ api, accountId } = await here.makeAccount('limits'));
});
after(() => here?.stop());

/** Objects as if so many had been made before. */
async function fill(account: string, kind: string, count: number, data: string): Promise<void> {
  await here.platform.database.as(account, async (tx) => {
    await tx.run(sql`
      insert into configuration_object (tenant_id, kind, id, data, created_at, updated_at)
      select ${account}, ${kind}, n, replace(${data}, '#', n::text)::jsonb, now(), now() from generate_series(500000, 500000 + ${count}::int - 1) n`);
    await tx.run(sql`
      insert into configuration_account (tenant_id, revision) values (${account}, 1)
      on conflict (tenant_id) do update set revision = configuration_account.revision + 1`);
  });
}

test('of every kind an account has so many and no more', async () => {
  const kinds: [kind: string, count: number, create: string, body: ApiObject][] = [
    ['Policy', 1000, 'createPolicy', { name: 'one more' }],
    ['FirewallRule', 10_000, 'createFirewallRule', { name: 'one more' }],
    ['IpList', 5000, 'createIpList', { name: 'one more' }],
    ['Role', 500, 'createAdministratorRole', { name: 'one more' }],
    ['Contact', 2000, 'createContact', { name: 'one more', roleID: 1 }],
    ['ComputerGroup', 10_000, 'createComputerGroup', { name: 'one more' }],
    ['ScheduledTask', 1000, 'createScheduledTask', { name: 'one more', type: 'check-for-security-updates' }],
  ];
  for (const [kind, count, create, body] of kinds) {
    const { api: own, accountId: account } = await here.makeAccount(`many ${kind}`);
    await fill(account, kind, count, '{"name": "object #"}');
    assert.match(await own.refused(400, create, {}, { body }), /at most/, kind);
  }
});

test('an account has so many computers and no more', async () => {
  const { api: own, accountId: account } = await here.makeAccount('many computers');
  await here.platform.database.as(account, (tx) =>
    tx.run(sql`
      insert into configuration_computer (tenant_id, id, guid, host_name, created_at)
      select ${account}, n, gen_random_uuid(), 'host-' || n, now() from generate_series(500000, 599999) n`),
  );
  assert.match(await own.refused(400, 'createComputer', {}, { body: { hostName: 'one more' } }), /at most/);
});

test('an object, a computer’s own settings and a whole account have a size that they do not exceed', async () => {
  const long = 'x'.repeat(99_000);
  const many = (count: number) => Array.from({ length: count }, (_, n) => `/opt/${n}/${'y'.repeat(90)}`);
  const computerID = idIn(await api.call('createComputer', {}, { body: { hostName: 'sized' } }));
  // Of those that take effect here: the others are refused for another reason.
  const names = Object.keys(await api.call('listDefaultSettings'))
    .filter(isCarriedOut)
    .slice(0, 40);
  const settings = Object.fromEntries(names.map((name) => [name, { value: long }]));
  const tooLarge: [string, Record<string, number>, ApiObject][] = [
    ['createDirectoryList', {}, { name: 'long', items: many(20_000) }],
    ['createPolicy', {}, { name: 'long', policySettings: settings }],
    ['modifyComputer', { computerID }, { computerSettings: settings }],
    ['modifyDefaultSettings', {}, settings],
    ['createFirewallRule', {}, { name: 'long', description: 'x'.repeat(2_000_000) }],
    ['createApiKey', {}, { keyName: 'long', roleID: 2, description: 'x'.repeat(20_000) }],
    ['createApiKey', {}, { keyName: 'long', roleID: 2, timeZone: 'x'.repeat(2000) }],
  ];
  for (const [operation, ids, body] of tooLarge)
    assert.match(await api.refused(400, operation, ids, { body }), /longer|larger/, operation);
  for (const name of names.slice(0, 3))
    await api.refused(400, 'modifyComputerSetting', { computerID, name }, { body: { value: 'x'.repeat(300_000) } });
  const { api: own, accountId: account } = await here.makeAccount('large');
  await fill(account, 'DirectoryList', 70, `{"name": "list #", "items": ["${'z'.repeat(950_000)}"]}`);
  assert.match(
    await own.refused(400, 'createDirectoryList', {}, { body: { name: 'one more', items: many(2000) } }),
    /larger/,
  );
  await own.call('deleteDirectoryList', { directoryListID: 500_000 });
  await own.call('modifyDirectoryList', { directoryListID: 500_001 }, { body: { items: ['/opt/'] } });
});

test('policies stand no deeper than twenty, however they are put together, and never below themselves', async () => {
  const chain = async (name: string, length: number) => {
    const ids: number[] = [];
    for (let depth = 0; depth < length; depth++) {
      const parentID = ids.at(-1) ?? 0;
      ids.push(idIn(await api.call('createPolicy', {}, { body: { name: `${name} ${depth}`, parentID } })));
    }
    return ids;
  };
  const [one, other] = [await chain('one', 12), await chain('other', 12)];
  const below = { policyID: other[0]! };
  assert.match(await api.refused(400, 'modifyPolicy', below, { body: { parentID: one.at(-1) } }), /deep/);
  await api.call('modifyPolicy', below, { body: { parentID: one[7] } });
  assert.match(
    await api.refused(400, 'createPolicy', {}, { body: { name: 'deeper', parentID: other.at(-1) } }),
    /deep/,
  );
  assert.match(
    await api.refused(400, 'modifyPolicy', { policyID: one[0]! }, { body: { parentID: other[3] } }),
    /itself/,
  );
});

test('a search costs little, or is refused for what it would cost', async () => {
  const { api: own, accountId: account } = await here.makeAccount('searched');
  await fill(account, 'IpList', 1500, `{"name": "contact #", "description": "${'a'.repeat(30_000)}"}`);
  const criterion = { fieldName: 'description', stringValue: `%${'a'.repeat(400)}b` };
  const startedMs = performance.now();
  const message = await own.refused(400, 'searchIpLists', {}, { body: { searchCriteria: Array(90).fill(criterion) } });
  assert.match(message, /search/);
  // Each alone would take seconds: what is waited for is a machine that has other work as well.
  assert.ok(performance.now() - startedMs < patience(15_000), `${performance.now() - startedMs} ms`);
  await own.refused(
    400,
    'searchIpLists',
    {},
    { body: { searchCriteria: { fieldName: 'name', stringValue: 'x'.repeat(10_000) } } },
  );
  const found = await own.call(
    'searchIpLists',
    {},
    { body: { searchCriteria: { fieldName: 'name', stringValue: '%tact 5000_7' } } },
  );
  assert.equal(itemsOf('searchIpLists', found).length, 10);
});

test('numbers beyond all numbers of objects, and times beyond the calendar, are refused in words', async () => {
  const big = 9_007_199_254_740_991;
  const schedule = (startTime: number) => ({ recurrenceType: 'daily', dailyScheduleParameters: { startTime } });
  const scan = { computerFilter: { type: 'computer', computerID: big } };
  const bodies: [string, ApiObject][] = [
    [
      'createScheduledTask',
      { name: 'a', type: 'scan-for-malware', scheduleDetails: schedule(1), scanForMalwareTaskParameters: scan },
    ],
    [
      'createScheduledTask',
      {
        name: 'b',
        type: 'check-for-security-updates',
        scheduleDetails: schedule(8_640_000_000_000_000),
        checkForSecurityUpdatesTaskParameters: {},
      },
    ],
    [
      'createEventBasedTask',
      { name: 'c', type: 'computer-created-by-system', actions: [{ type: 'assign-policy', parameterValue: big }] },
    ],
    ['createComputer', { hostName: 'd', policyID: big }],
    ['createComputer', { hostName: 'd', relayListID: big }],
    ['createPolicy', { name: 'e', parentID: big }],
    ['createPolicy', { name: 'e', firewall: { ruleIDs: [big] } }],
    ['createApiKey', { keyName: 'f', roleID: big }],
    ['createApiKey', { keyName: 'f', roleID: 2, expiryDate: 8_640_000_000_000_000 }],
    ['createApiKey', { keyName: 'f', roleID: 2, unlockTime: 253_402_300_800_000 }],
    ['generateAgentDeploymentScript', { platform: 'linux', policyID: big }],
  ];
  for (const [operation, body] of bodies) await api.refused(400, operation, {}, { body });
  for (const comparison of ['less-than', 'greater-than', 'equal'])
    for (const operation of ['searchComputers', 'searchApiUsageMetrics', 'searchPolicies'])
      await api.call(operation, {}, { body: { searchCriteria: [{ idValue: big, idTest: comparison }] } });
  await api.call('deleteComputers', {}, { body: { ids: [big, -1, 2_147_483_648] } });
  // The console’s own listing of keys stays readable, whatever the API took.
  const latest = Date.parse('9999-12-31T23:59:59Z');
  await api.call('createApiKey', {}, { body: { keyName: 'for ever', roleID: 2, expiryDate: latest } });
  await here.admin(routes.listWorkloadKeys, { params: { accountId } });
});

test('metrics of use are written whatever a query holds, are kept for thirty days, and their numbers outgrow 32 bits', async () => {
  const { api: own, accountId: account } = await here.makeAccount('measured');
  await here.platform.database.as(account, (tx) =>
    tx.run(
      sql`insert into configuration_counter (tenant_id, kind, last_id) values (${account}, 'ApiUsageMetric', 2147483646)`,
    ),
  );
  for (const expand of ['\u0000', 'none', '🛡️']) await own.call('listComputers', {}, { query: { expand } });
  const metrics = async () =>
    itemsOf('searchApiUsageMetrics', await own.call('searchApiUsageMetrics')).filter(
      ({ action }) => action === 'listComputers',
    );
  for (let tries = 0; tries < 100 && (await metrics()).length < 3; tries++) await sleep(100);
  const found = await metrics();
  assert.equal(found.length, 3);
  assert.ok((found.at(-1)!['ID'] as number) > 2_147_483_647);
  const rows = () =>
    here.platform.database.as(account, (tx) =>
      tx.one(sql<{ count: number }>`select count(*) from workloadapi_usage where tenant_id = ${account}`),
    );
  const before = (await rows()).count;
  assert.ok(before >= 3);
  here.clock.advance(29 * 86_400_000);
  await dropOldUsage(here.platform);
  assert.equal((await rows()).count, before);
  here.clock.advance(2 * 86_400_000);
  await dropOldUsage(here.platform);
  assert.equal((await rows()).count, 0);
});

const manySockets = new Agent({ maxSockets: 100, rejectUnauthorized: false });

/** By a connection of its own, of which clients open as many as they like. @returns the status */
function postContact({ base, key }: Driver, body: ApiObject): Promise<number> {
  return new Promise((done, failed) => {
    const headers = { 'api-secret-key': key, 'api-version': 'v1', 'content-type': 'application/json' };
    const sent = request(`${base}/contacts`, { method: 'POST', agent: manySockets, headers }, (response) => {
      response.resume();
      response.once('end', () => done(response.statusCode!));
    });
    sent.once('error', failed);
    sent.end(JSON.stringify(body));
  });
}

test('calls of one account that wait for each other keep no other account waiting', async () => {
  const { api: busy, accountId: account } = await here.makeAccount('busy');
  await busy.call('createContact', {}, { body: { name: 'first', roleID: 2 } });
  const { database } = here.platform;
  const answers: Promise<number>[] = [];
  await database.as(account, async (tx) => {
    await tx.run(sql`select from configuration_account where tenant_id = ${account} for update`);
    for (let turn = 0; turn < 40; turn++) {
      const body = { name: `contact ${turn}`, roleID: 2 };
      answers.push(postContact(busy, body));
    }
    await sleep(500);
    const startedMs = performance.now();
    await api.call('listContacts');
    await api.call('createContact', {}, { body: { name: 'meanwhile', roleID: 2 } });
    assert.ok(performance.now() - startedMs < patience(1500), `${performance.now() - startedMs} ms`);
  });
  assert.deepEqual(new Set(await Promise.all(answers)), new Set([200]));
});
