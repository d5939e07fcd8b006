import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, operations } from '@sakimori/contract/workload-security/index';
import type { Driver, Ids } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { idIn, startWorkload, type Workload } from './world.ts';

/** Assignments of rules on policies and computers, all four modules: what each method does, and what 0, null and nothing mean. */
let workload: Workload;
let api: Driver;
const ids: Record<string, number> = {};

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids['policyID'] = idIn(await api.call('createPolicy', {}, { body: { name: 'above' } }));
  const below = { name: 'below', parentID: ids['policyID'] };
  ids['childID'] = idIn(await api.call('createPolicy', {}, { body: below }));
  ids['computerID'] = idIn(
    await api.call('createComputer', {}, { body: { hostName: 'one', policyID: ids['childID'] } }),
  );
  const type = await api.call('createApplicationType', {}, { body: bodyOf['createApplicationType']!('type', {}) });
  ids['applicationTypeID'] = idIn(type);
});
after(() => workload?.system.stop());

const modules = [
  ['firewall', 'createFirewallRule', 'firewallRuleID'],
  ['intrusionprevention', 'createIntrusionPreventionRule', 'intrusionPreventionRuleID'],
  ['integritymonitoring', 'createIntegrityMonitoringRule', 'integrityMonitoringRuleID'],
  ['loginspection', 'createLogInspectionRule', 'logInspectionRuleID'],
] as const;

/** The operation of a path and method, as `POST /policies/{policyID}/firewall/assignments`. */
const operation = (method: string, path: string): string =>
  operations.find((one) => one.method === method && one.path === path)!.id;
const assigned = (answer: ApiObject) => answer['assignedRuleIDs'];

for (const [module, create, parameter] of modules)
  test(`${module}: POST adds, PUT replaces, DELETE takes one away, and each answers with what is assigned then`, async () => {
    const rules: number[] = [];
    for (const name of ['a', 'b', 'c'])
      rules.push(idIn(await api.call(create, {}, { body: bodyOf[create]!(`${module} ${name}`, ids) })));
    const [a, b, c] = rules as [number, number, number];
    for (const place of ['/policies/{policyID}', '/computers/{computerID}']) {
      const path = `${place}/${module}/assignments`;
      const call = async (method: string, own: Ids, body?: unknown, at = path) =>
        assigned(await api.call(operation(method, at), own, body === undefined ? {} : { body }));
      const own: Ids = place.startsWith('/policies')
        ? { policyID: ids['policyID']! }
        : { computerID: ids['computerID']! };
      const one = (rule: number): Ids => ({ ...own, [parameter]: rule });
      const single = `${path}/{${parameter}}`;
      await call('PUT', own, { ruleIDs: [] });
      assert.deepEqual(await call('POST', own, { ruleIDs: [b, a] }), [a, b]);
      assert.deepEqual(await call('POST', own, { ruleIDs: c }), [a, b, c], 'a single number is a list of one');
      assert.deepEqual(await call('POST', own, { ruleIDs: [a] }), [a, b, c], 'once is enough');
      assert.deepEqual(await call('POST', own), [a, b, c], 'nothing adds nothing');
      assert.deepEqual(await call('DELETE', one(b), undefined, single), [a, c]);
      assert.deepEqual(await call('DELETE', one(b), undefined, single), [a, c], 'what is not assigned is let be');
      await api.refused(404, operation('DELETE', single), one(777_777));
      await api.refused(400, operation('POST', path), own, { body: { ruleIDs: [777_777] } });
      assert.deepEqual(await call('PUT', own, { ruleIDs: [b] }), [b]);
      for (const nothing of [undefined, {}, { ruleIDs: null }, null]) {
        await call('PUT', own, { ruleIDs: [a] });
        assert.deepEqual(await call('PUT', own, nothing), [], `PUT ${JSON.stringify(nothing)}`);
        await api.refused(404, operation('DELETE', single), one(777_777));
      }
    }
  });

test('what stands above counts below, and is taken away above alone', async () => {
  const rule = idIn(await api.call('createFirewallRule', {}, { body: { name: 'from above' } }));
  const mine = idIn(await api.call('createFirewallRule', {}, { body: { name: 'of its own' } }));
  const [above, below] = [{ policyID: ids['policyID']! }, { policyID: ids['childID']! }];
  await api.call('setFirewallRuleIdsOnPolicy', above, { body: { ruleIDs: [rule] } });
  assert.deepEqual(assigned(await api.call('addFirewallRuleIdsToPolicy', below, { body: { ruleIDs: [mine] } })), [
    rule,
    mine,
  ]);
  const own = await api.call('listFirewallRuleIdsOnPolicy', below, { query: { overrides: true } });
  assert.deepEqual(assigned(own), [mine]);
  const stays = await api.call('removeFirewallRuleIdFromPolicy', { ...below, firewallRuleID: rule });
  assert.deepEqual(assigned(stays), [rule, mine]);
  await api.call('deleteFirewallRule', { firewallRuleID: rule });
  assert.deepEqual(
    assigned(await api.call('listFirewallRuleIdsOnPolicy', below)),
    [mine],
    'a rule that is gone is assigned nowhere',
  );
});

test('0 unassigns, null clears, and what is not sent stays as it is', async () => {
  const scheduleID = idIn(await api.call('createSchedule', {}, { body: { name: 'hours' } }));
  const rule = idIn(
    await api.call('createFirewallRule', {}, { body: { name: 'timed', description: 'why', scheduleID } }),
  );
  const change = (body: ApiObject) => api.call('modifyFirewallRule', { firewallRuleID: rule }, { body });
  assert.equal((await change({ alertEnabled: true }))['scheduleID'], scheduleID);
  assert.match(await api.refused(400, 'deleteSchedule', { scheduleID }), /in use/);
  const without = await change({ scheduleID: 0 });
  assert.deepEqual([without['scheduleID'] ?? 0, without['description'], without['alertEnabled']], [0, 'why', true]);
  assert.equal((await change({ description: null }))['description'], undefined);
  await api.call('deleteSchedule', { scheduleID });
  const own = { policyID: ids['policyID']! };
  const antiMalware = { state: 'on', realTimeScanConfigurationID: 1, realTimeScanScheduleID: 4 };
  await api.call('modifyPolicy', own, { body: { antiMalware } });
  const { antiMalware: shown } = await api.call('modifyPolicy', own, {
    body: { antiMalware: { realTimeScanScheduleID: 0 } },
  });
  const { moduleStatus: _, ...rest } = shown as ApiObject;
  assert.deepEqual(rest, { state: 'on', realTimeScanConfigurationID: 1 });
});
