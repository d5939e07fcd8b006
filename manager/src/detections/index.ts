/** Detections: what engines saw. Append-only, written once however often they are sent, counted by the hour. */
import { type Detection, routes } from '@sakimori/contract';
import { type Platform, type Room, readCursor, serve, type Tx, toPage } from '../platform/index.ts';
import { previewIntrusionMode } from './intrusion-preview.ts';
import { keepMonths, prepareMonths } from './jobs.ts';
import { selectDetections } from './store.ts';

export { countDetections } from './counts.ts';
export { type Recorded, recordDetections, recordIn } from './detections.ts';
export { type DetectionRow, selectDetections } from './store.ts';

/** The newest detection of an alert; undefined once its month is past the retention. */
export const newestOf = async (tx: Tx, accountId: string, alertId: string): Promise<Detection | undefined> =>
  (await selectDetections(tx, { accountId, alertId, limit: 1 }))[0]?.record;

export { type BriefDetection, selectBrief } from './brief-store.ts';

export const detectionsRoom = (platform: Platform): Room => ({
  name: 'detections',
  routes: [
    serve(routes.listDetections, async ({ query }, { actor }) => {
      const rows = await platform.database.for(actor, (tx) =>
        selectDetections(tx, { ...query, after: readCursor(query.cursor) }),
      );
      const cursorOf = (row: (typeof rows)[number]) => ({ at: row.occurred_at, id: row.id });
      return toPage(rows, query.limit, cursorOf, (row) => ({
        ...row.record,
        receivedAt: row.received_at.toISOString(),
        hostName: row.host_name,
      }));
    }),
    serve(routes.previewIntrusionMode, ({ params, query }, { actor }) =>
      previewIntrusionMode(platform, actor, params.hostId, query.mode),
    ),
  ],
  ticks: [keepMonths(platform)],
  start: async () => {
    await prepareMonths(platform);
    return undefined;
  },
});
