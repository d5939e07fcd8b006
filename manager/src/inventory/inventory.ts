import { hash } from 'node:crypto';
import type { HostInventory } from '@sakimori/contract';
import { announce, type Platform, type Tx } from '../platform/index.ts';
import { insertInventory, touchInventory } from './store.ts';

export type InventoryHost = { readonly accountId: string; readonly hostId: string };

/**
 * Hears of every inventory in the transaction that keeps it.
 * @param isNew false where it says the same as the one before
 */
export type InventoryListener = (
  tx: Tx,
  host: InventoryHost,
  inventory: HostInventory,
  isNew: boolean,
) => Promise<void>;

/** Keeps what a host reports in place of what it reported before. When this returns, it is committed. */
export async function recordInventory(
  platform: Platform,
  host: InventoryHost,
  inventory: HostInventory,
  listener?: InventoryListener,
): Promise<void> {
  const at = platform.clock.now();
  const digest = digestOf(inventory);
  const { accountId, hostId } = host;
  await platform.database.as(accountId, async (tx) => {
    // Most hosts say the same day after day: a row of some hundred kilobytes is not written again for it.
    const isNew = !(await touchInventory(tx, host, digest, at));
    if (isNew) await insertInventory(tx, host, { inventory, digest, at });
    await listener?.(tx, host, inventory, isNew);
    await announce(tx, { topic: 'host', accountId, id: hostId });
  });
}

/** Of all that it says but the time. */
function digestOf(inventory: HostInventory): string {
  return hash('sha256', JSON.stringify({ ...inventory, takenAt: undefined }), 'base64url');
}
