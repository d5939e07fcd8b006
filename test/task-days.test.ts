import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient, Refusal, routes } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type AutomationOptions, automationRoom } from '@sakimori/manager/automation/index';
import { Editions } from '@sakimori/manager/editions/index';
import { keepTasks } from '@sakimori/manager/hosts/index';
import { raiseMissedRun } from '@sakimori/manager/work/index';
import { type ManagerInProcess, startManagerInProcess } from './manager-in-process.ts';
import { until } from './system.ts';
import { tick } from './workload-security/task-runs.ts';

/** Scheduled tasks by business days and time zones, and the runs that nobody carried out (S58), on a whole manager whose clock stands until it is moved. */
let here: ManagerInProcess;
before(async () => {
  here = await startManagerInProcess();
});
after(() => here?.stop());

const zone = 'Asia/Tokyo';
const dayMs = 24 * 3600_000;
const today = () => Temporal.Instant.fromEpochMilliseconds(here.clock.now().getTime()).toZonedDateTimeISO(zone);
/** The first Sunday of a month after this one, at 03:00 in Japan, and a time on that day. */
const firstSunday = (monthsOn = 1) => {
  const first = today().toPlainDate().with({ day: 1 }).add({ months: monthsOn });
  return first.add({ days: (7 - first.dayOfWeek) % 7 }).toZonedDateTime({ timeZone: zone, plainTime: '03:00' });
};
const goTo = (at: Temporal.ZonedDateTime, ms = 0) => here.clock.set(new Date(at.epochMilliseconds + ms));
const monthly = (timeZone = zone) => ({
  timeZone,
  recurrenceType: 'monthly',
  monthlyScheduleParameters: {
    startTime: today().with({ hour: 3, minute: 0, second: 0, millisecond: 0 }).epochMilliseconds - dayMs,
    ...{ frequencyType: 'custom', weekOfMonth: 'first', dayOfWeek: 'sunday' },
  },
});
const daily = () => ({
  ...{ timeZone: zone, recurrenceType: 'daily' },
  dailyScheduleParameters: {
    ...{ frequencyType: 'everyday' },
    startTime: today().with({ hour: 3, minute: 0, second: 0, millisecond: 0 }).epochMilliseconds - dayMs,
  },
});
async function makeTask(name: string, scheduleDetails: object) {
  const { api, accountId } = await here.makeAccount(name);
  const agent = await here.enrol(accountId, { name: `host-of-${name}` });
  const body = {
    ...{ name, type: 'scan-for-malware', scheduleDetails },
    scanForMalwareTaskParameters: { computerFilter: { type: 'all-computers' } },
  };
  const taskId = (await api.call('createScheduledTask', {}, { body }))['ID'] as number;
  return { accountId, taskId, agent, api };
}
type Key = { readonly accountId: string; readonly taskId: number };
const rule = ({ accountId, taskId }: Key, to: 'any' | 'only' | 'next') =>
  here.admin(routes.setTaskDayRule, { params: { accountId, taskId }, body: { rule: to } });
const runs = async ({ accountId }: Key) => (await here.admin(routes.listTaskRuns, { query: { accountId } })).items;
const shown = async (key: Key) => (await runs(key)).map(({ state, plannedAt }) => `${state} ${plannedAt}`);
const seen = (key: Key, count: number) =>
  until(async () => {
    await tick(here, 'automation.runs');
    const found = await runs(key);
    return found.length >= count ? found : undefined;
  }, `not ${count} runs`);
const work = async ({ accountId }: Key) =>
  (await here.admin(routes.listWork, { query: { accountId, show: 'unended' } })).items.filter(({ kind }) =>
    kind.startsWith('task'),
  );
const iso = (at: Temporal.ZonedDateTime) => at.toInstant().toString({ smallestUnit: 'millisecond' });

/** What the manager does once a minute. */
const unreached = () => {
  const desk = { platform: here.platform, editions: Editions.read(here.platform.config) };
  const onMissed = (...[tx, missed]: Parameters<NonNullable<AutomationOptions['onMissed']>>) =>
    raiseMissedRun(tx, desk, missed);
  const room = automationRoom(here.platform, { publicUrl: () => '', onMissed });
  return room.ticks!.find(({ name }) => name === 'automation.unreached')!.run();
};

test('S58: the 1st Sunday at 03:00 JST runs at that time, and a missed run is shown', async () => {
  const key = await makeTask('first-sunday', monthly());
  const sunday = firstSunday();
  assert.equal((await here.admin(routes.listScheduledTasks, { query: {} })).items.length, 1);
  const [task] = (await here.admin(routes.listScheduledTasks, { query: { accountId: key.accountId } })).items;
  assert.deepEqual([task!.nextRunAt, task!.recurrence, task!.dayRule], [iso(sunday), 'monthly', 'any']);
  goTo(sunday, -1);
  await tick(here, 'automation.runs');
  assert.deepEqual(await runs(key), [], 'not a moment before');
  goTo(sunday);
  const [run] = await seen(key, 1);
  assert.deepEqual([run!.state, run!.plannedAt, run!.at], ['ran', iso(sunday), iso(sunday)]);
  assert.deepEqual(run!.hosts, { done: 0, missed: 0, waiting: 1 });

  // The manager is away on the next two first Sundays, and comes back on a Wednesday.
  const [second, third] = [firstSunday(), firstSunday(2)];
  goTo(third, 3 * dayMs);
  const after = await seen(key, 4);
  assert.deepEqual(
    after.map(({ state, plannedAt }) => `${state} ${plannedAt}`).sort(),
    [
      `missed ${iso(second)}`,
      `missed ${iso(third)}`,
      `ran ${iso(third.add({ days: 3 }))}`,
      `ran ${iso(sunday)}`,
    ].sort(),
  );
  assert.equal(after.find(({ state, madeUpFor }) => state === 'ran' && madeUpFor)!.madeUpFor, 2);
  const missed = (await here.admin(routes.listTaskRuns, { query: { accountId: key.accountId, state: 'missed' } }))
    .items;
  assert.equal(missed.length, 2);
  const [asked] = await work(key);
  assert.deepEqual(
    [asked!.kind, asked!.facts['name']],
    ['taskMissed', 'first-sunday'],
    'somebody is asked to look after it',
  );
  assert.match(String(asked!.facts['at']), /^\d{4}-\d\d-0[1-7] 03:00 JST$/);
});

test('S58: on business days only: what falls on another day is left out and shown; or it runs on the next business day', async () => {
  const only = await makeTask('only', monthly());
  const next = await makeTask('next', monthly());
  const sunday = firstSunday();
  await rule(only, 'only');
  const ruled = await rule(next, 'next');
  assert.ok(ruled.nextRunAt! > iso(sunday));
  const moved = Temporal.Instant.from(ruled.nextRunAt!).toZonedDateTimeISO(zone);
  assert.ok(moved.dayOfWeek <= 5 && moved.hour === 3 && moved.minute === 0, 'a working day, at the same time of day');
  const [audited] = await here.audit(next.accountId, 'task.days_set');
  assert.deepEqual(audited!.facts, { name: 'next', from: 'any', to: 'next' });
  goTo(sunday);
  await seen(only, 1);
  await seen(next, 1);
  assert.deepEqual(await shown(only), [`skipped ${iso(sunday)}`]);
  assert.deepEqual(
    (await runs(next)).map(({ state, movedTo }) => [state, movedTo]),
    [['moved', ruled.nextRunAt]],
  );
  goTo(moved);
  await seen(next, 2);
  assert.deepEqual((await shown(next))[0], `ran ${ruled.nextRunAt}`);
  assert.deepEqual(await shown(only), [`skipped ${iso(sunday)}`]);
  assert.deepEqual([await work(only), await work(next)], [[], []], 'a rule is no miss');
  // Asked for by a person it runs on whatever day.
  goTo(firstSunday(), 3600_000);
  await seen(only, 2);
  const { accountId, taskId } = only;
  await here.admin(routes.runScheduledTaskNow, { params: { accountId, taskId } });
  await until(async () => (await runs(only)).find(({ state }) => state === 'ran'), 'it did not run');
});

test('S58: a provider’s own day off counts, and days are those of the task’s time zone', async () => {
  const key = await makeTask('own-days', daily());
  await rule(key, 'only');
  const coming = async () =>
    (await here.admin(routes.listScheduledTasks, { query: { accountId: key.accountId } })).items[0]!.nextRunAt!;
  const day = Temporal.Instant.from(await coming())
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
  const dayOff = { from: day, effect: 'closing' as const, reason: '創立記念日', accountId: key.accountId };
  await here.admin(routes.addOverride, { body: dayOff });
  assert.notEqual(
    Temporal.Instant.from(await coming())
      .toZonedDateTimeISO(zone)
      .toPlainDate()
      .toString(),
    day,
  );
  const honolulu = await makeTask('honolulu', monthly('Pacific/Honolulu'));
  const next = (await here.admin(routes.listScheduledTasks, { query: { accountId: honolulu.accountId } })).items[0]!;
  const local = Temporal.Instant.from(next.nextRunAt!).toZonedDateTimeISO('Pacific/Honolulu');
  assert.deepEqual([next.timeZone, local.dayOfWeek, local.day <= 7], ['Pacific/Honolulu', 7, true]);
});

test('S58: a host that is away for a day did not do the run: the run says so, and somebody is told once', async () => {
  const key = await makeTask('away', daily());
  const at = today().add({ days: 1 }).with({ hour: 3, minute: 0, second: 0, millisecond: 0 });
  goTo(at);
  await seen(key, 1);
  goTo(at, dayMs + 3600_000);
  // The host was not heard: after a day its task has failed.
  await until(async () => {
    await keepTasks(here.platform).run();
    await unreached();
    return (await work(key)).find(({ kind }) => kind === 'taskUnreached');
  }, 'nobody was told');
  const [run] = (await runs(key)).filter(({ plannedAt }) => plannedAt === iso(at));
  assert.deepEqual(run!.hosts, { done: 0, missed: 1, waiting: 0 });
  const told = (await work(key)).filter(({ kind }) => kind === 'taskUnreached');
  assert.deepEqual(
    told.map(({ facts }) => [facts['name'], facts['hosts']]),
    [['away', 1]],
  );
});

test('S58: tasks and runs of another account are nothing to a customer, who reads and does not set', async () => {
  const [mine, other] = [await makeTask('mine', daily()), await makeTask('other', daily())];
  const key = await createKeyFor(here.platform, { name: 'c', role: 'customer-admin', accountId: mine.accountId });
  const headers = { authorization: `Bearer ${key}` };
  const customer = createClient({ base: `${here.manager.consoleUrl}/service`, headers });
  const names = (await customer(routes.listScheduledTasks, { query: {} })).items.map(({ name }) => name);
  assert.deepEqual(names, ['mine']);
  assert.deepEqual((await customer(routes.listScheduledTasks, { query: { accountId: other.accountId } })).items, []);
  goTo(today().add({ days: 1 }).with({ hour: 3, minute: 0, second: 0, millisecond: 0 }));
  await seen(other, 1);
  assert.deepEqual((await customer(routes.listTaskRuns, { query: { accountId: other.accountId } })).items, []);
  const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
  const { accountId, taskId } = mine;
  await assert.rejects(
    customer(routes.setTaskDayRule, { params: { accountId, taskId }, body: { rule: 'only' } }),
    refused('forbidden'),
  );
  await assert.rejects(rule({ accountId, taskId: 9999 }, 'only'), refused('not_found'));
  await assert.rejects(rule(mine, 'weekdays' as 'only'), refused('malformed'));
});
