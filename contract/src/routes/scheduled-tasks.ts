import { z } from 'zod';
import { Id, PageQuery, pageOf } from '../primitives.ts';
import { route } from '../route.ts';
import { DayRule, runStates, ScheduledTask, TaskRun } from '../scheduled-task.ts';

const TaskParams = z.object({ accountId: Id, taskId: z.coerce.number().int().min(1) });

export const listScheduledTasks = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/scheduled-tasks',
  summary: 'Scheduled tasks with their next run, by schedule and business-day rule (S58)',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(ScheduledTask).max(1000) }),
});
export const setTaskDayRule = route({
  needs: 'policy.write',
  method: 'PUT',
  path: '/accounts/{accountId}/scheduled-tasks/{taskId}/day-rule',
  summary: 'Set whether a scheduled task runs on every day, on business days only, or on the next business day',
  params: TaskParams,
  body: z.object({ rule: DayRule }),
  reply: ScheduledTask,
  errors: ['not_found'],
});
export const runScheduledTaskNow = route({
  needs: 'policy.write',
  method: 'POST',
  path: '/accounts/{accountId}/scheduled-tasks/{taskId}/run',
  summary: 'Have a scheduled task run now besides; its schedule stays as it is',
  params: TaskParams,
  reply: ScheduledTask,
  errors: ['not_found'],
});
export const listTaskRuns = route({
  needs: 'policy.read',
  method: 'GET',
  path: '/task-runs',
  summary: 'Runs of scheduled tasks with what became of them, missed ones among them, newest first (S58)',
  query: PageQuery.extend({
    accountId: Id.optional(),
    taskId: z.coerce.number().int().min(1).optional(),
    state: z.enum(runStates).optional(),
  }),
  reply: pageOf(TaskRun),
});
