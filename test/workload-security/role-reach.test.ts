import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type ApiObject, type Operation, operations } from '@sakimori/contract/workload-security/index';
import { type Driver, type Ids, refusalOf } from './driver.ts';
import { bodyOf } from './fixtures.ts';
import { makeKeyWith, platform, rightsOf, usual } from './roles.ts';
import {
  each,
  harmlessBody,
  idIn,
  idsFor,
  itemsOf,
  makeOne,
  makeWorld,
  startWorkload,
  type Workload,
} from './world.ts';

/** Where a role reaches: the computers and policies that it names, and whom it can give rights to or take them from. */
let workload: Workload;
let api: Driver;
let ids: Ids;

before(async () => {
  workload = await startWorkload();
  api = workload.api;
  ids = await makeWorld(api, 'reach');
});
after(() => workload?.system.stop());

const keyWith = (role: ApiObject) => makeKeyWith(api, role);

const editing = rightsOf(
  ...usual(`${platform}.policyRights`, 'Policies', 'Policy'),
  ...usual(`${platform}.computerRights`, 'Computers'),
  ...usual(`${platform}.scheduledTaskRights`, 'ScheduledTasks'),
  `${platform}.scheduledTaskRights.canExecuteScheduledTasks`,
  `${platform}.scheduledTaskRights.canViewScheduledTasks`,
);
const onPolicies = operations.filter(({ path }) => path.startsWith('/policies/{policyID}'));
const onComputers = operations.filter(({ path }) => path.startsWith('/computers/{computerID}'));
const isChange = ({ method }: Operation) => method !== 'GET';

test('a role for some policies sees and changes those alone, whatever the operation', async () => {
  const mine = idIn(await makeOne(api, 'createPolicy', 'mine', ids));
  const key = await keyWith({ allPolicies: false, policyIDs: [mine], rights: editing });
  const policies = itemsOf('listPolicies', await key.call('listPolicies'));
  assert.deepEqual(
    policies.map(({ ID }) => ID),
    [mine],
  );
  await each(onPolicies, async (operation) => {
    const answer = await key.ask(operation.id, idsFor(operation, ids), { body: harmlessBody(operation, ids) });
    assert.ok([403, 404].includes(answer.status), `${operation.id}: ${answer.status} ${answer.text.slice(0, 200)}`);
  });
  await key.call(
    'modifyPolicySetting',
    { policyID: mine, name: 'firewallSettingReconnaissanceEnabled' },
    { body: { value: 'true' } },
  );
  // What a policy inherits, and what a computer has from its policy, is seen through them.
  const other = ids['policyID']!;
  const through: [string, Ids, ApiObject][] = [
    ['createPolicy', {}, { name: 'below another', parentID: other }],
    ['modifyPolicy', { policyID: mine }, { parentID: other }],
    ['createComputer', {}, { hostName: 'curious', policyID: other }],
    ['modifyComputer', { computerID: idIn(await makeOne(api, 'createComputer', 'plain', {})) }, { policyID: other }],
  ];
  for (const [operation, own, body] of through)
    assert.match(await key.refused(400, operation, own, { body }), /there is no Policy/, operation);
  const task = { ...bodyOf['createEventBasedTask']!('assigns another', ids) };
  await key.refused(400, 'createEventBasedTask', {}, { body: task });
});

test('a role that may look at other policies changes only its own', async () => {
  const mine = idIn(await makeOne(api, 'createPolicy', 'looked at', ids));
  const looking = rightsOf(`${platform}.policyRights.canViewOtherPolicies`);
  const rights = {
    platformRights: {
      ...(editing[platform] as ApiObject),
      policyRights: {
        ...((editing[platform] as ApiObject)['policyRights'] as ApiObject),
        ...((looking[platform] as ApiObject)['policyRights'] as ApiObject),
      },
    },
  };
  const key = await keyWith({ allPolicies: false, policyIDs: [mine], rights });
  await each(onPolicies, async (operation) => {
    const answer = await key.ask(operation.id, idsFor(operation, ids), { body: harmlessBody(operation, ids) });
    const isSeen = !isChange(operation) || operation.path.endsWith('/search');
    assert.equal(answer.status, isSeen ? 200 : 403, `${operation.id}: ${answer.text.slice(0, 200)}`);
  });
});

test('a role for some computers changes those alone, also where it may look at others', async () => {
  const mine = idIn(await makeOne(api, 'createComputer', 'my-own', {}));
  for (const looks of [false, true]) {
    const more = looks ? { canViewOtherComputers: true } : {};
    const place = editing[platform] as { computerRights: ApiObject };
    const rights = { platformRights: { ...place, computerRights: { ...place.computerRights, ...more } } };
    const key = await keyWith({ allComputers: false, computerIDs: [mine], rights });
    await each(onComputers, async (operation) => {
      const answer = await key.ask(operation.id, idsFor(operation, ids), { body: harmlessBody(operation, ids) });
      const status = !looks ? 404 : isChange(operation) ? 403 : 200;
      assert.equal(answer.status, status, `${operation.id}: ${answer.text.slice(0, 200)}`);
    });
    await key.call('modifyComputer', { computerID: mine }, { body: { description: `mine ${looks}` } });
    const setting = { computerID: mine, name: 'firewallSettingReconnaissanceEnabled' };
    await key.call('modifyComputerSetting', setting, { body: { value: 'true' } });
    await key.refused(looks ? 403 : 404, 'deleteComputer', { computerID: ids['computerID']! });
  }
});

test('tasks reach no further than the role of whoever makes them', async () => {
  const mine = idIn(await makeOne(api, 'createComputer', 'task-own', {}));
  const key = await keyWith({ allComputers: false, computerIDs: [mine], rights: editing });
  const schedule = { recurrenceType: 'daily', dailyScheduleParameters: { startTime: 1_536_030_000_000 } };
  const scan = (computerFilter: ApiObject) => ({
    ...{ name: `scan ${JSON.stringify(computerFilter)}`, type: 'scan-for-recommendations', scheduleDetails: schedule },
    scanForRecommendationsTaskParameters: { computerFilter },
  });
  await key.call('createScheduledTask', {}, { body: scan({ type: 'computer', computerID: mine }) });
  for (const filter of [
    { type: 'all-computers' },
    { type: 'computers-using-policy', policyID: 1 },
    { type: 'computers-in-group', computerGroupID: ids['computerGroupID'] },
  ])
    await key.refused(403, 'createScheduledTask', {}, { body: scan(filter) });
  const recipients = { allAdministratorsAndContacts: true };
  const about = [
    { type: 'send-alert-summary', sendAlertSummaryTaskParameters: { recipients } },
    { type: 'generate-report', generateReportTaskParameters: { reportTemplateID: 1, recipients } },
  ];
  for (const task of about)
    await key.refused(
      403,
      'createScheduledTask',
      {},
      { body: { ...task, name: task.type, scheduleDetails: schedule } },
    );
  await key.refused(403, 'createEventBasedTask', {}, { body: bodyOf['createEventBasedTask']!('everywhere', ids) });
  await key.refused(
    403,
    'modifyEventBasedTask',
    { eventBasedTaskID: ids['eventBasedTaskID']! },
    { body: { enabled: false } },
  );
  const another = await key.ask(
    'modifyScheduledTask',
    { scheduledTaskID: ids['scheduledTaskID']! },
    { body: { runNow: true } },
  );
  assert.match(refusalOf(another, 400, 'another’s task'), /no Computer/);
});

test('running a task now takes the right to run tasks', async () => {
  const { canExecuteScheduledTasks: _, ...may } = ((editing[platform] as ApiObject)['scheduledTaskRights'] ??
    {}) as ApiObject;
  const key = await keyWith({ rights: { platformRights: { scheduledTaskRights: may } } });
  const own = { scheduledTaskID: ids['scheduledTaskID']! };
  await key.call('modifyScheduledTask', own, { body: { runNow: false } });
  assert.match(await key.refused(403, 'modifyScheduledTask', own, { body: { runNow: true } }), /execute/);
});

const giving = rightsOf(
  ...usual(`${platform}.apikeyRights`, 'ApiKeys'),
  ...usual(`${platform}.administratorRoleRights`, 'AdministratorRoles'),
  ...usual(`${platform}.administratorRights`, 'Administrators'),
);

test('nobody makes a role that may more than their own: more rights, more computers, more policies, or to hand out more', async () => {
  const bounds = {
    allComputers: false,
    allPolicies: false,
    computerIDs: [ids['computerID']],
    policyIDs: [ids['policyID']],
  };
  const key = await keyWith({ ...bounds, rights: giving });
  const base = { ...bounds, rights: giving };
  const wider: [string, ApiObject][] = [
    ['more rights', { ...base, rights: rightsOf(`${platform}.policyRights.canDeletePolicies`) }],
    ['all computers', { ...base, allComputers: true }],
    ['all policies', { ...base, allPolicies: true }],
    ['all, as nothing was said', { rights: giving }],
    ['another computer', { ...base, computerIDs: [ids['computerID'], 4711] }],
    ['a group', { ...base, computerGroupIDs: [ids['computerGroupID']] }],
    ['another policy', { ...base, policyIDs: [1] }],
    ['to hand out more', { ...base, canOnlyManipulateUsersWithEqualOrLesserRights: false }],
  ];
  for (const [what, body] of wider) {
    await key.refused(403, 'createAdministratorRole', {}, { body: { name: what, ...body } });
    // What a change does not say stays as it is.
    if ('allComputers' in body) await key.refused(403, 'modifyAdministratorRole', { roleID: key.roleID }, { body });
  }
  const equal = await key.call('createAdministratorRole', {}, { body: { name: 'an equal', ...base } });
  await key.call('createApiKey', {}, { body: { keyName: 'of an equal', roleID: idIn(equal) } });
});

test('nobody takes away, locks, renews or weakens what may more than they', async () => {
  const key = await keyWith({ rights: giving });
  const strong = idIn(await api.call('createApiKey', {}, { body: { keyName: 'strong', roleID: 1 } }));
  const weak = (await keyWith({})).roleID;
  const attempts: [string, Ids, ApiObject | undefined][] = [
    ['modifyApiKey', { apiKeyID: strong }, { roleID: weak }],
    ['modifyApiKey', { apiKeyID: strong }, { active: false }],
    ['modifyApiKey', { apiKeyID: strong }, { active: false, roleID: weak }],
    ['replaceApiSecretKey', { apiKeyID: strong }, undefined],
    ['deleteApiKey', { apiKeyID: strong }, undefined],
  ];
  const person = idIn(
    await api.call('createAdministrator', {}, { body: { ...bodyOf['createAdministrator']!('chief', ids), roleID: 1 } }),
  );
  attempts.push(
    ['modifyAdministrator', { administratorID: person }, { roleID: weak }],
    ['deleteAdministrator', { administratorID: person }, undefined],
  );
  const all = await api.call('describeAdministratorRole', { roleID: 1 });
  const strongRole = idIn(
    await api.call('createAdministratorRole', {}, { body: { name: 'strong role', rights: all['rights'] } }),
  );
  const nothing = JSON.parse(JSON.stringify(all['rights']).replaceAll('true', 'false')) as ApiObject;
  attempts.push(
    ['modifyAdministratorRole', { roleID: strongRole }, { description: 'taken over' }],
    ['modifyAdministratorRole', { roleID: strongRole }, { rights: nothing }],
    ['deleteAdministratorRole', { roleID: strongRole }, undefined],
  );
  for (const [operation, own, body] of attempts) await key.refused(403, operation, own, { body });
  assert.equal((await api.call('describeApiKey', { apiKeyID: strong }))['roleID'], 1);
});

test('a key that is locked is locked, whatever time it was once to be unlocked at', async () => {
  const key = await keyWith({});
  const own = { apiKeyID: key.apiKeyID };
  await api.call('modifyApiKey', own, { body: { active: false, unlockTime: Date.now() - 60_000 } });
  await key.call('listPolicies');
  await api.call('modifyApiKey', own, { body: { active: false } });
  await key.refused(403, 'listPolicies');
  await api.call('modifyApiKey', own, { body: { active: true } });
  await key.call('listPolicies');
});
