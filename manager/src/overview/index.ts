/** The overview: are we all right? Counts over everything the caller may see. */
import { routes, severityOfId } from '@sakimori/contract';
import { type Platform, type Room, serve } from '../platform/index.ts';
import { countHosts, countMails, countUnclosed, detectionsByHour } from './store.ts';

const hourMs = 3_600_000;
/** Japan is nine hours ahead all year: "today" begins there. */
const japanMs = 9 * hourMs;

export const overviewRoom = (platform: Platform): Room => ({
  name: 'overview',
  routes: [
    serve(routes.getOverview, ({ query }, { actor }) => {
      const now = platform.clock.now().getTime();
      const midnight = Math.floor((now + japanMs) / (24 * hourMs)) * 24 * hourMs - japanMs;
      const first = Math.floor(now / hourMs) * hourMs - 23 * hourMs;
      return platform.database.for(actor, async (tx) => {
        const hours = await detectionsByHour(tx, query.accountId, new Date(Math.min(first, midnight)));
        const count = (at: number) => hours.find((row) => row.hour.getTime() === at)?.count ?? 0;
        return {
          unclosed: (await countUnclosed(tx, query.accountId)).map((row) => ({
            severity: severityOfId(row.severity),
            count: row.count,
          })),
          hosts: await countHosts(tx, query.accountId),
          detectionsToday: hours
            .filter((row) => row.hour.getTime() >= midnight)
            .reduce((sum, row) => sum + row.count, 0),
          detectionsByHour: Array.from({ length: 24 }, (_, index) => first + index * hourMs).map((at) => ({
            hour: new Date(at).toISOString(),
            count: count(at),
          })),
          mail: await countMails(tx, query.accountId),
        };
      });
    }),
  ],
});
