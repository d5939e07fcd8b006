import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { nextRunOf } from '../recurrence.ts';

/**
 * A task with its next run worked out from `at`: `nextRunTime` by its schedule, where it is enabled; `_due`, by which it is found, earlier
 * where it was asked to run now.
 */
export function withNextRun(task: ApiObject, at: Date, runsNow: boolean): ApiObject {
  const { nextRunTime: _, _due: __, ...rest } = task;
  const next = task['enabled'] === false ? undefined : nextRunOf(task, at);
  const planned = typeof next === 'number' ? next : undefined;
  const due = runsNow ? at.getTime() : planned;
  return {
    ...rest,
    ...(planned === undefined ? {} : { nextRunTime: planned }),
    ...(due === undefined ? {} : { _due: due }),
  };
}

/** The task after a run, which counts as one of its runs; null where that was the last one. */
export function afterRun(task: ApiObject, at: Date): ApiObject | null {
  const details = (task['scheduleDetails'] ?? {}) as { recurrenceCount?: number };
  const { recurrenceCount = 0 } = details;
  if (recurrenceCount === 1) return null;
  const left = recurrenceCount > 1 ? { scheduleDetails: { ...details, recurrenceCount: recurrenceCount - 1 } } : {};
  return withNextRun({ ...task, ...left }, at, false);
}
