import { Refusal, routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { selectAccountOf, selectInventory } from './store.ts';

export const inventoryRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.getHostInventory, async ({ params: { hostId } }, { actor }) => {
    const accountId = await platform.database.for(actor, (tx) => selectAccountOf(tx, hostId));
    if (!accountId) throw new Refusal('not_found', { what: 'host' });
    const row = await platform.database.as(accountId, (tx) => selectInventory(tx, accountId, hostId));
    if (!row) return {};
    return {
      receivedAt: row.taken_at.toISOString(),
      changedAt: row.changed_at.toISOString(),
      inventory: row.inventory,
    };
  }),
];
