/** Inventory: what stands and runs on each host, by the host's own word. The newest alone is kept. */
import type { Platform, Room } from '../platform/index.ts';
import { inventoryRoutes } from './routes.ts';

export { type InventoryListener, recordInventory } from './inventory.ts';
export { type InventoryRow, selectInventories, selectInventory } from './store.ts';

export const inventoryRoom = (platform: Platform): Room => ({
  name: 'inventory',
  routes: inventoryRoutes(platform),
});
