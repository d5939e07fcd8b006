import { automationRoom } from '@sakimori/manager/automation/index';
import type { AuditRow, ManagerInProcess } from '../manager-in-process.ts';
import { until } from '../system.ts';

/** Once, now; the task goes when it has run. */
export const onceNow = {
  runNow: true,
  scheduleDetails: { recurrenceType: 'none', recurrenceCount: 1, onceOnlyScheduleParameters: { startTime: 0 } },
};

/** Makes a tick run now that would run by itself in a while. */
export async function tick({ platform }: ManagerInProcess, name: string): Promise<void> {
  const room = automationRoom(platform, { publicUrl: () => '' });
  await room.ticks!.find((one) => one.name === name)!.run();
}

/** Waits until the task has run, for the `count`th time, and says so in the audit. */
export const outcome = (here: ManagerInProcess, accountId: string, name: string, count = 1): Promise<AuditRow> =>
  until(async () => {
    const rows = [...(await here.audit(accountId, 'task.ran')), ...(await here.audit(accountId, 'task.failed'))];
    const found = rows.filter(({ facts }) => facts['name'] === name);
    return found.length >= count ? found.at(-1) : undefined;
  }, `${name} did not run`);
