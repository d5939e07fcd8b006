import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { announceMaintenance, endMaintenance, importMaintenance, listMaintenance } from './maintenance.ts';

export const maintenanceRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listMaintenance, async ({ query }, { actor }) => ({
    items: await listMaintenance(platform, actor, query),
  })),
  serve(routes.announceMaintenance, ({ params, body }, { actor }) =>
    announceMaintenance(platform, actor, params.accountId, body),
  ),
  serve(routes.importMaintenance, ({ params, body }, { actor }) =>
    importMaintenance(platform, actor, params.accountId, body),
  ),
  serve(routes.endMaintenance, ({ params }, { actor }) =>
    endMaintenance(platform, actor, params.accountId, params.maintenanceId),
  ),
];
