import { type ChangeWish, phrase, Refusal } from '@sakimori/contract';
import { bySteps } from '../by-steps.ts';
import { previewOf } from '../impact.ts';
import { checkModel, orNotFound } from '../kind.ts';
import { compare, linesOf, type Step } from '../steps.ts';

type TaskWish = Extract<ChangeWish, { kind: 'task' }>;

/** A scheduled task that is made, or one that is there and becomes another (S58). Hosts hear of it when it runs. */
export const taskChange = bySteps<TaskWish>(async ({ platform, way, accountId }, { taskId, task }) => {
  const { runNow: _, ID: __, ...given } = checkModel('ScheduledTask', task);
  const preview = await previewOf(platform, accountId, [], () => undefined, ['tasksUncounted']);
  const subjectOf = (name: string) => `${phrase('ja', 'changeKind.task')}：${name}`;
  if (taskId !== undefined) {
    const stands = await orNotFound(
      'task',
      way.backend.perform('describeScheduledTask', way.by, { params: { scheduledTaskID: taskId } }),
    );
    const name = String(stands['name']);
    const step = await compare(way, { type: 'task', id: taskId, name }, given);
    const steps = step ? [step] : [];
    return { subject: subjectOf(name), steps, diff: linesOf(steps), preview };
  }
  const { name, type, scheduleDetails } = given;
  for (const [property, value] of Object.entries({ name, type, scheduleDetails }))
    if (value === undefined || value === null)
      throw new Refusal('malformed', { detail: `body.wish.task.${property}: it is missing` });
  const steps: Step[] = [
    {
      ...{ do: 'make', key: 'task', type: 'task', name: String(name), body: given },
      ...{ create: 'createScheduledTask', remove: ['deleteScheduledTask', 'scheduledTaskID'] },
    },
  ];
  return { subject: subjectOf(String(name)), steps, diff: linesOf(steps), preview };
});
