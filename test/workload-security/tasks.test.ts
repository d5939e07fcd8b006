import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { automationRoom } from '@sakimori/manager/automation/index';
import { sql } from '@sakimori/manager/platform/index';
import { type ManagerInProcess, startManagerInProcess } from '../manager-in-process.ts';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { until } from '../system.ts';
import type { Driver } from './driver.ts';

/** Scheduled tasks through the API, on a whole manager whose clock stands until it is moved. */
let here: ManagerInProcess;
before(async () => {
  here = await startManagerInProcess();
});
after(() => here?.stop());

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Once, now; the task goes when it has run. */
const onceNow = {
  runNow: true,
  scheduleDetails: { recurrenceType: 'none', recurrenceCount: 1, onceOnlyScheduleParameters: { startTime: 0 } },
};

async function tick(name: string): Promise<void> {
  const room = automationRoom(here.platform, { publicUrl: () => '' });
  await room.ticks!.find((one) => one.name === name)!.run();
}

/** Waits until the task has run and says of it so in the audit. */
const outcome = (accountId: string, name: string, count = 1) =>
  until(async () => {
    const rows = [...(await here.audit(accountId, 'task.ran')), ...(await here.audit(accountId, 'task.failed'))];
    const found = rows.filter(({ facts }) => facts['name'] === name);
    return found.length >= count ? found.at(-1) : undefined;
  }, `${name} did not run`);

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
    const { action, facts } = await outcome(accountId, type);
    assert.ok(performance.now() - startedMs < 2000, `${type} waited`);
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
  await outcome(accountId, 'software');
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
  await tick('automation.runs');
  assert.deepEqual(await here.audit(accountId, 'task.ran'), []);
  const describe = (task: ApiObject) => api.call('describeScheduledTask', { scheduledTaskID: task['ID'] as number });
  for (const [run, day] of [1, 2].entries()) {
    // A manager that was away runs once what it missed.
    here.clock.set(new Date(startTime + day * dayMs - dayMs + 3 * minuteMs));
    await tick('automation.runs');
    const { facts } = await outcome(accountId, 'ever', run + 1);
    assert.equal(facts['dueAt'], new Date(startTime + day * dayMs - dayMs).toISOString(), 'it says that it is late');
    await outcome(accountId, 'twice', run + 1);
    const at = here.clock.now().getTime();
    const after = await describe(ever);
    assert.deepEqual([after['lastRunTime'], after['nextRunTime']], [at, startTime + day * dayMs]);
    if (run === 0) {
      const { scheduleDetails } = (await describe(twice)) as { scheduleDetails: ApiObject };
      assert.equal(scheduleDetails['recurrenceCount'], 1);
    }
  }
  await api.refused(404, 'describeScheduledTask', { scheduledTaskID: twice['ID'] as number });
  await tick('automation.runs');
  const ran = (await here.audit(accountId, 'task.ran')).map(({ facts }) => facts['name']);
  assert.deepEqual(ran.sort(), ['ever', 'ever', 'twice', 'twice']);
  const [modified, ...more] = (await here.audit(accountId, 'configuration.modified')).filter(({ target }) =>
    target.startsWith('ScheduledTask'),
  );
  assert.deepEqual([modified, more], [undefined, []], 'a run is nobody’s change');

  const ask = { body: { runNow: 'true' } };
  const asked = await api.call('modifyScheduledTask', { scheduledTaskID: off['ID'] as number }, ask);
  assert.deepEqual([asked['enabled'], asked['runNow'], asked['nextRunTime']], [false, false, undefined]);
  await outcome(accountId, 'off');
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
    const { action, facts } = await outcome(accountId, type);
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

async function makeRecipients(api: Driver) {
  const person = (username: string, emailAddress: string, locale: string) => ({
    ...{ username, password: 'Correct-horse-7-battery', roleID: 1, emailAddress, locale },
  });
  const ja = await api.call('createAdministrator', {}, { body: person('hanako', 'hanako@example.jp', 'ja-JP') });
  await api.call('createAdministrator', {}, { body: person('twin', 'HANAKO@example.jp', 'ja-JP') });
  const contact = { name: 'Bob', emailAddress: 'bob@example.com', locale: 'en-US', roleID: 2 };
  const en = await api.call('createContact', {}, { body: contact });
  return { administratorIDs: [ja['ID']], contactIDs: [en['ID']] };
}

test('a summary of open alerts goes to administrators and contacts, to each once and in their language', async () => {
  const { api, accountId } = await here.makeAccount('summary');
  const recipients = await makeRecipients(api);
  const agent = await here.enrol(accountId, { name: 'web-01' });
  await agent.sendDetections([
    agent.makeDetection({ severity: 'high' }),
    agent.makeDetection({ severity: 'medium', subject: '/etc/shadow' }),
  ]);
  const body = (name: string, to: ApiObject) => ({
    ...{ name, type: 'send-alert-summary', ...onceNow, sendAlertSummaryTaskParameters: { recipients: to } },
  });
  await api.call('createScheduledTask', {}, { body: body('named', recipients) });
  assert.deepEqual((await outcome(accountId, 'named')).facts['letters'], 2);
  const letters = (await here.letters(accountId)).filter(({ subject }) => !/report/i.test(subject));
  const [ja, en] = ['ja', 'en'].map((language) => letters.find((letter) => letter.language === language)!);
  assert.deepEqual([ja!.recipient, en!.recipient], ['hanako@example.jp', 'bob@example.com']);
  assert.match(ja!.subject, /未完了アラート.*2 件/);
  assert.match(
    ja!.body_text,
    /summary Inc\. ご担当者様[\s\S]*未完了のアラートが 2 件[\s\S]*重要度「高」：1 件[\s\S]*web-01[\s\S]*\/alerts/,
  );
  assert.match(en!.subject, /Open alerts: 2/);
  assert.match(en!.body_text, /2 alerts are open\.[\s\S]*#1 \[/);
  await api.call('createScheduledTask', {}, { body: body('all', { allAdministratorsAndContacts: true }) });
  assert.deepEqual((await outcome(accountId, 'all')).facts['letters'], 2);
  const nobody = await here.makeAccount('summary of nobody');
  await nobody.api.call('createScheduledTask', {}, { body: body('nobody', { allAdministratorsAndContacts: true }) });
  assert.match(String((await outcome(nobody.accountId, 'nobody')).facts['reason']), /mail address/);
});

test('S85, in part: a task composes the report of the last whole month, or week, and mails it', async () => {
  const { api, accountId } = await here.makeAccount('reports');
  const recipients = await makeRecipients(api);
  for (const [reportTemplateID, format, kind] of [
    [1, 'pdf', 'monthly'],
    [2, 'html', 'weekly'],
  ] as const) {
    const body = { name: kind, type: 'generate-report', ...onceNow };
    const parameters = {
      reportTemplateID,
      format,
      recipients,
      timeRange: { units: kind === 'monthly' ? 'month' : 'week', value: 1 },
    };
    await api.call('createScheduledTask', {}, { body: { ...body, generateReportTaskParameters: parameters } });
    assert.deepEqual((await outcome(accountId, kind)).facts['recipients'], 2);
    const sent = await until(
      async () => (await here.audit(accountId, 'report.sent')).find(({ facts }) => facts['kind'] === kind),
      `the ${kind} report was not sent`,
      30_000,
    );
    assert.deepEqual(sent.facts['to'], ['hanako@example.jp', 'bob@example.com']);
  }
  const letters = await here.letters(accountId);
  assert.deepEqual(letters.map(({ language, attachments }) => [language, attachments.length]).sort(), [
    ['en', 0],
    ['en', 1],
    ['ja', 0],
    ['ja', 1],
  ]);
  assert.deepEqual(await here.audit(accountId, 'task.failed'), []);
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
