/**
 * Maintenance (メンテナンス期間, S47): what a customer announced beforehand. Inside it nobody is told, and what happens carries its id (S70); what is
 * silent still when it is over is told then, by the room of liveness.
 */
import type { Platform, Room } from '../platform/index.ts';
import { maintenanceRoutes } from './routes.ts';

export { type Finder, maintenanceBetween } from './maintenance.ts';

export const maintenanceRoom = (platform: Platform): Room => ({
  name: 'maintenance',
  routes: maintenanceRoutes(platform),
});
