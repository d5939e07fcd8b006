/** Detections: what engines saw. Append-only, written once however often they are sent, counted by the hour. */
import { routes } from '@sakimori/contract';
import { type Platform, type Room, readCursor, serve, toPage } from '../platform/index.ts';
import { previewIntrusionMode } from './intrusion-preview.ts';
import { keepMonths, prepareMonths } from './jobs.ts';
import { selectDetections } from './store.ts';

export { type Recorded, recordDetections, recordIn } from './detections.ts';

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
