import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { until } from '../system.ts';
import type { Driver } from './driver.ts';
import { itemsOf, startWorkload, type Workload } from './world.ts';

/** More flows of the vendor's published samples: status of computers, common objects, tasks, roles, keys, settings, application control. */
let workload: Workload;
let api: Driver;
let computerID: number;
let policyID: number;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  policyID = (await api.call('createPolicy', {}, { body: { name: 'Samples' } }))['ID'] as number;
  computerID = (await api.call('createComputer', {}, { body: { hostName: 'host', policyID } }))['ID'] as number;
});
after(() => workload?.system.stop());

test("computer status: a computer's scan configuration is one that is there", async () => {
  const byName = { searchCriteria: [{ fieldName: 'name', stringTest: 'equal', stringValue: '%Linux Server%' }] };
  const [linux] = itemsOf('searchPolicies', await api.call('searchPolicies', {}, { body: byName }));
  const { ID } = await api.call('createComputer', {}, { body: { hostName: 'scanned', policyID: linux!['ID'] } });
  const query = { expand: ['antiMalware', 'computerSettings'], overrides: false };
  const computer = await api.call('describeComputer', { computerID: ID as number }, { query });
  const { realTimeScanConfigurationID } = computer['antiMalware'] as { realTimeScanConfigurationID: number };
  const configuration = await api.call('describeAntiMalware', { antiMalwareID: realTimeScanConfigurationID });
  assert.equal(configuration['ID'], realTimeScanConfigurationID);
});

test('computer status: rules for a CVE, and computers that have a rule', async () => {
  const rules = itemsOf('listIntrusionPreventionRules', await api.call('listIntrusionPreventionRules'));
  const withCve = rules.find(({ CVE }) => Array.isArray(CVE) && CVE.length > 0)!;
  const cve = (withCve['CVE'] as string[]).at(-1)!;
  const body = { searchCriteria: [{ fieldName: 'CVE', stringValue: `%${cve}%`, stringTest: 'equal' }] };
  const found = itemsOf(
    'searchIntrusionPreventionRules',
    await api.call('searchIntrusionPreventionRules', {}, { body }),
  );
  assert.ok(found.some(({ ID }) => ID === withCve['ID']));
  const ruleID = withCve['ID'] as number;
  const { intrusionPrevention } = (await api.call('describePolicy', { policyID }, { query: { overrides: false } })) as {
    intrusionPrevention: { ruleIDs?: number[] };
  };
  assert.ok(!intrusionPrevention.ruleIDs?.length, 'no rule assigned, so none is listed');
  const one = { intrusionPrevention: { ruleIDs: ruleID }, autoRequiresUpdate: 'on' };
  const changed = await api.call('modifyPolicy', { policyID }, { body: one });
  assert.deepEqual((changed['intrusionPrevention'] as { ruleIDs: number[] }).ruleIDs, [ruleID]);
  const query = { expand: ['intrusionPrevention'], overrides: false };
  const computers = itemsOf('listComputers', await api.call('listComputers', {}, { query }));
  const having = computers.filter((one) =>
    (one['intrusionPrevention'] as { ruleIDs?: number[] }).ruleIDs?.includes(ruleID),
  );
  assert.deepEqual(
    having.map(({ ID }) => ID),
    [computerID],
  );
});

test('computer status: recommendations, and what every computer says of itself as comma-separated values', async () => {
  const assignments = await api.call(
    'listIntrusionPreventionRuleIdsOnComputer',
    { computerID },
    { query: { overrides: false } },
  );
  assert.ok(['none', 'valid', 'out-of-date', 'unknown'].includes(String(assignments['recommendationScanStatus'])));
  const status = await api.call('listComputers', {}, { query: { expand: ['computerStatus'], overrides: false } });
  for (const computer of itemsOf('listComputers', status)) {
    assert.equal(typeof computer['hostName'], 'string');
    const { agentStatus, agentStatusMessages } = computer['computerStatus'] as ApiObject;
    assert.equal(typeof agentStatus, 'string');
    assert.ok(Array.isArray(agentStatusMessages));
    for (const more of ['tasks', 'antiMalware', 'computerSettings'])
      assert.equal(computer[more], undefined, 'only what was asked for');
  }
  const modules = await api.call('listComputers', {}, { query: { expand: ['antiMalware'], overrides: false } });
  for (const computer of itemsOf('listComputers', modules)) {
    const { state, moduleStatus } = computer['antiMalware'] as { state: string; moduleStatus: ApiObject };
    assert.equal(typeof state, 'string');
    assert.equal(typeof moduleStatus['agentStatus'], 'string');
    assert.equal(typeof moduleStatus['agentStatusMessage'], 'string');
  }
});

test('common objects: log inspection rules by pattern and by XML, even of a cut text', async () => {
  const logFiles = { logFiles: [{ location: 'C/logfile.log', format: 'eventlog' }] };
  const basic = {
    name: 'Inspect log for error',
    description: 'A log inspection rule',
    logFiles,
    template: 'basic-rule',
    pattern: '^ERROR',
    patternType: 'string',
    ruleDescription: 'Rule for C:/logfile.log and pattern ^ERROR',
    groups: ['Windows Rules'],
  };
  const rule = await api.call('createLogInspectionRule', {}, { body: basic });
  for (const [name, value] of Object.entries(basic)) assert.deepEqual(rule[name], value, name);
  const xml = Buffer.from('<group name="Windows Rules">\r\n  <rule id="100001" level="0"></rule>\r\n</group>').toString(
    'base64',
  );
  for (const [name, ruleXML] of [
    ['by XML', xml],
    ['by XML as published', xml.slice(0, 81)],
  ] as const) {
    const body = { name, description: 'A custom log inspection rule', logFiles, template: 'custom', ruleXML };
    const custom = await api.call('createLogInspectionRule', {}, { body });
    assert.deepEqual([custom['template'], custom['ruleXML'], custom['name']], ['custom', ruleXML, name]);
  }
});

test('common objects: a directory list without items gets one as a bare text, and excludes it from scans', async () => {
  itemsOf('listDirectoryLists', await api.call('listDirectoryLists'));
  const { ID } = await api.call('createDirectoryList', {}, { body: { name: 'test list' } });
  const filled = await api.call(
    'modifyDirectoryList',
    { directoryListID: ID as number },
    { body: { items: 'C:\\windows\\' } },
  );
  assert.deepEqual([filled['items'], filled['name']], [['C:\\windows\\'], 'test list']);
  const [scan] = itemsOf('listAntiMalwares', await api.call('listAntiMalwares'));
  const antiMalwareID = scan!['ID'] as number;
  const changed = await api.call('modifyAntiMalware', { antiMalwareID }, { body: { excludedDirectoryListID: ID } });
  assert.equal(changed['excludedDirectoryListID'], ID);
  const cleared = await api.call('modifyAntiMalware', { antiMalwareID }, { body: { excludedDirectoryListID: 0 } });
  assert.ok(!cleared['excludedDirectoryListID'], '0 takes the list away');
});

test('common objects: a schedule of business hours keeps all 168 hours in order', async () => {
  const hoursOfWeek = Array.from({ length: 168 }, (_, hour) => hour % 24 > 8 && hour % 24 < 18);
  const schedule = await api.call('createSchedule', {}, { body: { name: 'Normal Business Hours', hoursOfWeek } });
  assert.deepEqual(schedule['hoursOfWeek'], hoursOfWeek);
});

test('scheduled tasks: a daily discovery, a check that runs once and is gone, and a run by hand', async () => {
  const dailyScheduleParameters = { frequencyType: 'custom', customInterval: 2, startTime: 1_536_030_000_000 };
  const discoverComputersTaskParameters = {
    discoveryType: 'range',
    iprangeLow: '192.168.60.0',
    iprangeHigh: '192.168.60.255',
    scanDiscoveredComputers: true,
  };
  const daily = {
    name: 'Discover Computers - Daily',
    type: 'discover-computers',
    runNow: false,
    scheduleDetails: { recurrenceType: 'daily', dailyScheduleParameters },
    discoverComputersTaskParameters,
  };
  const discovery = await api.call('createScheduledTask', {}, { body: daily });
  assert.deepEqual((discovery['scheduleDetails'] as ApiObject)['dailyScheduleParameters'], dailyScheduleParameters);
  for (const [name, value] of Object.entries(discoverComputersTaskParameters))
    assert.equal((discovery['discoverComputersTaskParameters'] as ApiObject)[name], value);
  const once = {
    name: 'Check For Security Updates',
    type: 'check-for-security-updates',
    runNow: true,
    scheduleDetails: { recurrenceType: 'none', recurrenceCount: 1, onceOnlyScheduleParameters: { startTime: 0 } },
    checkForSecurityUpdatesTaskParameters: { computerFilter: { type: 'all-computers' } },
  };
  const check = await api.call('createScheduledTask', {}, { body: once });
  assert.equal(typeof check['ID'], 'number');
  const gone = async () =>
    (await api.ask('describeScheduledTask', { scheduledTaskID: check['ID'] as number })).status === 404
      ? true
      : undefined;
  await until(gone, 'the task that runs once was not deleted');
  const ran = await api.call(
    'modifyScheduledTask',
    { scheduledTaskID: discovery['ID'] as number },
    { body: { runNow: true } },
  );
  assert.deepEqual([ran['ID'], ran['name']], [discovery['ID'], 'Discover Computers - Daily']);
});

test('roles and keys: found by name, made for reports, made for an auditor, reset and given another role', async () => {
  const auditors = await api.call(
    'searchAdministratorRoles',
    {},
    { body: { searchCriteria: [{ fieldName: 'name', stringValue: 'Auditor', stringTest: 'equal' }] } },
  );
  assert.equal(itemsOf('searchAdministratorRoles', auditors)[0]!['ID'], 2);
  const rights = { platformRights: { computerRights: { canEditComputerProperties: true } } };
  const role = await api.call(
    'createAdministratorRole',
    {},
    { body: { name: 'Computer Status and Properties', allPolicies: false, rights } },
  );
  assert.equal(typeof role['ID'], 'number');
  const answered = role['rights'] as { platformRights: { computerRights: ApiObject } };
  assert.equal(answered.platformRights.computerRights['canEditComputerProperties'], true);
  const expiryDate = Date.now() + 14 * 86_400_000;
  const key = await api.call(
    'createApiKey',
    {},
    {
      body: {
        keyName: 'auditor_key',
        description: 'Read-only access',
        roleID: '2',
        locale: 'en-US',
        timeZone: 'Asia/Tokyo',
        expiryDate,
      },
    },
  );
  assert.deepEqual(
    [key['roleID'], key['expiryDate'], key['timeZone'], key['active']],
    [2, expiryDate, 'Asia/Tokyo', true],
  );
  const apiKeyID = key['ID'] as number;
  assert.notEqual((await api.call('replaceApiSecretKey', { apiKeyID }))['secretKey'], key['secretKey']);
  assert.equal((await api.call('modifyApiKey', { apiKeyID }, { body: { roleID: role['ID'] } }))['roleID'], role['ID']);
});

test('deployment: system settings, one and several, with a name that is none', async () => {
  const exceeded = 'platformSettingActiveSessionsMaxExceededAction';
  const settings = await api.call(
    'modifySystemSettings',
    {},
    { body: { [exceeded]: { value: 'Expire oldest session' } } },
  );
  assert.deepEqual(settings[exceeded], { value: 'Expire oldest session' });
  await api.call('modifySystemSettings', {}, { body: {} });
  const name = 'platformSettingAgentInitiatedActivationEnabled';
  assert.deepEqual(await api.call('modifySystemSetting', { name }, { body: { value: '0' } }), { value: '0' });
  assert.deepEqual(await api.call('resetSystemSetting', { name }), { value: 'For any computers' });
});

test('deployment: the script for agents ends as its readers cut it', async () => {
  const body = { platform: 'linux', validateCertificateRequired: 'true', activationRequired: 'true', policyID };
  const { scriptBody } = (await api.call('generateAgentDeploymentScript', {}, { body })) as { scriptBody: string };
  assert.match(scriptBody, /^#!/);
  assert.match(scriptBody.trimEnd().split('\n').at(-1)!, /token:\S+/);
  const windows = await api.ask('generateAgentDeploymentScript', {}, { body: { platform: 'windows' } });
  assert.ok([200, 400].includes(windows.status), windows.text);
});

test('S13, in part: application control is read as off and empty, and refused in words to whoever would switch it on', async () => {
  const search = { searchCriteria: [{ fieldName: 'computerID', numericTest: 'equal', numericValue: computerID }] };
  const changes = itemsOf('searchSoftwareChanges', await api.call('searchSoftwareChanges', {}, { body: search }));
  assert.deepEqual(changes, []);
  await api.call('reviewSoftwareChanges', {}, { body: { action: 'block', softwareChangeIDs: [] } });
  const rules = { applicationControlGlobalRules: [{ sha256: 'a'.repeat(64) }] };
  const on = { applicationControl: { state: 'on' } };
  const maintenance = { applicationControl: { maintenanceModeStatus: 'on', maintenanceModeDuration: 60 } };
  const refused = [
    await api.refused(400, 'addGlobalRules', {}, { body: rules }),
    await api.refused(400, 'createSoftwareInventory', {}, { body: { computerID } }),
    await api.refused(400, 'modifyPolicy', { policyID }, { body: on, query: { overrides: false } }),
    await api.refused(400, 'modifyComputer', { computerID }, { body: on }),
    await api.refused(400, 'modifyComputer', { computerID }, { body: maintenance }),
  ];
  for (const message of refused) assert.match(message, /out of scope/i);
  await api.call('modifyPolicy', { policyID }, { body: { applicationControl: { state: 'off' } } });
  const policy = await api.call('describePolicy', { policyID });
  assert.equal((policy['applicationControl'] as ApiObject)['state'], 'off');
});
