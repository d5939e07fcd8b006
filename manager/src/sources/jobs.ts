import type { Desk } from '../customers/index.ts';
import { announce, type Tick } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { forgetPairs, markSilent } from './store.ts';

const hourMs = 3_600_000;
/** Longer than two roads can lie apart, and than a sender keeps what it could not send. */
const pairsMs = 7 * 24 * hourMs;

/** A source that has not been heard for its patience: somebody has to look. It is settled by the next record. */
export async function raiseSilentSources(desk: Desk): Promise<number> {
  const { database, clock } = desk.platform;
  const now = clock.now();
  return database.asProvider(async (tx) => {
    const silent = await markSilent(tx, now);
    for (const { id, tenant_id: accountId, name, silent_minutes: minutes } of silent) {
      await raiseWork(tx, desk, {
        ...{ accountId, kind: 'sourceSilent', key: `source:${id}:silent`, target: `source:${id}` },
        facts: { name, minutes },
        dueAt: new Date(now.getTime() + hourMs),
      });
      await announce(tx, { topic: 'source', accountId });
    }
    await forgetPairs(tx, new Date(now.getTime() - pairsMs));
    return silent.length;
  });
}

export const watchSources = (desk: Desk): Tick => ({
  name: 'sources.silent',
  everyMs: 30_000,
  run: async () => void (await raiseSilentSources(desk)),
});
