import { type Actor, type DayRule, dayInJapan, Refusal, type ScheduledTask, type TaskRun } from '@sakimori/contract';
import { makeCalendar } from '@sakimori/contract/calendar/index';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note } from '../../audit/index.ts';
import { readConfiguration } from '../../configuration/index.ts';
import { announce, type Platform, type Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../../policies/index.ts';
import { zoneOfTask } from '../recurrence.ts';
import { nextByRule } from './business-days.ts';
import { withNextRun } from './due.ts';
import { type ShownRun, saveRule, selectAccountIds, selectLastRuns, selectRules } from './run-store.ts';
import { queueRun, type RunOptions } from './runs.ts';

const kind = 'ScheduledTask';
type Key = { readonly accountId: string; readonly taskId: number };

/** Scheduled tasks of one account, or of all that the transaction sees, with their next run by schedule and rule. */
export async function listTasks(
  tx: Tx,
  platform: Platform,
  options: RunOptions,
  accountId: string | undefined,
): Promise<ScheduledTask[]> {
  const rules = await selectRules(tx, accountId);
  const last = await selectLastRuns(tx, accountId);
  const found: ScheduledTask[] = [];
  const day = dayInJapan(platform.clock.now());
  for (const { tenant_id, name: accountName } of await selectAccountIds(tx, accountId)) {
    const calendar = (await options.businessDays?.(tx, tenant_id, day)) ?? makeCalendar();
    for (const task of (await readConfiguration(tx, tenant_id)).list(kind)) {
      const id = task['ID'] as number;
      const isOf = (row: { tenant_id: string; task_id: number }) => row.tenant_id === tenant_id && row.task_id === id;
      const dayRule = rules.find(isOf)?.rule ?? 'any';
      const next = nextByRule(task, dayRule, calendar);
      const lastState = last.find(isOf)?.state;
      found.push({
        ...{ id, accountId: tenant_id, accountName, name: String(task['name'] ?? ''), type: String(task['type']) },
        ...{
          isEnabled: task['enabled'] !== false,
          recurrence: recurrenceOf(task),
          timeZone: zoneOfTask(task),
          dayRule,
        },
        ...(next ? { nextRunAt: next.toISOString() } : {}),
        ...(typeof task['lastRunTime'] === 'number' ? { lastRunAt: new Date(task['lastRunTime']).toISOString() } : {}),
        ...(lastState ? { lastState } : {}),
      });
    }
  }
  return found.slice(0, 1000);
}

const recurrences = ['none', 'hourly', 'daily', 'weekly', 'monthly'] as const;
const recurrenceOf = (task: ApiObject): ScheduledTask['recurrence'] =>
  recurrences.find((one) => one === (task['scheduleDetails'] as ApiObject | undefined)?.['recurrenceType']) ?? 'none';

async function show(tx: Tx, platform: Platform, options: RunOptions, { accountId, taskId }: Key) {
  const task = (await listTasks(tx, platform, options, accountId)).find(({ id }) => id === taskId);
  if (!task) throw new Refusal('not_found', { what: 'scheduledTask' });
  return task;
}

/** On which days a task runs. @throws Refusal `not_found` */
export const setDayRule = (
  platform: Platform,
  options: RunOptions,
  actor: Actor,
  key: Key,
  rule: DayRule,
): Promise<ScheduledTask> =>
  platform.database.for(actor, async (tx) => {
    const { accountId, taskId } = key;
    const before = await show(tx, platform, options, key);
    await saveRule(tx, accountId, taskId, rule, { at: platform.clock.now(), name: actor.name });
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'task.days_set', target: `${kind}:${taskId}` },
      facts: { name: before.name, from: before.dayRule, to: rule },
    });
    await announce(tx, { topic: 'configuration', accountId });
    return show(tx, platform, options, key);
  });

/** Has a task run besides. @throws Refusal `not_found` */
export async function runNow(platform: Platform, options: RunOptions, actor: Actor, key: Key): Promise<ScheduledTask> {
  const { accountId, taskId } = key;
  await platform.database.for(actor, (tx) => show(tx, platform, options, key));
  await changeConfiguration(platform, { accountId, actor, reason: `scheduled task ${taskId}` }, async (edit) => {
    const task = edit.get(kind, taskId);
    if (!task) throw new Refusal('not_found', { what: 'scheduledTask' });
    edit.record(kind, taskId, withNextRun(task, edit.at, true));
    await queueRun(edit.tx, accountId, taskId);
  });
  return platform.database.for(actor, (tx) => show(tx, platform, options, key));
}

export const toRun = (row: ShownRun): TaskRun => ({
  ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, taskId: row.task_id, name: row.name },
  ...{ type: row.type, plannedAt: row.planned_at.toISOString(), at: row.at.toISOString(), state: row.state },
  ...(row.reason === null ? {} : { reason: row.reason }),
  ...(row.facts.madeUpFor === undefined ? {} : { madeUpFor: row.facts.madeUpFor }),
  ...(row.facts.movedTo === undefined ? {} : { movedTo: row.facts.movedTo }),
  ...(row.host_task_ids.length === 0 ? {} : { hosts: { done: row.done, missed: row.missed, waiting: row.waiting } }),
});
