import { Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationEdit, selectDue } from '../../configuration/index.ts';
import { announce, defineJob, enqueue, type Platform, type Tick, type Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../../policies/index.ts';
import { carryOut } from './carry-out.ts';
import { afterRun } from './due.ts';
import { failed, noteOutcome, type Outcome } from './outcome.ts';

/** Runs a scheduled task, if it is due. */
export const runScheduledTask = defineJob<{ accountId: string; taskId: number }>('automation.run');

const system = { kind: 'system', id: 'system', name: 'system' } as const;
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

/**
 * Runs a task that is due, and notes it in the same transaction: what it does happens once, however many processes try. A fault of ours ends
 * this run, not the task.
 */
export async function runTask(
  platform: Platform,
  options: { readonly publicUrl: () => string },
  { accountId, taskId }: { readonly accountId: string; readonly taskId: number },
): Promise<void> {
  const by = { accountId, actor: system, reason: `scheduled task ${taskId}` };
  const within = (work: (edit: ConfigurationEdit, task: ApiObject) => Promise<Outcome>) =>
    changeConfiguration(platform, by, async (edit) => {
      const task = edit.get(kind, taskId);
      const due = task?.['_due'];
      if (!task || typeof due !== 'number' || due > edit.at.getTime()) return;
      await finish(edit, platform, task, await work(edit, task));
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

async function finish(edit: ConfigurationEdit, platform: Platform, task: ApiObject, outcome: Outcome): Promise<void> {
  const id = task['ID'] as number;
  const hasRun = outcome.state === 'ran';
  const next = afterRun(hasRun ? { ...task, lastRunTime: edit.at.getTime() } : task, edit.at);
  edit.record(kind, id, next);
  const told = {
    ...(outcome.state === 'ran' ? outcome.facts : { reason: outcome.reason }),
    ...(next === null ? { deleted: true } : {}),
    ...lateness(task, edit.at),
  };
  await noteOutcome(edit.tx, platform, edit.accountId, task, told, hasRun);
  await announce(edit.tx, { topic: 'configuration', accountId: edit.accountId });
}

const lateMs = 60_000;

/** When a run was due that nobody was there for. */
function lateness(task: ApiObject, at: Date): { dueAt?: string } {
  const due = new Date(task['_due'] as number);
  return at.getTime() - due.getTime() > lateMs ? { dueAt: due.toISOString() } : {};
}
