import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Driver } from './driver.ts';
import { serviceAccount } from './fixtures.ts';
import { itemsOf, startWorkload, type Workload } from './world.ts';

/** The flows of the vendor's published samples, request by request, reading from the answers what the samples read. */
let workload: Workload;
let api: Driver;
let computerID: number;
let policyID: number;

type Module = { state: string; moduleStatus?: Record<string, string>; ruleIDs?: number[] };
type Policy = {
  ID: number;
  name: string;
  parentID?: number;
  description?: string;
  policySettings?: Record<string, { value: string }>;
} & Record<
  | 'antiMalware'
  | 'firewall'
  | 'intrusionPrevention'
  | 'integrityMonitoring'
  | 'logInspection'
  | 'webReputation'
  | 'activityMonitoring'
  | 'applicationControl',
  Module
>;
type Computer = { ID: number; hostName: string; policyID?: number; agentFingerPrint?: string } & Record<
  string,
  unknown
>;

const byName = (stringValue: string) => ({
  body: { searchCriteria: [{ fieldName: 'name', stringTest: 'equal', stringValue }] },
});
const find = async (operation: string, name: string) => itemsOf(operation, await api.call(operation, {}, byName(name)));
const some = async (operation: string, count: number) =>
  itemsOf(operation, await api.call(operation))
    .slice(0, count)
    .map(({ ID }) => ID as number);

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  computerID = (await api.call<Computer>('createComputer', {}, { body: { hostName: 'testhostname' } })).ID;
  policyID = (await api.call<Policy>('createPolicy', {}, { body: { name: 'API Policy' } })).ID;
});
after(() => workload?.system.stop());

test('first steps: policies are listed, and DHCP rules are found', async () => {
  assert.ok(itemsOf('listPolicies', await api.call('listPolicies')).length > 1);
  const body = {
    searchCriteria: [{ fieldName: 'name', stringTest: 'equal', stringValue: '%DHCP%', stringWildcards: true }],
  };
  const rules = itemsOf('searchFirewallRules', await api.call('searchFirewallRules', {}, { body }));
  assert.ok(rules.length > 0);
  for (const rule of rules) assert.match(String(rule['name']), /DHCP/);
});

test('policies: one that inherits from the base policy, and Linux Server for a computer', async () => {
  const [base] = await find('searchPolicies', '%Base Policy%');
  const body = {
    name: 'API_Test_Policy',
    description: 'Inherits from Base policy',
    autoRequiresUpdate: 'on',
    parentID: base!['ID'],
  };
  const created = await api.call<Policy>('createPolicy', {}, { body });
  assert.equal(created.parentID, base!['ID']);
  const [linux] = await find('searchPolicies', '%Linux Server%');
  const computer = await api.call<Computer>('modifyComputer', { computerID }, { body: { policyID: linux!['ID'] } });
  assert.equal(computer.policyID, linux!['ID']);
  assert.equal(computer.hostName, 'testhostname');
});

test('policies: the overrides of a log inspection rule are read, reset and set anew', async () => {
  const [logInspectionRuleID] = await some('listLogInspectionRules', 1);
  const ids = { policyID, logInspectionRuleID: logInspectionRuleID! };
  const read = () => api.call('describeLogInspectionRuleOnPolicy', ids, { query: { overrides: true } });
  assert.deepEqual(
    Object.keys(await read()).filter((name) => name !== 'ID'),
    [],
    'no override yet',
  );
  await api.call('modifyLogInspectionRuleOnPolicy', ids, {
    body: { alertMinimumSeverity: 7 },
    query: { overrides: false },
  });
  assert.equal((await read())['alertMinimumSeverity'], 7);
  await api.call('resetLogInspectionRuleOnPolicy', ids, { query: { overrides: false } });
  assert.equal((await read())['alertMinimumSeverity'], undefined);
  const body = { alertMinimumSeverity: 7 };
  const again = await api.call('modifyLogInspectionRuleOnPolicy', ids, { body, query: { overrides: false } });
  assert.equal(again['alertMinimumSeverity'], 7);
  assert.equal(typeof again['name'], 'string', 'the whole rule is given');
});

test('firewall, integrity monitoring and log inspection: switched on with rules', async () => {
  const ruleIDs = await some('listFirewallRules', 4);
  const settings = { firewallSettingReconnaissanceEnabled: { value: true } };
  const firewall = await api.call<Policy>(
    'modifyPolicy',
    { policyID },
    { body: { firewall: { state: 'on', ruleIDs }, policySettings: settings } },
  );
  assert.equal(firewall.firewall.state, 'on');
  assert.deepEqual([...firewall.firewall.ruleIDs!].sort(), [...ruleIDs].sort());
  assert.deepEqual(firewall.policySettings!['firewallSettingReconnaissanceEnabled'], { value: 'true' });
  for (const [module, list] of [
    ['integrityMonitoring', 'listIntegrityMonitoringRules'],
    ['logInspection', 'listLogInspectionRules'],
  ] as const) {
    const rules = await some(list, 2);
    const changed = await api.call<Policy>(
      'modifyPolicy',
      { policyID },
      { body: { [module]: { state: 'on', ruleIDs: rules } } },
    );
    assert.equal(changed[module].state, 'on');
    assert.deepEqual([...changed[module].ruleIDs!].sort(), rules.sort());
    assert.equal(changed.ID, policyID);
  }
});

test('intrusion prevention: the sample sends empty settings; the corrected one sends all', async () => {
  assert.equal((await api.call<Policy>('modifyPolicy', { policyID }, { body: { policySettings: {} } })).ID, policyID);
  const ruleIDs = await some('listIntrusionPreventionRules', 4);
  const policySettings = { intrusionPreventionSettingAutoApplyRecommendationsEnabled: { value: 'Yes' } };
  const changed = await api.call<Policy>(
    'modifyPolicy',
    { policyID },
    { body: { intrusionPrevention: { state: 'prevent', ruleIDs }, policySettings } },
  );
  assert.equal(changed.intrusionPrevention.state, 'prevent');
  assert.equal(changed.policySettings!['intrusionPreventionSettingAutoApplyRecommendationsEnabled']!.value, 'Yes');
  for (const computer of itemsOf('listComputers', await api.call('listComputers')) as Computer[])
    assert.equal(
      typeof (computer['intrusionPrevention'] as Module).state,
      'string',
      'all computers say it without being asked',
    );
});

test('web reputation and anti-malware are switched on', async () => {
  const policySettings = {
    webReputationSettingSecurityLevel: { value: 'High' },
    webReputationSettingSmartProtectionLocalServerAllowOffDomainGlobal: { value: true },
  };
  const [scan] = await find('searchAntiMalwares', 'Default Real-Time Scan Configuration');
  const [schedule] = await find('searchSchedules', 'Every Day All Day');
  const antiMalware = {
    state: 'on',
    realTimeScanConfigurationID: scan!['ID'],
    realTimeScanScheduleID: schedule!['ID'],
  };
  const body = { antiMalware, webReputation: { state: 'on' }, policySettings };
  const changed = await api.call<Policy>('modifyPolicy', { policyID }, { body });
  assert.deepEqual([changed.antiMalware.state, changed.webReputation.state], ['on', 'on']);
  assert.equal((changed.antiMalware as unknown as ApiObject)['realTimeScanConfigurationID'], scan!['ID']);
  assert.equal(changed.policySettings!['webReputationSettingSecurityLevel']!.value, 'High');
  const allowed = 'webReputationSettingSmartProtectionLocalServerAllowOffDomainGlobal';
  assert.equal(changed.policySettings![allowed]!.value, 'true');
});

test('activity monitoring, which this manager has no engine for, may be asked for and says so', async () => {
  const policySettings = { activityMonitoringSettingActivityEnabled: { value: 'On' } };
  const body = { activityMonitoring: { state: 'on' }, policySettings };
  const changed = await api.call<Policy>('modifyPolicy', { policyID }, { body });
  assert.equal(changed.ID, policyID);
  assert.equal(changed.activityMonitoring.state, 'on');
  assert.notEqual(changed.activityMonitoring.moduleStatus!['status'], 'active');
  await api.call('modifyPolicy', { policyID }, { body: { activityMonitoring: { state: 'off' } } });
});

test('settings: the network engine mode is read and set, two others with the policy', async () => {
  const name = 'firewallSettingNetworkEngineMode';
  const ids = { policyID, name };
  assert.equal((await api.call('describePolicySetting', ids, { query: { overrides: false } }))['value'], 'Inline');
  for (const value of ['Tap', 'Inline']) {
    assert.deepEqual(await api.call('modifyPolicySetting', ids, { query: { overrides: false }, body: { value } }), {
      value,
    });
  }
  const policySettings = {
    firewallSettingFailureResponseEngineSystem: { value: 'Fail open' },
    firewallSettingFailureResponsePacketSanityCheck: { value: 'Fail open' },
  };
  const changed = await api.call<Policy>(
    'modifyPolicy',
    { policyID },
    { body: { policySettings }, query: { overrides: false } },
  );
  assert.deepEqual(changed.policySettings!['firewallSettingFailureResponseEngineSystem'], { value: 'Fail open' });
});

test('computer overrides: a setting is set on the computer and stands among its overrides', async () => {
  const name = 'firewallSettingReconnaissanceEnabled';
  const set = await api.call(
    'modifyComputerSetting',
    { computerID, name },
    { query: { overrides: true }, body: { value: 'true' } },
  );
  assert.deepEqual(set, { value: 'true' });
  const query = { expand: ['intrusionPrevention', 'computerSettings'], overrides: true };
  const computer = await api.call<Computer>('describeComputer', { computerID }, { query });
  assert.deepEqual(computer['computerSettings'], { [name]: { value: 'true' } });
});

test('search: by name, by date, by policy and relay, by AWS account, and page after page', async () => {
  const one = await api.call('searchPolicies', {}, { body: { maxItems: 1, ...byName('API Policy').body } });
  assert.deepEqual(
    itemsOf('searchPolicies', one).map(({ ID }) => ID),
    [policyID],
  );
  const now = Date.now();
  const lastUpdated = {
    fieldName: 'lastUpdated',
    firstDateValue: now - 40 * 86_400_000,
    lastDateValue: now,
    firstDateInclusive: true,
    lastDateInclusive: true,
  };
  itemsOf(
    'searchIntrusionPreventionRules',
    await api.call('searchIntrusionPreventionRules', {}, { body: { searchCriteria: [lastUpdated] } }),
  );
  await Promise.all(
    Array.from({ length: 21 }, (_, n) => api.call('createComputer', {}, { body: { hostName: `page-${n}` } })),
  );
  const seen: number[] = [];
  for (let idValue = 0, found = 10; found === 10; idValue = seen.at(-1)!) {
    const body = { maxItems: 10, searchCriteria: [{ idValue, idTest: 'greater-than' }] };
    const page = itemsOf(
      'searchComputers',
      await api.call('searchComputers', {}, { body, query: { expand: ['none'], overrides: false } }),
    );
    found = page.length;
    seen.push(...page.map(({ ID }) => ID as number));
  }
  const all = itemsOf('listComputers', await api.call('listComputers', {}, { query: { expand: ['none'] } }));
  assert.deepEqual(
    seen,
    all.map(({ ID }) => ID as number).sort((a, b) => a - b),
  );
  const { policyID: assigned } = await api.call<Computer>(
    'describeComputer',
    { computerID },
    { query: { expand: ['none'] } },
  );
  const both = [
    { fieldName: 'policyID', numericTest: 'equal', numericValue: assigned },
    { fieldName: 'relayListID', numericTest: 'equal', numericValue: 0 },
  ];
  const query = { expand: ['none'], overrides: false };
  const computers = itemsOf(
    'searchComputers',
    await api.call('searchComputers', {}, { body: { searchCriteria: both }, query }),
  );
  assert.deepEqual(
    computers.map(({ ID }) => ID),
    [computerID],
  );
  const account = {
    searchCriteria: {
      fieldName: 'ec2VirtualMachineSummary/accountID',
      stringTest: 'equal',
      stringValue: '123456789012',
    },
  };
  const ec2 = await api.call(
    'searchComputers',
    {},
    { body: account, query: { expand: ['ec2VirtualMachineSummary'], overrides: false } },
  );
  assert.deepEqual(itemsOf('searchComputers', ec2), []);
});

test('GCP connectors: created, synchronized, deleted', async () => {
  const created = await api.call(
    'createGcpConnector',
    {},
    { body: { name: 'SDK_TEST', serviceAccount: serviceAccount() } },
  );
  assert.equal(created['serviceAccount'], undefined, 'the private key is not shown');
  const gcpConnectorID = created['ID'] as number;
  const action = await api.call('createGcpConnectorAction', { gcpConnectorID }, { body: { type: 'synchronize' } });
  assert.equal(action['type'], 'synchronize');
  assert.equal(typeof action['ID'], 'number');
  await api.call('deleteGcpConnector', { gcpConnectorID });
});
