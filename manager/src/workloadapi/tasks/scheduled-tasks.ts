import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { nextRunOf, queueRun, withNextRun } from '../../automation/index.ts';
import { badRequest } from '../http/api-fault.ts';
import { findObject, type Resource } from '../resources/resource.ts';
import { checkParameters } from './task-parameters.ts';

const tasksMax = 1000;
const executeRight = 'platformRights.scheduledTaskRights.canExecuteScheduledTasks';

/** Scheduled tasks as the API has them; `automation` runs what is due. `runNow` is a wish, not a property: it is done and not kept. */
export const scheduledTask: Resource = {
  kind: 'ScheduledTask',
  present: ({ runNow: _, ...task }) => ({ enabled: true, ...task, runNow: false }),
  complete: async (next, { edit, call, before, given }) => {
    if (!before && edit.list('ScheduledTask').length >= tasksMax)
      throw badRequest(`An account has at most ${tasksMax} scheduled tasks.`);
    if (before && before['type'] !== next['type']) throw badRequest('type: the type of a task cannot be changed.');
    const { runNow, ...task } = next;
    const runsNow = runNow === true;
    if (runsNow) call.demandRight(executeRight, 'execute', 'ScheduledTask');
    checkSchedule(task, runsNow, edit.at);
    await checkParameters(task, given, edit, call);
    return withNextRun(task, edit.at, runsNow);
  },
  stored: async (id, { edit, given }) => {
    if (given['runNow'] === true) await queueRun(edit.tx, edit.accountId, id);
  },
  checkDelete: async (id, edit, call) => {
    const { role } = call.caller;
    if (role['allComputers'] === false) await checkParameters(findObject(edit, 'ScheduledTask', id), {}, edit, call);
  },
};

function checkSchedule(task: ApiObject, runsNow: boolean, at: Date): void {
  if (task['scheduleDetails'] === undefined && !runsNow)
    throw badRequest('ScheduledTask: scheduleDetails is required where the task is not to run now.');
  if (nextRunOf(task, at) === 'malformed')
    throw badRequest('scheduleDetails: the parameters do not fit the recurrenceType.');
  const count = (task['scheduleDetails'] as { recurrenceCount?: number } | undefined)?.recurrenceCount ?? 0;
  if (count < 0) throw badRequest('scheduleDetails.recurrenceCount must be 0 (for ever) or more.');
}
