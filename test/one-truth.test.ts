import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { patience } from './patience.ts';
import { type RealAgent, startAgent, until } from './system.ts';
import type { Driver } from './workload-security/driver.ts';
import { startWorkload, type Workload } from './workload-security/world.ts';

/**
 * What the API says is what agents do: a real agent process, ruled by nothing but calls of the Workload Security API, and read by them.
 */
let workload: Workload;
let api: Driver;
let accountId: string;
let agent: RealAgent;
let policyId: number;
let logRuleId: number;
let computerId: number;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-one-truth-'));
const watched = join(folder, 'watched');
const logFile = join(folder, 'app.log');

before(async () => {
  mkdirSync(watched);
  writeFileSync(logFile, '');
  workload = await startWorkload();
  api = workload.api;
  const { system } = workload;
  const { items } = await system.admin(routes.listAccounts);
  accountId = items.find(({ name }) => name === 'workload-security')!.id;
  agent = await startAgent(system, accountId);
});
after(async () => {
  await agent?.remove();
  await workload?.system.stop();
  rmSync(folder, { recursive: true, force: true });
});

const computer = (): Promise<ApiObject> => api.call('describeComputer', { computerID: computerId });
const moduleOf = async (name: string): Promise<ApiObject> => (await computer())[name] as ApiObject;
const statusOf = async (name: string): Promise<{ agentStatus: string; agentStatusMessage: string }> =>
  (await moduleOf(name))['moduleStatus'] as never;

/** Waits until the agent says that it keeps to what was asked. @throws where that does not come at once */
async function soon(what: string, holds: () => Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  await until(async () => ((await holds()) ? true : undefined), what);
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs < patience(2000), `${what}: ${Math.round(tookMs)} ms`);
}
/** The host has the version that the manager means for it. */
async function applied(): Promise<boolean> {
  const { policy } = await workload.system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  return policy.appliedVersion === policy.assignedVersion;
}
const detections = async (path: string): Promise<readonly { rule: { name: string } }[]> => {
  const { items } = await workload.system.admin(routes.listDetections, {
    query: { accountId, hostId: agent.hostId, module: path.endsWith('.log') ? 'loginspection' : 'integrity' },
  });
  return items.filter(({ subject, log, file }) => subject === path || file?.path === path || log?.source === path);
};

test('an agent that enrols is a computer: managed, with its policy, version and platform', async () => {
  const { computers } = await api.call<{ computers: ApiObject[] }>('listComputers');
  assert.equal(computers.length, 1);
  const [found] = computers;
  computerId = found!['ID'] as number;
  policyId = found!['policyID'] as number;
  // A machine without security logs says that log inspection lacks them.
  assert.match(String((found!['computerStatus'] as ApiObject)['agentStatus']), /^(active|warning)$/);
  assert.match(String(found!['platform']), /Debian|Ubuntu|Linux/);
  assert.notEqual(found!['agentVersion'], '0.0.0.0');
  assert.match(String(found!['agentFingerPrint']), /^[0-9A-F]{2}(:[0-9A-F]{2})+$/);
  assert.equal((await api.call('describePolicy', { policyID: policyId }))['name'], 'Linux Server');
  assert.ok((found!['lastAgentCommunication'] as number) > 0);
  await until(
    async () => (((await computer())['interfaces'] as ApiObject)['interfaces'] as unknown[]).length > 0 || undefined,
    'no interfaces',
  );
});

test('a module that is switched off and on again through the API is off and on at the agent within two seconds', async () => {
  assert.deepEqual(await statusOf('integrityMonitoring'), {
    agentStatus: 'active',
    agentStatusMessage: 'Real Time, 7 rules',
  });
  await api.call('modifyPolicy', { policyID: policyId }, { body: { integrityMonitoring: { state: 'off' } } });
  await soon(
    'integrity monitoring off',
    async () => (await statusOf('integrityMonitoring')).agentStatus === 'inactive',
  );
  assert.equal((await statusOf('integrityMonitoring')).agentStatusMessage, 'Off, 7 rules');
  await api.call('modifyPolicy', { policyID: policyId }, { body: { integrityMonitoring: { state: 'real-time' } } });
  await soon('integrity monitoring on', async () => (await statusOf('integrityMonitoring')).agentStatus === 'active');
});

test('a rule made and assigned by the API watches: the next change of its files is a detection under its name', async () => {
  const rule = await api.call(
    'createIntegrityMonitoringRule',
    {},
    {
      body: {
        name: 'Our own folder',
        severity: 'high',
        template: 'file',
        fileBaseDirectory: watched,
        fileIncludeSubDirectories: true,
        realTimeMonitoringEnabled: true,
      },
    },
  );
  await api.call(
    'addIntegrityMonitoringRuleIdsToComputer',
    { computerID: computerId },
    { body: { ruleIDs: [rule['ID']] } },
  );
  await soon('the rule', applied);
  const path = join(watched, 'made.txt');
  await until(async () => {
    writeFileSync(path, String(Math.random()));
    return (await detections(path)).find((detection) => detection.rule.name === 'Our own folder');
  }, 'no detection of the file');
  const { assignedRuleIDs } = await api.call<{ assignedRuleIDs: number[] }>(
    'listIntegrityMonitoringRuleIdsOnComputer',
    { computerID: computerId },
  );
  assert.ok(assignedRuleIDs.includes(rule['ID'] as number));
});

test('a log-inspection rule of a client’s own reads the client’s own log', async () => {
  const rule = await api.call(
    'createLogInspectionRule',
    {},
    {
      body: {
        ...{
          name: 'Order system',
          template: 'basic-rule',
          ruleID: 100_001,
          level: 10,
          groups: ['order'],
          ruleDescription: 'Order refused',
        },
        ...{ pattern: 'ORDER REFUSED', patternType: 'string', dependency: 'none' },
        logFiles: { logFiles: [{ location: logFile, format: 'single-line-text-log' }] },
      },
    },
  );
  logRuleId = rule['ID'] as number;
  const body = { ruleIDs: [logRuleId] };
  await api.call('addLogInspectionRuleIdsToPolicy', { policyID: policyId }, { body });
  await soon('the rule', applied);
  await until(async () => {
    appendFileSync(logFile, `ORDER REFUSED no ${Math.random()}\n`);
    const [found] = await detections(logFile);
    return found;
  }, 'no detection of the line');
});

test('Sigma in a custom rule is carried out, and told by its UUID; what is wrong in it is refused with its place', async () => {
  const log = logFile.replace(/[^/]*$/, 'access.log');
  writeFileSync(log, '');
  const id = '7d9a6a52-5a0f-4d0c-8f2e-0a4b6c8d1e01';
  const sigma = `title: A shell is asked for\nid: ${id}\nlogsource: { category: webserver }\ndetection: { s: { cs-uri-query|contains: cmd= }, condition: s }\nlevel: high\n`;
  const custom = (text: string) => ({
    ...{ name: 'Shells', template: 'custom', ruleXML: Buffer.from(text).toString('base64') },
    logFiles: { logFiles: [{ location: log, format: 'single-line-text-log' }] },
  });
  const wrong = { body: custom(sigma.replace('contains', 'contain')) };
  assert.match(await api.refused(400, 'createLogInspectionRule', {}, wrong), /Line 4, column 19: There is no modifier/);
  const { ID } = await api.call('createLogInspectionRule', {}, { body: custom(sigma) });
  await api.call('addLogInspectionRuleIdsToPolicy', { policyID: policyId }, { body: { ruleIDs: [ID] } });
  await soon('the rule', applied);
  const found = await until(async () => {
    appendFileSync(
      log,
      `192.0.2.7 - - [27/Nov/2026:09:00:00 +0900] "GET /a.php?cmd=id${Math.random()} HTTP/1.1" 200 5 "-" "x"\n`,
    );
    return (await detections(log))[0];
  }, 'no detection of the line');
  const { rule, severity } = found as typeof found & { severity: string };
  assert.deepEqual([rule, severity], [{ id, name: 'A shell is asked for' }, 'high']);
});

test('an override holds on one computer alone, and goes again', async () => {
  await api.call('modifyComputer', { computerID: computerId }, { body: { logInspection: { state: 'off' } } });
  await soon('log inspection off here', async () => (await statusOf('logInspection')).agentStatus === 'inactive');
  assert.equal(
    ((await api.call('describePolicy', { policyID: policyId }))['logInspection'] as ApiObject)['state'],
    'on',
  );
  const own = await api.call('describeComputer', { computerID: computerId }, { query: { overrides: 'True' } });
  assert.deepEqual((own['logInspection'] as ApiObject)['state'], 'off');
  await api.call('modifyComputer', { computerID: computerId }, { body: { logInspection: { state: 'inherited' } } });
  await soon('log inspection on again', async () => (await statusOf('logInspection')).agentStatus === 'active');
});

test('another policy reaches the agent at once; without a policy everything is off', async () => {
  const made = await api.call(
    'createPolicy',
    {},
    { body: { name: 'Logs only', logInspection: { state: 'on', ruleIDs: [logRuleId] } } },
  );
  await api.call('modifyComputer', { computerID: computerId }, { body: { policyID: made['ID'] } });
  await soon(
    'the other policy',
    async () => (await applied()) && (await statusOf('logInspection')).agentStatusMessage === 'On, 1 rule',
  );
  await api.call('modifyComputer', { computerID: computerId }, { body: { policyID: 0 } });
  await soon('no policy', async () => (await statusOf('logInspection')).agentStatus === 'inactive');
  assert.equal((await computer())['policyID'], undefined);
  await api.call('modifyComputer', { computerID: computerId }, { body: { policyID: policyId } });
  await soon('the policy of before', applied);
});

test('S25, in part: a module that this host cannot carry out in full says what it lacks; nothing pretends to protect', async () => {
  await api.call('modifyPolicy', { policyID: policyId }, { body: { antiMalware: { state: 'on' } } });
  await until(async () => ((await applied()) ? true : undefined), 'anti-malware is not applied', 60_000);
  // Without ClamAV it lacks that; with it, here, the official signatures.
  await until(async () => (await statusOf('antiMalware')).agentStatus !== 'active' || undefined, 'it says nothing');
  assert.match((await statusOf('antiMalware')).agentStatusMessage, /install|signatures/i);
  const found = await computer();
  assert.equal((found['computerStatus'] as ApiObject)['agentStatus'], 'warning');
  await api.call('modifyPolicy', { policyID: policyId }, { body: { antiMalware: { state: 'inherited' } } });
  await until(async () => ((await applied()) ? true : undefined), 'anti-malware is not off', 60_000);
});

test('S13, in part: the catalogue of modules has the six of the service; application control is read as off and refused', async () => {
  const found = await computer();
  const control = found['applicationControl'] as ApiObject;
  assert.equal(control['state'], 'off');
  for (const operation of ['modifyPolicy', 'modifyComputer'] as const) {
    const message = await api.refused(
      400,
      operation,
      { policyID: policyId, computerID: computerId },
      { body: { applicationControl: { state: 'on' } } },
    );
    assert.match(message, /out of scope/);
  }
  const { modules } = await workload.system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  assert.deepEqual(modules.map(({ module }) => module).sort(), [
    'antimalware',
    'firewall',
    'integrity',
    'intrusion',
    'loginspection',
    'webreputation',
  ]);
});

test('a rule that no agent could carry out is refused where it is written, and what was in force stays', async () => {
  const before = await api.call('describePolicy', { policyID: policyId });
  // Published samples make unfinished rules; one that agents cannot carry out is refused where it would come into force.
  const unfinished = await api.call(
    'createLogInspectionRule',
    {},
    {
      body: {
        name: 'Broken',
        template: 'custom',
        ruleXML: Buffer.from('<group name="x"><rule id="1" level="1"><if_sid>').toString('base64'),
      },
    },
  );
  const body = { ruleIDs: [unfinished['ID']] };
  const message = await api.refused(400, 'addLogInspectionRuleIdsToPolicy', { policyID: policyId }, { body });
  assert.match(message, /Broken/);
  await api.refused(
    400,
    'createIntegrityMonitoringRule',
    {},
    { body: { name: 'Broken', template: 'custom', customXML: Buffer.from('<FileSet base="/x">').toString('base64') } },
  );
  await api.refused(
    400,
    'createFirewallRule',
    {},
    {
      body: {
        name: 'Broken',
        action: 'deny',
        priority: '0',
        direction: 'incoming',
        protocol: 'tcp',
        destinationPortType: 'multiple',
        destinationPortMultiple: ['70000'],
      },
    },
  );
  assert.deepEqual(await api.call('describePolicy', { policyID: policyId }), before);
  assert.equal(await applied(), true);
});

test('two rules of one number do not stand together: the second is refused by name when it is assigned', async () => {
  const basic = {
    template: 'basic-rule',
    ruleID: 100_500,
    level: 5,
    ruleDescription: 'x',
    pattern: 'y',
    patternType: 'string',
  };
  const ids: unknown[] = [];
  for (const name of ['One of the number', 'Another of the number'])
    ids.push(
      (await api.call('createLogInspectionRule', {}, { body: { ...basic, name, dependency: 'none', groups: ['x'] } }))[
        'ID'
      ],
    );
  await api.call('addLogInspectionRuleIdsToPolicy', { policyID: policyId }, { body: { ruleIDs: [ids[0]] } });
  const body = { ruleIDs: [ids[1]] };
  const message = await api.refused(400, 'addLogInspectionRuleIdsToPolicy', { policyID: policyId }, { body });
  assert.match(message, /of the number.*cannot stand beside/);
});

test('a computer that is deleted is retired: its agent is let in no more', async () => {
  await api.call('deleteComputer', { computerID: computerId });
  await api.refused(404, 'describeComputer', { computerID: computerId });
  const host = await workload.system.admin(routes.getHost, { params: { hostId: agent.hostId } });
  assert.equal(host.liveness.state, 'retired');
});
