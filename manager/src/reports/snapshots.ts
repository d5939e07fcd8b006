import { periodAt, periodOf } from '../calendar/index.ts';
import { defineJob, enqueue, type Platform, type Tick } from '../platform/index.ts';
import { readSettings } from './settings.ts';
import { keepSettings, selectUnkept } from './store.ts';

/** Keeps the settings of one account at the end of a month: a tenant of the customer's may take its time to answer. */
export const snapshotJob = defineJob<{ accountId: string; period: string }>('reports.settings');

/** Settings read later than this say nothing of the month that is over. */
const lateMs = 5 * 86_400_000;

/** At the end of each month the settings of every account are kept, so that a report that is composed later, or again, has those and not its own moment's (S86). */
export function snapshotsTick(platform: Platform): Tick {
  return {
    name: 'reports.settings',
    everyMs: 20_000,
    run: async () => {
      const now = platform.clock.now();
      const period = periodOf(periodAt('monthly', now).previous);
      if (now.getTime() - period.to.getTime() > lateMs) return;
      const accounts = await platform.database.asProvider((tx) => selectUnkept(tx, period));
      for (const accountId of accounts)
        await platform.database.as(accountId, (tx) =>
          enqueue(tx, snapshotJob, { accountId, period: period.period }, `${accountId}:${period.period}`),
        );
    },
  };
}

export async function takeSnapshot(
  platform: Platform,
  { accountId, period }: { accountId: string; period: string },
): Promise<void> {
  const { settings, hosts } = await readSettings(platform, accountId);
  const takenAt = platform.clock.now();
  await platform.database.as(accountId, (tx) =>
    keepSettings(tx, accountId, period, takenAt, {
      ...{ settings: { ...settings, takenAt: takenAt.toISOString() }, hosts },
    }),
  );
}
