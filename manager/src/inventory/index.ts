/** Inventory: what stands and runs on each host, by the host's own word. The newest alone is kept. */
export { type InventoryListener, recordInventory } from './inventory.ts';
export { type InventoryRow, selectInventories, selectInventory } from './store.ts';
