import type { Desk } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { raiseWork } from './work.ts';

const japanTime = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Tokyo' });

/** A scheduled run was missed, or hosts did not do what it asked: somebody looks after it (S58). One piece of work a task, until it is ended. */
export async function raiseMissedRun(
  tx: Tx,
  desk: Desk,
  missed: {
    readonly accountId: string;
    readonly taskId: number;
    readonly name: string;
    readonly plannedAt: Date;
    readonly hosts: number;
  },
): Promise<void> {
  const { accountId, taskId, hosts } = missed;
  const kind = hosts > 0 ? 'taskUnreached' : 'taskMissed';
  const facts = { name: missed.name.slice(0, 300), at: `${japanTime.format(missed.plannedAt)} JST` };
  await raiseWork(tx, desk, {
    ...{ accountId, kind, target: `scheduledTask:${taskId}`, key: `${kind}:${taskId}`, businessDays: 1 },
    facts: hosts > 0 ? { ...facts, hosts } : facts,
  });
}
