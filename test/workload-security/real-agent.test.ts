import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type RealAgent, startAgent, until } from '../system.ts';
import type { Driver } from './driver.ts';
import { itemsOf, startWorkload, type Workload } from './world.ts';

/** A real agent, ruled through the API: what a client sets there is what the host does. */
let workload: Workload;
let api: Driver;
let agent: RealAgent;
let computerID: number;
const folder = mkdtempSync(join(tmpdir(), 'sakimori-ruled-'));

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  const { items } = await workload.system.admin(routes.listAccounts);
  agent = await startAgent(workload.system, items[0]!.id);
  const computers = itemsOf('listComputers', await api.call('listComputers', {}, { query: { expand: ['none'] } }));
  assert.equal(computers.length, 1, 'the host that enrolled is a computer');
  computerID = computers[0]!['ID'] as number;
});
after(async () => {
  await agent?.remove();
  await workload?.system.stop();
  rmSync(folder, { recursive: true, force: true });
});

const describe = (...expand: string[]) => api.call('describeComputer', { computerID }, { query: { expand } });

test('a host with an agent is a computer that says so', async () => {
  const computer = await until(async () => {
    const one = await describe('all');
    // A warning where a module lacks something on this machine.
    return /^(active|warning)$/.test(String((one['computerStatus'] as ApiObject)['agentStatus'])) ? one : undefined;
  }, 'the computer is neither active nor warning');
  assert.equal(typeof computer['agentFingerPrint'], 'string');
  assert.notEqual(computer['agentVersion'], '0.0.0.0');
  assert.match(String(computer['platform']), /Linux|Debian|Ubuntu/i);
  assert.ok(Date.now() - (computer['lastAgentCommunication'] as number) < 60_000);
  const found = await api.call(
    'searchComputers',
    {},
    { body: { searchCriteria: [{ fieldName: 'hostName', stringValue: computer['hostName'] }] } },
  );
  assert.deepEqual(
    itemsOf('searchComputers', found).map(({ ID }) => ID),
    [computerID],
  );
});

test('an integrity rule made and assigned through the API is carried out by the agent', async () => {
  const rule = {
    name: 'Ruled folder',
    template: 'file',
    severity: 'high',
    fileBaseDirectory: folder,
    fileIncludedValues: ['*.conf'],
    alertEnabled: true,
  };
  const { ID: ruleID } = await api.call('createIntegrityMonitoringRule', {}, { body: rule });
  const integrityMonitoring = { state: 'real-time', ruleIDs: [ruleID] };
  const { ID: policyID } = await api.call('createPolicy', {}, { body: { name: 'Ruled', integrityMonitoring } });
  await api.call('modifyComputer', { computerID }, { body: { policyID } });
  await until(async () => {
    const { policy } = await workload.system.admin(routes.getHost, { params: { hostId: agent.hostId } });
    return policy.appliedVersion === policy.assignedVersion ? true : undefined;
  }, 'the host did not apply its policy');
  await until(async () => {
    const { integrityMonitoring: module } = await describe('integrityMonitoring');
    const { state, moduleStatus } = module as { state: string; moduleStatus: ApiObject };
    return state === 'real-time' && moduleStatus['agentStatus'] === 'active' ? true : undefined;
  }, 'the module is not active');
  writeFileSync(join(folder, 'changed.conf'), 'x');
  const alert = await until(
    async () =>
      (await workload.system.admin(routes.listAlerts, { query: {} })).items.find(
        ({ hostId }) => hostId === agent.hostId,
      ),
    'no alert',
  );
  assert.match(JSON.stringify(alert), /Ruled folder/);
});

test('a computer that is deleted is not ruled any more', async () => {
  const answer = await api.ask('deleteComputer', { computerID });
  assert.ok([200, 204].includes(answer.status), answer.text);
  await api.refused(404, 'describeComputer', { computerID });
});
