import type { RemoteTask } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';

/** A tenant begins its runs within minutes of their time; what has not begun by then was missed. */
export const graceMs = 30 * 60_000;

const timeOf = (value: unknown): number => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0);

/** What is kept of scheduled tasks: what they are, and when they ran and will. */
export const tasksOf = (tasks: readonly ApiObject[]): ApiObject[] =>
  tasks.map((task) => ({
    ...{
      ID: task['ID'],
      name: String(task['name'] ?? '').slice(0, 255),
      type: String(task['type'] ?? '').slice(0, 60),
    },
    ...{ enabled: task['enabled'] === true },
    ...{ lastRunTime: timeOf(task['lastRunTime']), nextRunTime: timeOf(task['nextRunTime']) },
  }));

export type MissedRun = { readonly taskId: number; readonly name: string; readonly plannedAt: Date };

/**
 * Runs whose time came between two looks at a tenant's tasks and that nobody carried out. A task that was turned off, moved or taken away
 * meanwhile has missed nothing. Each run is told once, by the look that is the first after its grace.
 */
export function missedRuns(
  before: { readonly body: readonly ApiObject[]; readonly fetched_at: Date } | undefined,
  now: readonly ApiObject[],
  at: Date,
): MissedRun[] {
  const current = new Map(now.map((task) => [task['ID'], task]));
  return (before?.body ?? []).flatMap((task) => {
    const plannedMs = timeOf(task['nextRunTime']);
    const isOver = plannedMs + graceMs <= at.getTime();
    const stands = current.get(task['ID']);
    if (plannedMs === 0 || !isOver || task['enabled'] !== true || stands?.['enabled'] !== true) return [];
    // It was seen with this very time before, and after its grace: then it has been told.
    if (before!.fetched_at.getTime() >= plannedMs + graceMs) return [];
    // The tenant counts by its own clock.
    if (timeOf(stands['lastRunTime']) >= plannedMs - 60_000) return [];
    return [{ taskId: Number(task['ID']), name: String(stands['name']), plannedAt: new Date(plannedMs) }];
  });
}

export function toTask(kept: ApiObject, at: Date): RemoteTask {
  const [last, next] = [timeOf(kept['lastRunTime']), timeOf(kept['nextRunTime'])];
  const isEnabled = kept['enabled'] === true;
  return {
    ...{ number: kept['ID'] as number, name: String(kept['name']), type: String(kept['type']), isEnabled },
    ...(last > 0 ? { lastRunAt: new Date(last).toISOString() } : {}),
    ...(next > 0 ? { nextRunAt: new Date(next).toISOString() } : {}),
    isLate: isEnabled && next > 0 && next + graceMs <= at.getTime(),
  };
}
