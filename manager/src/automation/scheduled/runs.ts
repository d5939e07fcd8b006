import { type DayRule, dayInJapan, Refusal } from '@sakimori/contract';
import { type BusinessCalendar, makeCalendar } from '@sakimori/contract/calendar/index';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { system } from '../../audit/index.ts';
import { type ConfigurationEdit, selectDue } from '../../configuration/index.ts';
import { announce, defineJob, enqueue, newId, type Platform, type Tick, type Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../../policies/index.ts';
import { missedRuns, type Ruled, ruleOn } from './business-days.ts';
import { carryOut } from './carry-out.ts';
import { afterRun, withNextRun } from './due.ts';
import { failed, noteOutcome, type Outcome } from './outcome.ts';
import { dropRuns, insertRuns, markTold, type RunRow, selectRules, selectUnreached } from './run-store.ts';

/** Runs a scheduled task, if it is due. */
export const runScheduledTask = defineJob<{ accountId: string; taskId: number }>('automation.run');

const kind = 'ScheduledTask';
const dueAtOnce = 500;

/** Has a task that was asked to run now run as soon as the transaction commits. */
export const queueRun = (tx: Tx, accountId: string, taskId: number): Promise<void> =>
  enqueue(tx, runScheduledTask, { accountId, taskId }, `${accountId}:${taskId}`);

/** Queues what is due, of all accounts. */
export async function queueDueRuns(platform: Platform): Promise<number> {
  return platform.database.asProvider(async (tx) => {
    const due = await selectDue(tx, kind, platform.clock.now(), dueAtOnce);
    for (const { tenant_id, id } of due) await queueRun(tx, tenant_id, id);
    return due.length;
  });
}

export const runsTick = (platform: Platform): Tick => ({
  name: 'automation.runs',
  everyMs: 2000,
  run: async () => void (await queueDueRuns(platform)),
});

/** What the room is handed of the calendar and of work. */
export type RunOptions = {
  /** Address of the console, for links in mails. */
  readonly publicUrl: () => string;
  /** The business days of an account; without it, those that the law knows. */
  readonly businessDays?: (tx: Tx, accountId: string, day: string) => Promise<BusinessCalendar>;
  /** Somebody has to know that a run was missed. */
  readonly onMissed?: (tx: Tx, missed: MissedRun) => Promise<void>;
};
export type MissedRun = {
  readonly accountId: string;
  readonly taskId: number;
  readonly name: string;
  readonly plannedAt: Date;
  /** So many hosts did not do what they were asked; 0 where the run itself was missed. */
  readonly hosts: number;
};

const anyDays: Days = { rule: 'any', calendar: makeCalendar() };
type Days = { readonly rule: DayRule; readonly calendar: BusinessCalendar };

/** The rule of a task and the calendar it is read by. */
export async function daysOf(tx: Tx, options: RunOptions, accountId: string, taskId: number, at: Date): Promise<Days> {
  const rule = (await selectRules(tx, accountId)).find(({ task_id }) => task_id === taskId)?.rule ?? 'any';
  const calendar = await options.businessDays?.(tx, accountId, dayInJapan(at));
  return { rule, calendar: calendar ?? anyDays.calendar };
}

/**
 * Runs a task that is due, and notes it in the same transaction: what it does happens once, however many processes try. A fault of ours ends
 * this run, not the task. What its business-day rule leaves out or moves is noted and not run (S58).
 */
export async function runTask(
  platform: Platform,
  options: RunOptions,
  { accountId, taskId }: { readonly accountId: string; readonly taskId: number },
): Promise<void> {
  const by = { accountId, actor: system, reason: `scheduled task ${taskId}` };
  const within = (work: (edit: ConfigurationEdit, task: ApiObject) => Promise<Outcome>) =>
    changeConfiguration(platform, by, async (edit) => {
      const task = edit.get(kind, taskId);
      const due = task?.['_due'];
      if (!task || typeof due !== 'number' || due > edit.at.getTime()) return;
      // One that was asked to run now runs on whatever day.
      const isPlanned = due === task['nextRunTime'];
      const days = isPlanned ? await daysOf(edit.tx, options, accountId, taskId, edit.at) : anyDays;
      const ruled = ruleOn(task, new Date(due), days.rule, days.calendar);
      if (ruled.deed === 'run') return finish(edit, platform, options, task, await work(edit, task), days);
      await passOver(edit, platform, task, ruled);
    });
  try {
    await within((edit, task) => carryOut(edit, platform, task, options.publicUrl()));
  } catch (error) {
    if (error instanceof Refusal && error.code === 'unavailable') throw error;
    const { message, stack } = error as Error;
    platform.log.error({ accountId, taskId, err: { message, stack } }, 'a scheduled task failed');
    await within(async () => failed('Something failed on our side. It has been logged.'));
  }
}

const runRow = (edit: ConfigurationEdit, platform: Platform, task: ApiObject, plannedAt: Date): RunRow => ({
  ...{ tenant_id: edit.accountId, id: newId(platform.clock), task_id: task['ID'] as number, planned_at: plannedAt },
  ...{ name: String(task['name'] ?? '').slice(0, 300), type: String(task['type']), at: edit.at, state: 'ran' },
  ...{ reason: null, facts: {}, host_task_ids: [] },
});

/** A run on a day that is no business day: left out, or put to the next one. It counts as no run. */
async function passOver(
  edit: ConfigurationEdit,
  platform: Platform,
  task: ApiObject,
  ruled: Exclude<Ruled, { deed: 'run' }>,
): Promise<void> {
  const row = runRow(edit, platform, task, new Date(task['_due'] as number));
  if (ruled.deed === 'move') {
    const to = ruled.to.getTime();
    edit.record(kind, row.task_id, { ...task, nextRunTime: to, _due: to });
    await insertRuns(edit.tx, [{ ...row, state: 'moved', facts: { movedTo: ruled.to.toISOString() } }]);
  } else {
    edit.record(kind, row.task_id, withNextRun(task, edit.at, false));
    await insertRuns(edit.tx, [{ ...row, state: 'skipped' }]);
  }
  await announce(edit.tx, { topic: 'configuration', accountId: edit.accountId });
}

async function finish(
  edit: ConfigurationEdit,
  platform: Platform,
  options: RunOptions,
  task: ApiObject,
  outcome: Outcome,
  { rule, calendar }: Days,
): Promise<void> {
  const id = task['ID'] as number;
  const due = new Date(task['_due'] as number);
  const hasRun = outcome.state === 'ran';
  const next = afterRun(hasRun ? { ...task, lastRunTime: edit.at.getTime() } : task, edit.at);
  edit.record(kind, id, next);
  const isLate = edit.at.getTime() - due.getTime() > lateMs;
  const told = {
    ...(outcome.state === 'ran' ? outcome.facts : { reason: outcome.reason }),
    ...(next === null ? { deleted: true } : {}),
    ...(isLate ? { dueAt: due.toISOString() } : {}),
  };
  await noteOutcome(edit.tx, platform, edit.accountId, task, told, hasRun);
  const missed = isLate ? missedRuns(task, due, edit.at, rule, calendar) : [];
  const row = runRow(edit, platform, task, isLate ? edit.at : due);
  await insertRuns(edit.tx, [
    ...missed.map((at): RunRow => ({ ...runRow(edit, platform, task, at), state: 'missed' })),
    {
      ...{ ...row, state: outcome.state, reason: outcome.state === 'failed' ? outcome.reason.slice(0, 1000) : null },
      facts: missed.length > 0 ? { madeUpFor: missed.length } : {},
      host_task_ids: outcome.state === 'ran' ? [...(outcome.hostTaskIds ?? [])] : [],
    },
  ]);
  if (missed[0])
    await options.onMissed?.(edit.tx, {
      ...{ accountId: edit.accountId, taskId: id, name: row.name, plannedAt: missed[0], hosts: 0 },
    });
  await announce(edit.tx, { topic: 'configuration', accountId: edit.accountId });
}

/** Later than this, a run was missed and is made up for. */
const lateMs = 60_000;

const keptMs = 400 * 24 * 3600_000;

/** Tells of hosts that did not do what a run asked of them, once all have answered or their time is over. */
export const unreachedTick = (platform: Platform, options: RunOptions): Tick => ({
  name: 'automation.unreached',
  everyMs: 60_000,
  run: async () => {
    const now = platform.clock.now();
    await platform.database.asProvider(async (tx) => {
      const rows = await selectUnreached(tx, dueAtOnce);
      for (const { tenant_id: accountId, task_id: taskId, name, planned_at: plannedAt, missed } of rows)
        await options.onMissed?.(tx, { accountId, taskId, name, plannedAt, hosts: missed });
      await markTold(
        tx,
        now,
        rows.map(({ id }) => id),
      );
      await dropRuns(tx, new Date(now.getTime() - keptMs));
    });
  },
});
