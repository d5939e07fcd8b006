import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import test, { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { giveTasks } from '@sakimori/manager/hosts/index';
import { sql } from '@sakimori/manager/platform/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import type { Driver } from './driver.ts';
import { idIn } from './world.ts';

/** What would go wrong later, in front of somebody else, is refused to whoever says it; and nobody is asked for more than they can do. */
let here: ManagerInProcess;
let api: Driver;
let accountId: string;

before(async () => {
  here = await startManagerInProcess();
  ({ api, accountId } = await here.makeAccount('early'));
});
after(() => here?.stop());

const firewallRule = async (name: string, more: ApiObject = {}) =>
  idIn(await api.call('createFirewallRule', {}, { body: { name, action: 'deny', ...more } }));

test('a rule is not set differently in a way that no agent could carry out, assigned or not', async () => {
  const policyID = idIn(await api.call('createPolicy', {}, { body: { name: 'early' } }));
  const computerID = idIn(await api.call('createComputer', {}, { body: { hostName: 'early' } }));
  const firewallRuleID = await firewallRule('early');
  const applicationTypeID = idIn(
    await api.call(
      'createApplicationType',
      {},
      { body: { name: 'early', portType: 'multiple', portMultiple: ['80'] } },
    ),
  );
  const wrong: ApiObject[] = [
    { sourceIPType: 'single', sourceIPValue: 'nowhere' },
    { scheduleID: 4711 },
    { sourceIPType: 'ip-list', sourceIPListID: 4711 },
  ];
  for (const body of wrong) {
    await api.refused(400, 'modifyFirewallRuleOnPolicy', { policyID, firewallRuleID }, { body });
    await api.refused(400, 'modifyFirewallRuleOnComputer', { computerID, firewallRuleID }, { body });
  }
  const own = { policyID, applicationTypeID };
  for (const body of [{ portMultiple: ['no port'] }, { portListID: 4711 }])
    await api.refused(400, 'modifyIntrusionPreventionApplicationTypeOnPolicy', own, { body });
  const rule = await api.call(
    'describeFirewallRuleOnPolicy',
    { policyID, firewallRuleID },
    { query: { overrides: true } },
  );
  assert.deepEqual(rule, { ID: firewallRuleID });
});

test('a log-inspection rule with a path that no agent could follow is refused with what to do', async () => {
  const rule = (name: string, location: string): { body: ApiObject } => ({
    body: {
      ...{ name, template: 'basic-rule', level: 5, pattern: 'refused', patternType: 'string', dependency: 'none' },
      ...{ ruleDescription: name, logFiles: { logFiles: [{ location, format: 'syslog' }] } },
    },
  });
  for (const [location, sentence] of [
    ['/var/log/app-%Q.log', /%Q, which is no part of a date .* use %Y, /],
    ['/var/log/**.log', /\*\* stands for folders and must be a whole name/],
    ['/var/log/', /names no file: add the file’s name/],
  ] as const) {
    const answer = await api.refused(400, 'createLogInspectionRule', {}, rule('wrong log', location));
    assert.match(answer, sentence);
  }
  await api.call('createLogInspectionRule', {}, rule('dated logs', '/var/log/*/app-%Y-%m-%d.log'));
});

test('a computer that waits for its agent holds nothing that the agent could not take', async () => {
  const computerID = idIn(await api.call('createComputer', {}, { body: { hostName: 'waits', policyID: 1 } }));
  const gone = {
    firewall: {
      state: 'on',
      statefulConfigurationAssignments: {
        statefulConfigurationAssignments: [{ interfaceID: 99, statefulConfigurationID: 1 }],
      },
    },
  };
  await api.refused(400, 'modifyComputer', { computerID }, { body: gone });
  await api.call('modifyComputer', { computerID }, { body: { firewall: { state: 'on' }, description: 'good' } });
  const list = idIn(await api.call('createIpList', {}, { body: { name: 'used', items: ['192.0.2.1'] } }));
  const rule = await firewallRule('uses it', { sourceIPType: 'ip-list', sourceIPListID: list });
  await api.call('addFirewallRuleIdsToComputer', { computerID }, { body: { ruleIDs: [rule] } });
  await here.enrol(accountId, { name: 'waits' });
  assert.equal((await api.call('describeComputer', { computerID }))['description'], 'good');
});

test('agents are not made to report more often than a manager can take', async () => {
  const name = 'platformSettingHeartbeatInterval';
  const policyID = idIn(await api.call('createPolicy', {}, { body: { name: 'restless' } }));
  for (const value of ['1 Second', '5 Seconds', ' 0 seconds ']) {
    const settings = { [name]: { value } };
    await api.refused(400, 'modifyPolicySetting', { policyID, name }, { body: { value } });
    await api.refused(400, 'modifyPolicy', { policyID }, { body: { policySettings: settings } });
    await api.refused(400, 'modifyDefaultSetting', { name }, { body: { value } });
    await api.refused(400, 'modifyDefaultSettings', {}, { body: settings });
    await api.refused(400, 'createComputer', {}, { body: { hostName: 'restless', computerSettings: settings } });
  }
  for (const value of ['30 Seconds', '1 Minutes', '60 Minutes', 'whatever'])
    assert.deepEqual(await api.call('modifyPolicySetting', { policyID, name }, { body: { value } }), { value });
});

test('a certificate is not read from this machine itself, by whatever name', async () => {
  let knocked = 0;
  const server = createServer((socket) => {
    knocked += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  const { port } = server.address() as { port: number };
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '169.254.169.254'])
    await api.refused(400, 'targetCertificate', {}, { query: { URL: `https://${host}:${port}` } });
  assert.equal(knocked, 0);
  server.close();
});

test('whoever changes a key at the same moment undoes neither its lock nor its new secret', async () => {
  const key = await api.call<{ ID: number; secretKey: string }>(
    'createApiKey',
    {},
    { body: { keyName: 'taken', roleID: 2 } },
  );
  const holder = api.as(key.secretKey);
  // Its first use is written down; the next one is not, for a minute.
  await holder.call('listPolicies');
  const accounts = here.platform.database;
  let changing: Promise<unknown> = Promise.resolve();
  await accounts.as(accountId, async (tx) => {
    await tx.run(sql`select from workloadapi_key where tenant_id = ${accountId} and id = ${key.ID} for update`);
    changing = holder.ask('modifyCurrentApiKey', {}, { body: { description: 'still here' } });
    await sleep(500);
    await tx.run(
      sql`update workloadapi_key set active = false, secret_hash = 'another' where tenant_id = ${accountId} and id = ${key.ID}`,
    );
  });
  await changing;
  const row = await accounts.as(accountId, (tx) =>
    tx.one(sql<{ active: boolean; secret_hash: string }>`
      select active, secret_hash from workloadapi_key where tenant_id = ${accountId} and id = ${key.ID}`),
  );
  assert.deepEqual(row, { active: false, secret_hash: 'another' });
});

test('a host that does not answer is not asked again and again', async () => {
  const agent = await here.enrol(accountId, { name: 'silent' });
  const ask = (detail: string) =>
    here.platform.database.as(accountId, (tx) =>
      giveTasks(tx, here.platform, accountId, [agent.hostId], 'malware-scan', 'somebody', { reason: detail }),
    );
  const ids = new Set<string>();
  for (let turn = 0; turn < 60; turn++) for (const { id } of await ask(`turn ${turn}`)) ids.add(id);
  assert.equal(ids.size, 50);
  assert.equal((await ask('turn 3'))[0]?.id, [...ids][3], 'what waits already stands for its like');
  assert.equal((await ask('another'))[0]?.id, [...ids][49], 'the newest stands for the rest');
});

test('a connector that is changed again and again has one synchronization that waits', async () => {
  const connector = { displayName: 'busy', accessKey: 'AKIAEXAMPLEEXAMPLE00', secretKey: 'x'.repeat(40) };
  const awsConnectorID = idIn(await api.call('createAwsConnector', {}, { body: connector, query: { sync: false } }));
  await here.platform.database.as(accountId, (tx) =>
    tx.run(sql`
      insert into automation_sync (tenant_id, id, connector_kind, connector_id, state, submitted_at, submitted_by, started_at)
      values (${accountId}, 1000, 'VCenterConnector', 1, 'running', now(), 'another one that runs', now())`),
  );
  for (let turn = 0; turn < 5; turn++)
    await api.call('modifyAwsConnector', { awsConnectorID }, { body: { displayName: `busy ${turn}` } });
  const { count } = await here.platform.database.as(accountId, (tx) =>
    tx.one(
      sql<{
        count: number;
      }>`select count(*) from automation_sync where tenant_id = ${accountId} and connector_kind = 'AWSConnector'`,
    ),
  );
  assert.equal(count, 1);
});
