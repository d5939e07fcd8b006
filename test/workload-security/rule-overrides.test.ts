import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Driver } from './driver.ts';
import { itemsOf, makeFamily, startWorkload, type Workload } from './world.ts';

/** Properties of a rule that are set on a policy or a computer alone, and what of them is seen where. */
let workload: Workload;
let api: Driver;
let parentID: number;
let policyID: number;
let computerID: number;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ({ parentID, policyID, computerID } = await makeFamily(api));
});
after(() => workload?.system.stop());

type Kind = {
  readonly title: string;
  readonly list: string;
  readonly parameter: string;
  readonly rule: string;
  readonly one: ApiObject;
  readonly other: ApiObject;
};
const kinds: readonly Kind[] = [
  {
    title: 'FirewallRule',
    list: 'listFirewallRules',
    parameter: 'firewallRuleID',
    rule: 'describeFirewallRule',
    one: { alertEnabled: true },
    other: { logDisabled: true },
  },
  {
    title: 'IntrusionPreventionRule',
    list: 'listIntrusionPreventionRules',
    parameter: 'intrusionPreventionRuleID',
    rule: 'describeIntrusionPreventionRule',
    one: { detectOnly: true },
    other: { eventLoggingDisabled: true },
  },
  {
    title: 'IntegrityMonitoringRule',
    list: 'listIntegrityMonitoringRules',
    parameter: 'integrityMonitoringRuleID',
    rule: 'describeIntegrityMonitoringRule',
    one: { alertEnabled: true },
    other: { severity: 'critical' },
  },
  {
    title: 'LogInspectionRule',
    list: 'listLogInspectionRules',
    parameter: 'logInspectionRuleID',
    rule: 'describeLogInspectionRule',
    one: { alertMinimumSeverity: 11 },
    other: { alertEnabled: true },
  },
  {
    title: 'IntrusionPreventionApplicationType',
    list: 'listApplicationTypes',
    parameter: 'applicationTypeID',
    rule: 'describeApplicationType',
    one: { portType: 'any' },
    other: { recommendationsMode: 'ignored' },
  },
];

const pick = (object: ApiObject, like: ApiObject) =>
  Object.fromEntries(Object.keys(like).map((name) => [name, object[name]]));
const withoutId = ({ ID: _, ...rest }: ApiObject) => rest;

for (const { title, list, parameter, rule, one, other } of kinds) {
  test(`${title}: set on a policy and on a computer, seen below, and taken back`, async () => {
    const changed = (object: ApiObject) =>
      Object.entries({ ...one, ...other }).every(([name, value]) => object[name] !== value);
    const found = itemsOf(list, await api.call(list)).find(changed)!;
    const id = { [parameter]: found['ID'] as number };
    const describe = (on: string, ids: Record<string, number>, overrides: boolean) =>
      api.call(`describe${title}On${on}`, { ...ids, ...id }, { query: { overrides } });
    const modify = (on: string, ids: Record<string, number>, body: ApiObject, overrides = false) =>
      api.call(`modify${title}On${on}`, { ...ids, ...id }, { body, query: { overrides } });

    const set = await modify('Policy', { policyID: parentID }, one);
    assert.deepEqual(pick(set, one), one);
    assert.equal(set['name'], found['name'], 'the whole rule is answered');
    const seen = [await describe('Policy', { policyID }, false), await describe('Computer', { computerID }, false)];
    for (const below of seen) assert.deepEqual(pick(below, one), one, 'a child and its computers see it');
    assert.deepEqual(
      withoutId(await describe('Policy', { policyID: parentID }, true)),
      one,
      'overrides=True shows just what is set here',
    );
    assert.deepEqual(withoutId(await describe('Policy', { policyID }, true)), {}, 'nothing is set on the child');

    const only = await modify('Computer', { computerID }, other, true);
    assert.deepEqual(withoutId(only), other);
    assert.deepEqual(
      pick(await describe('Computer', { computerID }, false), { ...one, ...other }),
      { ...one, ...other },
      'both levels together',
    );
    assert.deepEqual(
      pick(await describe('Policy', { policyID }, false), other),
      pick(found, other),
      'the policy does not see its computer',
    );
    const itself = await api.call(rule, id);
    assert.deepEqual(
      pick(itself, { ...one, ...other }),
      pick(found, { ...one, ...other }),
      'the rule itself is as it was',
    );

    const listed = await api.call(`list${title}sOnPolicy`, { policyID }, { query: { overrides: false } });
    for (const entry of Object.values(listed)[0] as ApiObject[])
      if (entry['ID'] === found['ID']) assert.deepEqual(pick(entry, one), one, 'the list says the same');

    const reset = await api.call(`reset${title}OnComputer`, { computerID, ...id }, { query: { overrides: false } });
    assert.deepEqual(
      pick(reset, { ...one, ...other }),
      { ...pick(found, other), ...one },
      'a reset gives the rule as it is from above',
    );
    const last = await api.call(
      `reset${title}OnPolicy`,
      { policyID: parentID, ...id },
      { query: { overrides: false } },
    );
    assert.deepEqual(pick(last, one), pick(found, one));
    assert.deepEqual(withoutId(await describe('Policy', { policyID: parentID }, true)), {});
  });

  test(`${title}: an unknown rule, policy or computer is not found`, async () => {
    const [some] = itemsOf(list, await api.call(list));
    const ids = { policyID, computerID, [parameter]: some!['ID'] as number };
    for (const verb of ['describe', 'modify', 'reset']) {
      const sending = verb === 'modify' ? { body: one } : {};
      await api.refused(404, `${verb}${title}OnPolicy`, { ...ids, policyID: 888_888 }, sending);
      await api.refused(404, `${verb}${title}OnComputer`, { ...ids, computerID: 888_888 }, sending);
      await api.refused(404, `${verb}${title}OnPolicy`, { ...ids, [parameter]: 88_888_888 }, sending);
    }
  });
}
