import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { createAnsible, type Resource } from './ansible.ts';
import type { Driver } from './driver.ts';
import { faultsOf } from './inventory.ts';
import { startWorkload, type Workload } from './world.ts';

/** The collection trendmicro.deepsec as it speaks: it looks up by name, compares every property it was given, and changes only what differs. */
let workload: Workload;
let api: Driver;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
});
after(() => workload?.system.stop());

type Case = {
  readonly resource: Resource;
  readonly model: string;
  readonly configs: readonly ApiObject[];
  readonly change: ApiObject;
  readonly reads: ApiObject;
};

const cases: Record<string, Case> = {
  'firewall rules': {
    resource: { path: '/firewallrules', list: 'firewallRules', overlooks: [] },
    model: 'FirewallRule',
    configs: [
      {
        name: 'test_firewallrule_1',
        description: 'incoming firewall 1 rule description',
        action: 'deny',
        priority: '0',
        sourceIPType: 'any',
        destinationIPType: 'any',
        direction: 'incoming',
        protocol: 'tcp',
        logDisabled: true,
      },
      {
        name: 'test_firewallrule_2',
        description: 'incoming firewall 2 rule description',
        action: 'deny',
        priority: '0',
        sourceIPType: 'any',
        sourceIPNot: false,
        sourcePortType: 'any',
        destinationIPType: 'any',
        direction: 'incoming',
        protocol: 'tcp',
      },
    ],
    change: { description: 'outgoing firewall 1 replaced rule', direction: 'outgoing', protocol: 'any' },
    reads: {
      alertEnabled: false,
      anyFlags: true,
      destinationIPNot: false,
      destinationMACNot: false,
      destinationMACType: 'any',
      destinationPortNot: false,
      destinationPortType: 'any',
      frameNot: false,
      frameNumber: 2048,
      frameType: 'ip',
      includePacketData: false,
      protocolNot: false,
      sourceIPNot: false,
      sourceMACNot: false,
      sourceMACType: 'any',
      sourcePortNot: false,
      sourcePortType: 'any',
    },
  },
  'anti-malware configurations': {
    resource: {
      path: '/antimalwareconfigurations',
      list: 'antiMalwareConfigurations',
      overlooks: ['ID', 'realTimeScan', 'scanActionForVirus', 'cpuUsage'],
    },
    model: 'AntiMalwareConfiguration',
    configs: [
      {
        name: 'test_malware_1',
        description: 'test malware 1 description',
        scanActionForVirus: 'pass',
        alertEnabled: true,
        scanType: 'on-demand',
        realTimeScan: 'read-only',
        cpuUsage: 'medium',
      },
      {
        name: 'test_malware_2',
        description: 'test malware 2 description',
        scanActionForVirus: 'pass',
        alertEnabled: true,
        scanType: 'real-time',
        realTimeScan: 'read-write',
        cpuUsage: 'low',
      },
    ],
    change: {
      description: 'Replace test malware 2 description',
      scanActionForVirus: 'quarantine',
      filesToScan: 'intelliscan-file-types',
    },
    reads: {
      customRemediationActionsEnabled: false,
      directoriesToScan: 'all-directories',
      documentExploitHeuristicLevel: 'default',
      documentExploitProtection: 'critical-only',
      documentExploitProtectionEnabled: true,
      filesToScan: 'all-files',
      microsoftOfficeEnabled: true,
      microsoftOfficeLayers: 3,
      scanCompressedEnabled: false,
      spywareEnabled: true,
    },
  },
  'integrity monitoring rules': {
    resource: { path: '/integritymonitoringrules', list: 'integrityMonitoringRules', overlooks: ['ID', 'type'] },
    model: 'IntegrityMonitoringRule',
    configs: [
      {
        name: 'THIS IS TEST IMR - 1',
        alertEnabled: false,
        description: 'THIS IS TEST IMR DESCRIPTION - 1',
        realTimeMonitoringEnabled: true,
        registryIncludedValues: ['test_1', 'test_2'],
        severity: 'medium',
        template: 'registry',
      },
      {
        name: 'THIS IS TEST IMR - 2',
        alertEnabled: false,
        description: 'THIS IS TEST IMR DESCRIPTION - 2',
        realTimeMonitoringEnabled: true,
        registryAttributes: ['test'],
        severity: 'low',
        template: 'registry',
      },
    ],
    change: { description: 'THIS IS REPLACED', registryIncludedValues: ['test_3', 'test_4'], severity: 'low' },
    reads: {
      minimumAgentVersion: '6.0.0.0',
      minimumManagerVersion: '6.0.0',
      registryExcludedValues: [''],
      registryIncludeDefaultValue: true,
      registryIncludeSubKeys: false,
      registryKeyRoot: 'HKEY_CLASSES_ROOT',
      registryKeyValue: '\\',
    },
  },
  'intrusion prevention rules': {
    resource: {
      path: '/intrusionpreventionrules',
      list: 'intrusionPreventionRules',
      overlooks: ['ID', 'CVSSScore', 'CVE', 'canBeAssignedAlone', 'type'],
    },
    model: 'IntrusionPreventionRule',
    configs: ['TEST IPR 1', 'TEST IPR 2'].map((name) => ({
      name,
      alertEnabled: false,
      alwaysIncludePacketData: false,
      applicationTypeID: 300,
      template: 'signature',
      signature: 'test_new_signature',
      debugModeEnabled: false,
      description: 'TEST DESCRIPTION',
      detectOnly: false,
      eventLoggingDisabled: false,
      generateEventOnPacketDrop: true,
      priority: 'normal',
      severity: 'medium',
    })),
    change: { description: 'Description for Replaced state', alertEnabled: true },
    reads: { action: 'drop', caseSensitive: false },
  },
  'log inspection rules': {
    resource: { path: '/loginspectionrules', list: 'logInspectionRules', overlooks: ['ID', 'type'] },
    model: 'LogInspectionRule',
    configs: [
      {
        name: 'custom log_rule for mysqld event',
        description: 'log mysqld event',
        minimumAgentVersion: '6.0.0.0',
        type: 'defined',
        template: 'basic-rule',
        pattern: 'name',
        patternType: 'string',
        ruleID: 100_001,
        ruleDescription: 'mysqld rule description',
        groups: ['test'],
        alertMinimumSeverity: 4,
        alertEnabled: true,
        logFiles: { logFiles: [{ location: '/var/log/mysqld.log', format: 'mysql-log' }] },
      },
      {
        name: 'custom log_rule for daemon event',
        description: 'log daemon event',
        minimumAgentVersion: '6.0.0.0',
        type: 'defined',
        template: 'basic-rule',
        pattern: 'name',
        patternType: 'string',
        ruleID: 100_002,
        ruleDescription: 'daemon rule description',
        groups: ['test'],
        alertMinimumSeverity: 5,
        alertEnabled: true,
        logFiles: { logFiles: [{ location: '/var/log/daemon.log', format: 'syslog' }] },
      },
    ],
    change: {
      description: 'Replaced log daemon event',
      ruleID: 100_003,
      logFiles: { logFiles: [{ location: '/var/log/messages', format: 'syslog' }] },
    },
    reads: { dependency: 'none', level: 0, sortOrder: 15_000, minimumManagerVersion: '6.0.0' },
  },
};

for (const [what, { resource, model, configs, change, reads }] of Object.entries(cases)) {
  test(`${what}: merged, merged again, replaced, put back from what was gathered, deleted, deleted again`, async () => {
    const ansible = createAnsible(api, resource);
    for (const config of configs) {
      const made = await ansible.merged(config);
      assert.equal(made.changed, true);
      assert.deepEqual(faultsOf(model, made.after), []);
      for (const [name, value] of Object.entries(reads))
        assert.deepEqual(made.after![name], value, `${config['name']} reads ${name}`);
      assert.equal((await ansible.merged(config)).changed, false, `${config['name']} is idempotent`);
    }
    const [first, second] = configs;
    const gathered = (await ansible.gathered()).find(({ name }) => name === first!['name'])!;
    const merged = await ansible.merged({ name: first!['name'], description: 'merged' });
    assert.deepEqual([merged.after!['ID'], merged.after!['description']], [gathered['ID'], 'merged']);
    const wanted = { ...first, ...change };
    const replaced = await ansible.replaced(wanted);
    assert.equal(replaced.changed, true);
    assert.notEqual(replaced.after!['ID'], gathered['ID']);
    assert.equal((await ansible.replaced(wanted)).changed, false, 'replaced is idempotent');
    const back = await ansible.replaced(gathered);
    const { ID: _, lastUpdated: __, originalIssue: ___, ...content } = back.after!;
    const { ID: ____, lastUpdated: _____, originalIssue: ______, ...before } = gathered;
    assert.deepEqual(content, before, 'a round trip gives the same rule');
    for (const config of [first!, second!]) {
      assert.equal((await ansible.deleted(config['name'] as string)).changed, true);
      assert.equal((await ansible.deleted(config['name'] as string)).changed, false);
    }
  });
}

test('the older module for firewall rules creates again what is there: that is refused in JSON and makes no copy', async () => {
  const { request } = createAnsible(api, cases['firewall rules']!.resource);
  const rule = {
    name: 'test_firewallrule config',
    description: 'test firewall description',
    action: 'deny',
    priority: '0',
    sourceIPType: 'any',
    destinationIPType: 'any',
    direction: 'incoming',
    protocol: 'tcp',
    tcpflags: ['syn'],
  };
  const search = { searchCriteria: [{ fieldName: 'name', stringTest: 'equal', stringValue: rule.name }] };
  assert.equal((await request('POST', '/firewallrules', rule)).response['message'], undefined);
  const again = await request('POST', '/firewallrules', rule);
  assert.equal(again.code, 400);
  assert.match(String(again.response['message']), /already exists/);
  const found = (await request('POST', '/firewallrules/search', search)).response['firewallRules'] as ApiObject[];
  assert.deepEqual(
    found.map(({ tcpflags }) => tcpflags),
    [['syn']],
  );
  const { code } = await request('DELETE', `/firewallrules/${found[0]!['ID']}`, {});
  assert.ok(code < 300);
});

test('a property under a name that is none of the API is overlooked', async () => {
  const { request } = createAnsible(api, cases['firewall rules']!.resource);
  const rule = {
    name: 'range',
    action: 'deny',
    direction: 'incoming',
    destinationIPType: 'range',
    destinationIPRangeFrom: '192.0.2.1',
    destination_iprange_from: '192.0.2.1',
    destinationIPRangeTo: '192.0.2.9',
  };
  const { code, response } = await request('POST', '/firewallrules', rule);
  assert.equal(code, 200, JSON.stringify(response));
  assert.equal('destination_iprange_from' in response, false);
});
