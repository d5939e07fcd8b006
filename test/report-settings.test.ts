import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Module, moduleOfApi, modules, type Report, routes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { periodAt } from '@sakimori/manager/calendar/index';
import { sql } from '@sakimori/manager/platform/index';
import { type ManagerInProcess, startManagerInProcess } from './manager-in-process.ts';
import type { SimulatedAgent } from './simulated-agent.ts';
import { until } from './system.ts';
import type { Driver } from './workload-security/driver.ts';

/** The settings that a month's report tells, beside what a client of the public API was answered at the month's end (S86). */
let manager: ManagerInProcess;
let accountId: string;
let api: Driver;
let month: ReturnType<typeof periodAt>;
const agents: SimulatedAgent[] = [];
const setting = 'firewallSettingNetworkEngineMode';

before(async () => {
  manager = await startManagerInProcess();
  ({ accountId, api } = await manager.makeAccount('himeji'));
  month = periodAt('monthly', manager.clock.now());
  for (const name of ['web01', 'web02', 'db01']) agents.push(await manager.enrol(accountId, { name }));
  const tap = await makePolicy('監視のみ', 'Tap', 'detect');
  const inline = await makePolicy('公開サーバ', 'Inline', 'prevent');
  await makePolicy('未使用', 'Inline', 'off');
  const computers = await list('listComputers', 'computers');
  for (const [name, policyID] of [
    ['web01', inline],
    ['web02', inline],
    ['db01', tap],
  ] as const)
    await api.call('modifyComputer', { computerID: idOf(computers, name) }, { body: { policyID } });
  // One computer has a word of its own.
  await api.call(
    'modifyComputer',
    { computerID: idOf(computers, 'web02') },
    { body: { computerSettings: { [setting]: { value: 'Tap' } } } },
  );
});
after(() => manager?.stop());

const list = async (operation: string, what: string): Promise<ApiObject[]> =>
  (await api.call<Record<string, ApiObject[]>>(operation))[what]!;
const idOf = (computers: readonly ApiObject[], name: string): number =>
  Number(computers.find((one) => one['hostName'] === name)!['ID']);
const makePolicy = async (name: string, mode: string, state: string): Promise<number> =>
  Number(
    (
      await api.call(
        'createPolicy',
        {},
        {
          body: {
            name,
            policySettings: { [setting]: { value: mode } },
            intrusionPrevention: { state },
            ...(state === 'off' ? {} : { firewall: { state: 'on' } }),
          },
        },
      )
    )['ID'],
  );

/** Every module says what it does: web01 all at once, the others in part. */
async function beat(): Promise<void> {
  for (const [index, agent] of agents.entries())
    await agent.heartbeat({
      modules: modules.map((module: Module, at) => ({
        ...{ module, causes: [], figures: {} },
        state: index === 0 || at > 2 ? 'active' : 'off',
      })),
    });
}

const kept = () =>
  manager.platform.database.as(accountId, (tx) =>
    tx.first(
      sql<{
        taken_at: Date;
      }>`select taken_at from reports_settings where tenant_id = ${accountId} and period = ${month.period}`,
    ),
  );
const compose = async (of = accountId): Promise<Report> =>
  (
    await manager.admin(routes.composeReport, {
      body: { accountId: of, kind: 'monthly', period: month.period, send: false, early: false },
    })
  ).report;

/** What the API's answers say, as a report would. */
function told(policies: readonly ApiObject[], computers: readonly ApiObject[]) {
  const assigned = policies
    .map((policy) => ({
      ...{ id: Number(policy['ID']), name: String(policy['name']) },
      hosts: computers
        .filter((one) => one['policyID'] === policy['ID'])
        .map((one) => String(one['hostName']))
        .sort(),
    }))
    .filter(({ hosts }) => hosts.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const hosts = computers.map((computer) => ({
    name: String(computer['hostName']),
    services: Object.entries(moduleOfApi).map(([name, module]) => {
      const one = computer[name] as { state: string; moduleStatus: { agentStatus: string } };
      return { module, state: one.state, status: one.moduleStatus.agentStatus };
    }),
    engineMode: (computer['computerSettings'] as Record<string, { value: string }>)[setting]!.value.toLowerCase(),
  }));
  return { assigned, hosts: hosts.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
const saidBy = ({ settings }: Report) => ({
  assigned: settings.assigned,
  hosts: settings.hosts.map(({ name, services, engineMode }) => ({ name, services, engineMode })),
});

let atTheEnd: ReturnType<typeof told>;
let first: Report;

test('S86, S86a, S86b, S86c: policies, active services and the mode of each host’s engine are what the API answers at the end of the month, whatever is changed before the report is composed', async () => {
  await beat();
  await agents[0]!.sendDetections([agents[0]!.makeDetection(), agents[0]!.makeDetection()]);
  manager.clock.set(month.to.toISOString());
  await manager.manager.runTicks();
  const { taken_at } = await until(kept, 'no settings were kept', 60_000);
  assert.equal(taken_at.toISOString(), month.to.toISOString());
  const [policies, computers] = [await list('listPolicies', 'policies'), await list('listComputers', 'computers')];
  atTheEnd = told(policies, computers);
  assert.deepEqual(
    atTheEnd.hosts.map(({ name, engineMode }) => `${name} ${engineMode}`),
    ['db01 tap', 'web01 inline', 'web02 tap'],
  );
  assert.ok(!atTheEnd.assigned.some(({ name }) => name === '未使用'));

  // The next morning everything is another.
  manager.clock.advance(9 * 3_600_000);
  const inline = policies.find((one) => one['name'] === '公開サーバ')!;
  await api.call(
    'modifyPolicy',
    { policyID: Number(inline['ID']) },
    {
      body: { name: '別名', policySettings: { [setting]: { value: 'Tap' } }, intrusionPrevention: { state: 'off' } },
    },
  );
  await api.call(
    'modifyComputer',
    { computerID: idOf(computers, 'db01') },
    { body: { policyID: Number(inline['ID']) } },
  );
  first = await compose();
  assert.deepEqual(saidBy(first), atTheEnd);
  assert.equal(first.settings.takenAt, month.to.toISOString());
  assert.notDeepEqual(told(await list('listPolicies', 'policies'), await list('listComputers', 'computers')), atTheEnd);
});

test('S86: settings are kept once a month, and each account has its own', async () => {
  await manager.manager.runTicks();
  const other = await manager.makeAccount('akashi');
  const early = manager.admin(routes.composeReport, {
    body: { accountId: other.accountId, kind: 'monthly', period: month.period, send: false, early: false },
  });
  const { settings } = (await early).report;
  // It did not exist at the end of the month: what it says is of the moment, and says so.
  assert.equal(settings.takenAt, undefined);
  assert.deepEqual([settings.assigned, settings.hosts], [[], []]);
  const seen = await manager.platform.database.as(other.accountId, (tx) =>
    tx.rows(sql`select period from reports_settings`),
  );
  assert.deepEqual(seen, []);
  assert.deepEqual(saidBy(await compose()), atTheEnd);
});

test('composed again years later, after a host was renamed and another taken out of service and the detections have passed their retention, it agrees with itself', async () => {
  manager.clock.advance(3 * 365 * 86_400_000);
  await manager.platform.database.asProvider((tx) =>
    tx.run(sql`update hosts_host set name = 'web99' where tenant_id = ${accountId} and name = 'web01'`),
  );
  await manager.platform.database.asProvider((tx) =>
    tx.run(
      sql`update hosts_host set retired_at = ${manager.clock.now()} where tenant_id = ${accountId} and name = 'db01'`,
    ),
  );
  const left = await until(
    async () => {
      await manager.manager.runTicks();
      const { count } = await manager.platform.database.asProvider((tx) =>
        tx.one(
          sql<{ count: number }>`select count(*) as count from detections_detection where tenant_id = ${accountId}`,
        ),
      );
      return count === 0 ? 'none' : undefined;
    },
    'the detections have not passed their retention',
    60_000,
  );
  assert.equal(left, 'none');
  const again = await compose();
  assert.ok(again.total >= 2);
  const { composedAt: _, provider: __, ...then } = first;
  const { composedAt: ___, provider: ____, ...now } = again;
  assert.deepEqual(now, then);
});
