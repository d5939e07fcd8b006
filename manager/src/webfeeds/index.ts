/** Feeds of web reputation: fetched or uploaded, made into the tables that hosts judge by. */
import { handleJob, type Platform, type Room } from '../platform/index.ts';
import { webFeedRoutes } from './routes.ts';
import { putShipped } from './shipped.ts';
import { selectDue } from './store.ts';
import { rebuildTable, type WebTables } from './tables.ts';
import { buildTable, fetchNow } from './webfeeds.ts';

export { tablesAnnounced, WebTables } from './tables.ts';

const lookMs = 60_000;

export const webFeedsRoom = (platform: Platform, tables: WebTables): Room => ({
  name: 'webfeeds',
  routes: webFeedRoutes(platform, tables),
  jobs: [handleJob(buildTable, ({ tenantId }) => rebuildTable(platform, tenantId), { isSlow: true })],
  ticks: [
    {
      name: 'webfeeds.fetch',
      everyMs: lookMs,
      async run() {
        const due = await platform.database.asProvider((tx) => selectDue(tx, platform.clock.now()));
        for (const { tenant_id, id } of due) await fetchNow(platform, tenant_id, id);
      },
    },
  ],
  async start() {
    await putShipped(platform);
    return undefined;
  },
});
