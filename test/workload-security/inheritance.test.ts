import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, models } from '@sakimori/contract/workload-security/index';
import type { Driver } from './driver.ts';
import { itemsOf, makeFamily, startWorkload, type Workload } from './world.ts';

/** What a computer has comes from itself, its policy, that policy's parents and the default policy settings, in this order. */
let workload: Workload;
let api: Driver;
let parentID: number;
let policyID: number;
let computerID: number;

const name = 'firewallSettingEngineOptionGenerateConnectionEventsUdpEnabled';
const effective = { query: { overrides: false } };
const own = { query: { overrides: true } };

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ({ parentID, policyID, computerID } = await makeFamily(api));
});
after(() => workload?.system.stop());

const settingOf = async (operation: string, ids: Record<string, number>, overrides = false) =>
  (await api.call(operation, { ...ids, name }, { query: { overrides } }))['value'];

test('a setting comes from the nearest level that sets it, and a reset gives the value that is in force then', async () => {
  const read = async () => ({
    parent: await settingOf('describePolicySetting', { policyID: parentID }),
    child: await settingOf('describePolicySetting', { policyID }),
    computer: await settingOf('describeComputerSetting', { computerID }),
  });
  assert.deepEqual(await read(), { parent: 'false', child: 'false', computer: 'false' });
  await api.call('modifyDefaultSetting', { name }, { body: { value: 'level 0' } });
  assert.deepEqual(await read(), { parent: 'level 0', child: 'level 0', computer: 'level 0' });
  await api.call('modifyPolicySetting', { policyID: parentID, name }, { body: { value: 'level 1' } });
  assert.deepEqual(await read(), { parent: 'level 1', child: 'level 1', computer: 'level 1' });
  await api.call('modifyPolicySetting', { policyID, name }, { body: { value: 'level 2' } });
  assert.deepEqual(await read(), { parent: 'level 1', child: 'level 2', computer: 'level 2' });
  await api.call('modifyComputerSetting', { computerID, name }, { body: { value: 'level 3' } });
  assert.deepEqual(await read(), { parent: 'level 1', child: 'level 2', computer: 'level 3' });
  assert.deepEqual(await api.call('resetComputerSetting', { computerID, name }, effective), { value: 'level 2' });
  assert.deepEqual(await api.call('resetPolicySetting', { policyID, name }, effective), { value: 'level 1' });
  assert.deepEqual(await api.call('resetPolicySetting', { policyID: parentID, name }, effective), { value: 'level 0' });
  assert.deepEqual(await api.call('resetDefaultSetting', { name }), { value: 'false' });
  assert.deepEqual(await read(), { parent: 'false', child: 'false', computer: 'false' });
});

test('with overrides=True only what is set on the object itself is shown, and nothing else is written', async () => {
  const body = { policySettings: { [name]: { value: 'mine' } }, description: 'with an override' };
  const shown = await api.call('modifyPolicy', { policyID }, { ...own, body });
  assert.deepEqual(shown['policySettings'], { [name]: { value: 'mine' } });
  const all = await api.call('describePolicy', { policyID }, effective);
  assert.equal(Object.keys(all['policySettings'] as ApiObject).length, 219);
  assert.equal(all['description'], 'with an override');
  const parent = await api.call('describePolicy', { policyID: parentID }, own);
  assert.deepEqual(parent['policySettings'] ?? {}, {});
  const computer = await api.call(
    'describeComputer',
    { computerID },
    { query: { overrides: true, expand: ['computerSettings'] } },
  );
  assert.deepEqual(computer['computerSettings'] ?? {}, {});
  const seen = await api.call(
    'describeComputer',
    { computerID },
    { query: { overrides: false, expand: ['computerSettings'] } },
  );
  assert.deepEqual((seen['computerSettings'] as ApiObject)[name], { value: 'mine' });
  await api.call('resetPolicySetting', { policyID, name });
  const empty = await api.ask('describePolicySetting', { policyID, name }, own);
  assert.ok([200, 404].includes(empty.status), empty.text);
});

const stateOf = async (module: string, overrides = false) => {
  const query = { overrides, expand: [module] };
  const states = [
    await api.call('describePolicy', { policyID: parentID }, { query: { overrides } }),
    await api.call('describePolicy', { policyID }, { query: { overrides } }),
    await api.call('describeComputer', { computerID }, { query }),
  ];
  return states.map((object) => (object[module] as { state?: string } | undefined)?.state);
};

test('the state of a module is inherited until it is set, and "inherited" takes the setting back', async () => {
  for (const [module, on] of [
    ['firewall', 'on'],
    ['intrusionPrevention', 'detect'],
    ['integrityMonitoring', 'real-time'],
    ['antiMalware', 'on'],
    ['logInspection', 'on'],
    ['webReputation', 'on'],
  ] as const) {
    const set = (operation: string, ids: Record<string, number>, state: string) =>
      api.call(operation, ids, { body: { [module]: { state } } });
    await set('modifyPolicy', { policyID: parentID }, on);
    assert.deepEqual(await stateOf(module), [on, on, on], module);
    await set('modifyPolicy', { policyID }, 'off');
    assert.deepEqual(await stateOf(module), [on, 'off', 'off'], module);
    await set('modifyComputer', { computerID }, on);
    assert.deepEqual(await stateOf(module), [on, 'off', on], module);
    await set('modifyComputer', { computerID }, 'inherited');
    await set('modifyPolicy', { policyID }, 'inherited');
    assert.deepEqual(await stateOf(module), [on, on, on], `${module} reads its effective state, never "inherited"`);
    const [, child, computer] = await stateOf(module, true);
    assert.deepEqual([child, computer], [undefined, undefined], `${module} has no override left`);
    await set('modifyPolicy', { policyID: parentID }, 'off');
  }
});

const assignments = [
  ['firewall', 'Firewall', 'listFirewallRules', 'firewallRuleID'],
  ['intrusionPrevention', 'IntrusionPrevention', 'listIntrusionPreventionRules', 'intrusionPreventionRuleID'],
  ['integrityMonitoring', 'IntegrityMonitoring', 'listIntegrityMonitoringRules', 'integrityMonitoringRuleID'],
  ['logInspection', 'LogInspection', 'listLogInspectionRules', 'logInspectionRuleID'],
] as const;

for (const [module, title, list, parameter] of assignments) {
  test(`${module}: assigned rules are added, set and removed; what is effective is the union of the chain`, async () => {
    const rules = itemsOf(list, await api.call(list)).filter(({ canBeAssignedAlone }) => canBeAssignedAlone !== false);
    const [a, b, c, d] = rules.map(({ ID }) => ID as number) as [number, number, number, number];
    const assigned = async (answer: Promise<ApiObject>) =>
      [...((await answer)['assignedRuleIDs'] as number[])].sort((x, y) => x - y);
    const on = (operation: string, ids: Record<string, number>, ruleIDs: readonly number[], overrides = false) =>
      assigned(api.call(operation, ids, { body: { ruleIDs }, query: { overrides } }));
    const lists = async (overrides: boolean) => [
      await assigned(api.call(`list${title}RuleIdsOnPolicy`, { policyID: parentID }, { query: { overrides } })),
      await assigned(api.call(`list${title}RuleIdsOnPolicy`, { policyID }, { query: { overrides } })),
      await assigned(api.call(`list${title}RuleIdsOnComputer`, { computerID }, { query: { overrides } })),
    ];
    const sort = (...all: number[]) => all.sort((x, y) => x - y);
    assert.deepEqual(await on(`set${title}RuleIdsOnPolicy`, { policyID: parentID }, [a]), [a]);
    assert.deepEqual(await on(`add${title}RuleIdsToPolicy`, { policyID }, [b]), sort(a, b));
    assert.deepEqual(
      await on(`add${title}RuleIdsToPolicy`, { policyID }, [b, c], true),
      sort(b, c),
      'added twice is there once',
    );
    assert.deepEqual(await on(`add${title}RuleIdsToComputer`, { computerID }, [d], true), [d]);
    assert.deepEqual(await lists(false), [[a], sort(a, b, c), sort(a, b, c, d)]);
    assert.deepEqual(await lists(true), [[a], sort(b, c), [d]]);
    const removed = api.call(`remove${title}RuleIdFromPolicy`, { policyID, [parameter]: b }, effective);
    assert.deepEqual(await assigned(removed), sort(a, c), 'what remains is answered');
    const policy = await api.call('modifyPolicy', { policyID }, { ...own, body: { [module]: { ruleIDs: [d] } } });
    assert.deepEqual((policy[module] as { ruleIDs: number[] }).ruleIDs, [d], 'rule ids in a policy replace');
    assert.deepEqual(
      await on(`set${title}RuleIdsOnComputer`, { computerID }, []),
      sort(a, d),
      'an empty set takes the own ones away',
    );
    assert.deepEqual((await lists(true))[2], []);
    await on(`set${title}RuleIdsOnPolicy`, { policyID }, []);
    await on(`set${title}RuleIdsOnPolicy`, { policyID: parentID }, []);
    await api.refused(404, `add${title}RuleIdsToPolicy`, { policyID: 999_999 }, { body: { ruleIDs: [a] } });
    const unknown = await api.ask(`add${title}RuleIdsToPolicy`, { policyID }, { body: { ruleIDs: [99_999_999] } });
    assert.ok([400, 404].includes(unknown.status), `an unknown rule: ${unknown.status} ${unknown.text}`);
  });
}

test('application types of assigned intrusion prevention rules are answered with them', async () => {
  const [rule] = itemsOf('listIntrusionPreventionRules', await api.call('listIntrusionPreventionRules'));
  const body = { ruleIDs: rule!['ID'] };
  const answer = await api.call('addIntrusionPreventionRuleIdsToPolicy', { policyID }, { body });
  assert.deepEqual(answer['assignedApplicationTypeIDs'], [rule!['applicationTypeID']]);
  await api.call('setIntrusionPreventionRuleIdsOnPolicy', { policyID }, { body: { ruleIDs: [] } });
});

test('every kind of information on a computer comes when it is asked for and only then', async () => {
  const basic = Object.keys(await api.call('describeComputer', { computerID }, { query: { expand: ['none'] } }));
  const all = Object.keys(await api.call('describeComputer', { computerID }));
  const values = models['Expand']!.enum!.filter((one) => !/^(none|all)/.test(one));
  for (const expand of values) {
    const got = Object.keys(await api.call('describeComputer', { computerID }, { query: { expand: [expand] } }));
    assert.deepEqual(
      got.filter((one) => !basic.includes(one) && one !== expand),
      [],
      `expand=${expand} adds itself alone`,
    );
    assert.equal(got.includes(expand), all.includes(expand), `expand=${expand} is what expand=all has of it`);
  }
  const both = Object.keys(
    await api.call('describeComputer', { computerID }, { query: { expand: ['firewall', 'tasks'] } }),
  );
  assert.ok(both.includes('firewall'));
  for (const bundle of ['allSecurityModules', 'allVirtualMachineSummaries'])
    await api.call('describeComputer', { computerID }, { query: { expand: [bundle] } });
  // Newer clients ask for more than this version has.
  const unknown = await api.ask('describeComputer', { computerID }, { query: { expand: ['deviceControl'] } });
  assert.ok([200, 400].includes(unknown.status), unknown.text);
});

test('a policy is moved, never below itself; a computer is given no policy with 0', async () => {
  await api.refused(400, 'modifyPolicy', { policyID: parentID }, { body: { parentID: policyID } });
  await api.refused(400, 'modifyPolicy', { policyID }, { body: { parentID: policyID } });
  await api.refused(400, 'modifyPolicy', { policyID }, { body: { parentID: 999_999 } });
  const top = await api.call('modifyPolicy', { policyID }, { body: { parentID: 0 } });
  assert.ok(!top['parentID']);
  const back = await api.call('modifyPolicy', { policyID }, { body: { parentID } });
  assert.equal(back['parentID'], parentID);
  const none = await api.call('modifyComputer', { computerID }, { body: { policyID: 0 } });
  assert.ok(!none['policyID']);
  assert.equal((none['firewall'] as { state: string }).state, 'off');
  const again = await api.call('modifyComputer', { computerID }, { body: { policyID: String(policyID) } });
  assert.equal(again['policyID'], policyID);
});
