import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { automationRoom } from '@sakimori/manager/automation/index';
import { sql } from '@sakimori/manager/platform/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import { patience } from '../patience.ts';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { onceNow, outcome, tick } from './task-runs.ts';

/** Scheduled tasks through the API, on a whole manager whose clock stands until it is moved. */
let here: ManagerInProcess;
before(async () => {
  here = await startManagerInProcess();
});
after(() => here?.stop());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const tasksOf = (accountId: string) =>
  here.platform.database.as(accountId, (tx) =>
    tx.rows(sql<{ kind: string; host_id: string; created_by: string }>`
      select kind, host_id, created_by from hosts_task_all where tenant_id = ${accountId} order by created_at, id`),
  );

/** An account with hosts: `a` with the policy parent, `b` with its child, `c` in a group, `d` in a group below that; and a computer without an agent. */
async function makeHosts(name: string) {
  const { api, accountId } = await here.makeAccount(name);
  const parentID = (await api.call('createPolicy', {}, { body: { name: 'Parent' } }))['ID'] as number;
  const childID = (await api.call('createPolicy', {}, { body: { name: 'Child', parentID } }))['ID'] as number;
  const groupID = (await api.call('createComputerGroup', {}, { body: { name: 'Group' } }))['ID'] as number;
  const below = { name: 'Below', parentGroupID: groupID };
  const belowID = (await api.call('createComputerGroup', {}, { body: below }))['ID'] as number;
  const placed: Record<string, ApiObject> = {
    ...{ a: { policyID: parentID }, b: { policyID: childID }, c: { groupID }, d: { groupID: belowID } },
    bare: { groupID },
  };
  const agents: Record<string, SimulatedAgent> = {};
  const ids: Record<string, number> = {};
  for (const [hostName, body] of Object.entries(placed)) {
    ids[hostName] = (await api.call('createComputer', {}, { body: { hostName, ...body } }))['ID'] as number;
    if (hostName !== 'bare') agents[hostName] = await here.enrol(accountId, { name: hostName });
  }
  const nameOf = (hostId: string) => Object.keys(agents).find((one) => agents[one]!.hostId === hostId);
  return { api, accountId, ids, nameOf, parentID, childID, groupID, belowID };
}

test('S58, in part: a task asks the hosts that its filter chooses, for what its type means, at once where it is to run now', async () => {
  const world = await makeHosts('filters');
  const { api, accountId, ids, nameOf } = world;
  const filters: [type: string, property: string, kind: string, filter: ApiObject, hosts: string[], bare: number][] = [
    [
      'scan-for-recommendations',
      'scanForRecommendationsTaskParameters',
      'recommendation-scan',
      { type: 'computer', computerID: ids['b'] },
      ['b'],
      0,
    ],
    [
      'scan-for-integrity-changes',
      'scanForIntegrityChangesTaskParameters',
      'integrity-scan',
      { type: 'computers-in-group', computerGroupID: world.groupID },
      ['c'],
      1,
    ],
    [
      'scan-for-malware',
      'scanForMalwareTaskParameters',
      'malware-scan',
      { type: 'computers-in-group-or-subgroup', computerGroupID: world.groupID },
      ['c', 'd'],
      1,
    ],
    [
      'scan-for-open-ports',
      'scanForOpenPortsTaskParameters',
      'open-ports-scan',
      { type: 'computers-using-policy', policyID: world.parentID },
      ['a'],
      0,
    ],
    [
      'send-policy',
      'sendPolicyTaskParameters',
      'policy',
      { type: 'computers-using-policy-or-subpolicy', policyID: world.parentID },
      ['a', 'b'],
      0,
    ],
    [
      'check-for-security-updates',
      'checkForSecurityUpdatesTaskParameters',
      'update-check',
      { type: 'all-computers' },
      ['a', 'b', 'c', 'd'],
      1,
    ],
  ];
  for (const [type, property, kind, computerFilter, hosts, withoutAgent] of filters) {
    const body = { name: type, type, ...onceNow, [property]: { computerFilter } };
    const startedMs = performance.now();
    const task = await api.call('createScheduledTask', {}, { body });
    assert.deepEqual((task[property] as ApiObject)['computerFilter'], computerFilter);
    const { action, facts } = await outcome(here, accountId, type);
    assert.ok(performance.now() - startedMs < patience(2000), `${type} waited`);
    assert.deepEqual(
      [action, facts],
      ['task.ran', { name: type, type, hosts: hosts.length, withoutAgent, deleted: true }],
    );
    const given = (await tasksOf(accountId)).filter((one) => one.kind === kind);
    assert.deepEqual(given.map(({ host_id }) => nameOf(host_id)).sort(), hosts, type);
    assert.equal(given[0]!.created_by, `Scheduled task “${type}”`);
  }
  const software = { name: 'software', type: 'check-for-software-updates', ...onceNow };
  await api.call('createScheduledTask', {}, { body: software });
  await outcome(here, accountId, 'software');
  assert.deepEqual(await api.call('listScheduledTasks'), { scheduledTasks: [] });
});

test('S58, in part: a task runs at its time, tells when it ran and will run, and ends after so many runs', async () => {
  const { api, accountId } = await here.makeAccount('times');
  const now = here.clock.now().getTime();
  const startTime = Math.ceil((now + dayMs) / minuteMs) * minuteMs;
  const daily = (recurrenceCount: number) => ({
    ...{ type: 'scan-for-recommendations', timeZone: 'Asia/Tokyo' },
    scheduleDetails: {
      ...{ timeZone: 'Asia/Tokyo', recurrenceType: 'daily', recurrenceCount },
      dailyScheduleParameters: { startTime, frequencyType: 'everyday' },
    },
    scanForRecommendationsTaskParameters: { computerFilter: { type: 'all-computers' } },
  });
  const ever = await api.call('createScheduledTask', {}, { body: { name: 'ever', ...daily(0) } });
  const twice = await api.call('createScheduledTask', {}, { body: { name: 'twice', ...daily(2) } });
  const off = await api.call('createScheduledTask', {}, { body: { name: 'off', ...daily(0), enabled: false } });
  assert.deepEqual(
    [ever['nextRunTime'], ever['lastRunTime'], ever['runNow'], off['nextRunTime']],
    [startTime, undefined, false, undefined],
  );
  await tick(here, 'automation.runs');
  assert.deepEqual(await here.audit(accountId, 'task.ran'), []);
  const describe = (task: ApiObject) => api.call('describeScheduledTask', { scheduledTaskID: task['ID'] as number });
  for (const [run, day] of [1, 2].entries()) {
    // A manager that was away runs once what it missed.
    here.clock.set(new Date(startTime + day * dayMs - dayMs + 3 * minuteMs));
    await tick(here, 'automation.runs');
    const { facts } = await outcome(here, accountId, 'ever', run + 1);
    assert.equal(facts['dueAt'], new Date(startTime + day * dayMs - dayMs).toISOString(), 'it says that it is late');
    await outcome(here, accountId, 'twice', run + 1);
    const at = here.clock.now().getTime();
    const after = await describe(ever);
    assert.deepEqual([after['lastRunTime'], after['nextRunTime']], [at, startTime + day * dayMs]);
    if (run === 0) {
      const { scheduleDetails } = (await describe(twice)) as { scheduleDetails: ApiObject };
      assert.equal(scheduleDetails['recurrenceCount'], 1);
    }
  }
  await api.refused(404, 'describeScheduledTask', { scheduledTaskID: twice['ID'] as number });
  await tick(here, 'automation.runs');
  const ran = (await here.audit(accountId, 'task.ran')).map(({ facts }) => facts['name']);
  assert.deepEqual(ran.sort(), ['ever', 'ever', 'twice', 'twice']);
  const [modified, ...more] = (await here.audit(accountId, 'configuration.modified')).filter(({ target }) =>
    target.startsWith('ScheduledTask'),
  );
  assert.deepEqual([modified, more], [undefined, []], 'a run is nobody’s change');

  const ask = { body: { runNow: 'true' } };
  const asked = await api.call('modifyScheduledTask', { scheduledTaskID: off['ID'] as number }, ask);
  assert.deepEqual([asked['enabled'], asked['runNow'], asked['nextRunTime']], [false, false, undefined]);
  await outcome(here, accountId, 'off');
  assert.equal((await describe(off))['lastRunTime'], here.clock.now().getTime());
});

test('what a run does happens once, however many processes try', async () => {
  const { api, accountId } = await makeHosts('once');
  const later = {
    ...{ name: 'later', type: 'send-policy', sendPolicyTaskParameters: { computerFilter: { type: 'all-computers' } } },
    scheduleDetails: {
      ...{ recurrenceType: 'none', recurrenceCount: 0 },
      onceOnlyScheduleParameters: { startTime: here.clock.now().getTime() + minuteMs },
    },
  };
  const task = await api.call('createScheduledTask', {}, { body: later });
  here.clock.advance(2 * minuteMs);
  const room = automationRoom(here.platform, { publicUrl: () => '' });
  const job = room.jobs!.find(({ name }) => name === 'automation.run')!;
  const payload = { accountId, taskId: task['ID'] } as never;
  await Promise.all(Array.from({ length: 6 }, () => job.run(payload, new AbortController().signal)));
  const ran = await here.audit(accountId, 'task.ran');
  assert.deepEqual(
    ran.map(({ facts }) => facts['name']),
    ['later'],
  );
  assert.equal((await tasksOf(accountId)).length, 4);
  const after = await api.call('describeScheduledTask', { scheduledTaskID: task['ID'] as number });
  assert.deepEqual([after['nextRunTime'], after['lastRunTime']], [undefined, here.clock.now().getTime()]);
});

test('what this manager cannot do may be kept, and each run says in the audit why it did nothing', async () => {
  const { api, accountId } = await here.makeAccount('impossible');
  const impossible: [string, ApiObject, RegExp][] = [
    [
      'discover-computers',
      {
        discoverComputersTaskParameters: { discoveryType: 'range', iprangeLow: '192.0.2.1', iprangeHigh: '192.0.2.9' },
      },
      /does not search networks/,
    ],
    ['run-script', { runScriptTaskParameters: { filename: 'x.sh' } }, /runs no scripts/],
    ['synchronize-directory', { synchronizeDirectoryTaskParameters: { computerGroupID: 1 } }, /no directory/],
    ['synchronize-users', {}, /no directory/],
    ['update-suspicious-objects-list', {}, /suspicious objects/],
  ];
  for (const [type, parameters, reason] of impossible) {
    const body = { name: type, type, runNow: true, scheduleDetails: { recurrenceType: 'none' }, ...parameters };
    const task = await api.call('createScheduledTask', {}, { body });
    const { action, facts } = await outcome(here, accountId, type);
    assert.equal(action, 'task.failed');
    assert.match(String(facts['reason']), reason);
    const after = await api.call('describeScheduledTask', { scheduledTaskID: task['ID'] as number });
    assert.equal(after['lastRunTime'], undefined, 'it did not do its work');
  }
});

test('what cannot be a task is refused when it is made', async () => {
  const world = await makeHosts('refused');
  const { api } = world;
  const scan = (computerFilter: ApiObject) => ({ scanForMalwareTaskParameters: { computerFilter } });
  const all = scan({ type: 'all-computers' });
  const malware = { name: 'x', type: 'scan-for-malware', ...onceNow };
  const report = { name: 'x', type: 'generate-report', ...onceNow };
  const everybody = { allAdministratorsAndContacts: true };
  const refusals: [ApiObject, RegExp][] = [
    [malware, /scanForMalwareTaskParameters is required/],
    [{ ...malware, ...all, runNow: false, scheduleDetails: undefined }, /scheduleDetails is required/],
    [{ ...malware, ...all, scheduleDetails: { recurrenceType: 'daily' } }, /do not fit/],
    [{ ...malware, ...all, scheduleDetails: { recurrenceType: 'none', recurrenceCount: -1 } }, /recurrenceCount/],
    [{ ...malware, ...all, sendPolicyTaskParameters: {} }, /no such parameters/],
    [{ ...malware, ...scan({ type: 'computers-in-smart-folder', smartFolderID: 1 }) }, /no smart folders/],
    [{ ...malware, ...scan({ type: 'computer', computerID: 4711 }) }, /no Computer with the ID 4711/],
    [{ ...malware, ...scan({ type: 'computer' }) }, /needs computerID/],
    [
      { ...malware, ...scan({ type: 'computers-in-group', computerGroupID: 4711 }) },
      /no ComputerGroup with the ID 4711/,
    ],
    [{ ...malware, ...scan({ type: 'computers-using-policy', policyID: 4711 }) }, /no Policy with the ID 4711/],
    [{ ...malware, ...all, type: undefined }, /type is required/],
    [
      { name: 'x', type: 'send-alert-summary', ...onceNow, sendAlertSummaryTaskParameters: { recipients: {} } },
      /recipients/,
    ],
    [
      {
        name: 'x',
        type: 'send-alert-summary',
        ...onceNow,
        sendAlertSummaryTaskParameters: { recipients: { contactIDs: [9] } },
      },
      /no Contact/,
    ],
    [
      {
        name: 'x',
        type: 'synchronize-cloud-account',
        ...onceNow,
        synchronizeCloudAccountTaskParameters: { computerGroupID: world.groupID },
      },
      /no group of a connector/,
    ],
    [{ ...report, generateReportTaskParameters: { reportTemplateID: 99, recipients: everybody } }, /no ReportTemplate/],
    [
      { ...report, generateReportTaskParameters: { reportTemplateID: 1, format: 'xls', recipients: everybody } },
      /comes as pdf/,
    ],
    [
      {
        ...report,
        generateReportTaskParameters: {
          reportTemplateID: 1,
          timeRange: { units: 'hour', value: 3 },
          recipients: everybody,
        },
      },
      /last whole month/,
    ],
    [
      {
        ...report,
        generateReportTaskParameters: {
          reportTemplateID: 1,
          computerFilter: { type: 'computer', computerID: 1 },
          recipients: everybody,
        },
      },
      /all computers/,
    ],
    [
      {
        ...report,
        generateReportTaskParameters: { reportTemplateID: 1, classification: 'secret', recipients: everybody },
      },
      /classification/,
    ],
  ];
  for (const [body, pattern] of refusals)
    assert.match(await api.refused(400, 'createScheduledTask', {}, { body }), pattern);
  const made = await api.call(
    'createScheduledTask',
    {},
    { body: { ...malware, ...all, name: 'made', scheduleDetails: { recurrenceType: 'none' } } },
  );
  const ids = { scheduledTaskID: made['ID'] as number };
  await api.refused(400, 'modifyScheduledTask', ids, { body: { type: 'send-policy' } });
  await api.refused(400, 'createScheduledTask', {}, { body: { ...malware, ...all, name: 'made' } });
});

test('a role for some computers has tasks done with those alone', async () => {
  const { api, ids, groupID } = await makeHosts('roles');
  const rights = {
    platformRights: {
      scheduledTaskRights: {
        ...{ canCreateNewScheduledTasks: true, canViewScheduledTasks: true },
        canExecuteScheduledTasks: true,
      },
    },
  };
  const role = await api.call(
    'createAdministratorRole',
    {},
    {
      body: {
        name: 'some',
        allowWebService: true,
        allComputers: false,
        computerIDs: [ids['a']],
        computerGroupIDs: [groupID],
        rights,
      },
    },
  );
  const key = await api.call('createApiKey', {}, { body: { keyName: 'some', roleID: role['ID'] } });
  const some = api.as(key['secretKey'] as string);
  const body = (name: string, computerFilter: ApiObject) => ({
    ...{ name, type: 'scan-for-malware', ...onceNow, scanForMalwareTaskParameters: { computerFilter } },
  });
  await some.call('createScheduledTask', {}, { body: body('own', { type: 'computer', computerID: ids['a'] }) });
  await some.call(
    'createScheduledTask',
    {},
    { body: body('group', { type: 'computers-in-group', computerGroupID: groupID }) },
  );
  await some.refused(
    400,
    'createScheduledTask',
    {},
    { body: body('other', { type: 'computer', computerID: ids['b'] }) },
  );
  for (const filter of [
    { type: 'all-computers' },
    { type: 'computers-in-group-or-subgroup', computerGroupID: groupID },
    { type: 'computers-using-policy', policyID: 1 },
  ])
    await some.refused(403, 'createScheduledTask', {}, { body: body('more', filter) });
  await some.refused(
    403,
    'createScheduledTask',
    {},
    { body: { name: 's', type: 'check-for-software-updates', ...onceNow } },
  );
});

test('S41, in part: tasks of one account are nothing to another one', async () => {
  const theirs = await here.makeAccount('theirs');
  const ours = await here.makeAccount('ours');
  const body = {
    name: 'himitsu',
    type: 'scan-for-malware',
    runNow: false,
    scheduleDetails: { recurrenceType: 'none' },
    scanForMalwareTaskParameters: {},
  };
  const { ID } = await theirs.api.call('createScheduledTask', {}, { body });
  const ids = { scheduledTaskID: ID as number };
  await ours.api.refused(404, 'describeScheduledTask', ids);
  await ours.api.refused(404, 'modifyScheduledTask', ids, { body: { runNow: true } });
  await ours.api.refused(404, 'deleteScheduledTask', ids);
  assert.deepEqual(await ours.api.call('listScheduledTasks'), { scheduledTasks: [] });
});
