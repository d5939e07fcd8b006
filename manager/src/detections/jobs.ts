import type { Platform, Tick } from '../platform/index.ts';
import { dropBefore, lockMonths, makeMonth } from './store.ts';

const dayMs = 86_400_000;

/** Keeps the months around now in place, and drops those past the retention. */
export const keepMonths = (platform: Platform): Tick => ({
  name: 'detections.months',
  everyMs: 3_600_000,
  run: () => prepareMonths(platform),
});

/** Last month, this and the next two: hosts that were offline for weeks find their month, and a new month never begins without one. */
export async function prepareMonths(platform: Platform): Promise<void> {
  const now = platform.clock.now();
  await platform.database.asProvider(async (tx) => {
    await lockMonths(tx);
    for (const months of [-1, 0, 1, 2])
      await makeMonth(tx, new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1)));
    const dropped = await dropBefore(tx, new Date(now.getTime() - platform.config.SAKIMORI_RETENTION_DAYS * dayMs));
    if (dropped > 0) platform.log.info({ dropped }, 'months of detections past the retention were dropped');
  });
}
