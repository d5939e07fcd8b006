import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { moduleOfApi, routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { periodAt } from '@sakimori/manager/calendar/index';
import { sql } from '@sakimori/manager/platform/index';
import type { SimulatedAgent } from '../simulated-agent.ts';
import { until } from '../system.ts';
import { type Attached, startTwoManagers, type TwoManagers } from './two-managers.ts';

/** What a customer's tenant tells of its settings at a month's end, and of tasks that did not run. */
let two: TwoManagers;
let attached: Attached;
const agents: SimulatedAgent[] = [];
const engineMode = 'firewallSettingNetworkEngineMode';
before(async () => {
  two = await startTwoManagers();
  attached = await two.attach('month-end');
  for (const name of ['web-01', 'db-01']) agents.push(await two.theirs.enrol(attached.theirAccountId, { name }));
  for (const agent of agents) await (await agent.heartbeat()).received;
});
after(async () => {
  for (const agent of agents) agent.kill();
  await two?.stop();
});

const params = () => ({ accountId: attached.accountId });
const sync = () => two.ours.admin(routes.syncRemote, { params: params() });
const list = async (operation: string, what: string): Promise<ApiObject[]> =>
  (await attached.tenant.call<Record<string, ApiObject[]>>(operation))[what]!;
const goTo = (at: Date) => {
  for (const { clock } of [two.ours, two.theirs]) clock.set(at.toISOString());
};
const advance = (ms: number) => goTo(new Date(two.ours.clock.now().getTime() + ms));
const missedWork = async () =>
  (await two.ours.admin(routes.listWork, { query: {} })).items.filter(({ kind }) => kind === 'taskMissed');

test('S58, in part: on the remote backend a run that the tenant missed is shown, and becomes one piece of work', async () => {
  const body = {
    ...{ name: '毎日のスキャン', type: 'scan-for-malware', enabled: true },
    scanForMalwareTaskParameters: { computerFilter: { type: 'all-computers' } },
    scheduleDetails: {
      ...{ timeZone: 'Asia/Tokyo', recurrenceType: 'daily' },
      dailyScheduleParameters: { startTime: two.ours.clock.now().getTime() + 3_600_000, frequencyType: 'everyday' },
    },
  };
  const { ID } = await attached.tenant.call('createScheduledTask', {}, { body });
  const off = { ...body, name: '止めたスキャン', enabled: false };
  await attached.tenant.call('createScheduledTask', {}, { body: off });
  await sync();
  const tasks = async () => (await two.ours.admin(routes.listRemoteTasks, { params: params() })).items;
  const [daily, stopped] = await tasks();
  assert.deepEqual(
    [daily!.number, daily!.name, daily!.type, daily!.isEnabled, daily!.isLate, stopped!.isEnabled],
    [ID, '毎日のスキャン', 'scan-for-malware', true, false, false],
  );
  const stands = await attached.tenant.call('describeScheduledTask', { scheduledTaskID: Number(ID) });
  assert.equal(new Date(daily!.nextRunAt!).getTime(), stands['nextRunTime']);

  // Their manager stood still over the time of the run.
  advance(new Date(daily!.nextRunAt!).getTime() - two.ours.clock.now().getTime() + 4 * 3_600_000);
  await sync();
  const [work, ...more] = await missedWork();
  assert.deepEqual([work?.accountId, work?.facts['name'], more], [attached.accountId, '毎日のスキャン', []]);
  await sync();
  assert.equal((await missedWork()).length, 1, 'told once');
  const other = await two.ours.makeAccount('month-end-other');
  const theirs = await two.ours.admin(routes.listRemoteTasks, { params: { accountId: other.accountId } });
  assert.deepEqual(theirs, { items: [] });
});

test('S86, in part: on the remote backend the month’s report has policies, services and the mode of each engine as the tenant’s API answered at its end', async () => {
  const { ID: policyID } = await attached.tenant.call(
    'createPolicy',
    {},
    {
      body: {
        name: '公開サーバ',
        intrusionPrevention: { state: 'prevent' },
        policySettings: { [engineMode]: { value: 'Tap' } },
      },
    },
  );
  const computers = await list('listComputers', 'computers');
  const web = computers.find((one) => one['hostName'] === 'web-01')!;
  await attached.tenant.call('modifyComputer', { computerID: Number(web['ID']) }, { body: { policyID } });
  await sync();
  const month = periodAt('monthly', two.ours.clock.now());
  goTo(month.to);
  const kept = () =>
    two.ours.platform.database.as(attached.accountId, (tx) =>
      tx.first(sql<{ taken_at: Date }>`
        select taken_at from reports_settings where tenant_id = ${attached.accountId} and period = ${month.period}`),
    );
  await two.ours.manager.runTicks();
  const { taken_at: takenAt } = await until(kept, 'no settings were kept', 60_000);
  assert.equal(takenAt.toISOString(), month.to.toISOString());
  const atTheEnd = (await list('listComputers', 'computers'))
    .map((computer) => ({
      name: String(computer['hostName']),
      services: Object.entries(moduleOfApi).map(([name, module]) => {
        const one = computer[name] as { state: string; moduleStatus: { agentStatus: string } };
        return { module, state: one.state, status: one.moduleStatus.agentStatus };
      }),
      engineMode: (computer['computerSettings'] as Record<string, { value: string }>)[engineMode]!.value.toLowerCase(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  assert.deepEqual(
    atTheEnd.map(({ name, engineMode: mode }) => `${name} ${mode}`),
    ['db-01 inline', 'web-01 tap'],
  );

  advance(9 * 3_600_000);
  await attached.tenant.call('modifyPolicy', { policyID: Number(policyID) }, { body: { name: '別名' } });
  const { report } = await two.ours.admin(routes.composeReport, {
    body: { ...params(), kind: 'monthly', period: month.period, send: false, early: false },
  });
  assert.deepEqual(
    report.settings.hosts.map(({ name, services, engineMode: mode }) => ({ name, services, engineMode: mode })),
    atTheEnd,
  );
  const assigned = report.settings.assigned?.find(({ name }) => name === '公開サーバ');
  assert.deepEqual(assigned?.hosts, ['web-01']);
  assert.ok(!report.settings.assigned?.some(({ name }) => name === '別名'));
});
