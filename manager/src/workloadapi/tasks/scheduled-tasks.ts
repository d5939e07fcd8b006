import { nextRunOf } from '../../automation/index.ts';
import { badRequest } from '../http/api-fault.ts';
import type { Resource } from '../resources/resource.ts';

/** Scheduled tasks as the API has them; `automation` runs what is due. `runNow` is a wish, not a property: it is done and not kept. */
export const scheduledTask: Resource = {
  kind: 'ScheduledTask',
  present: ({ runNow: _, ...task }) => ({ enabled: true, ...task, runNow: false }),
  complete: (next, { edit }) => {
    const { runNow, ...task } = next;
    const runs = nextRunOf(task, edit.at);
    if (runs === 'malformed') throw badRequest('scheduleDetails: the parameters do not fit the recurrenceType.');
    const isEnabled = task['enabled'] !== false;
    const due = runNow === true ? edit.at.getTime() : isEnabled ? runs : undefined;
    const { nextRunTime: _, ...rest } = task;
    return {
      ...rest,
      ...(due === undefined ? {} : { nextRunTime: due }),
      ...(runNow === true ? { _runNow: true } : {}),
    };
  },
};
