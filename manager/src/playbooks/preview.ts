import type { ContainmentPreview, OpenConnections, Playbook } from '@sakimori/contract';
import { selectServing, selectSources } from '../containment/index.ts';
import { selectInventory } from '../inventory/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { addressesOf, type Target } from './guards.ts';
import { countOpenAlerts } from './store.ts';

const dayMs = 24 * 3_600_000;
const servicesMax = 20;
const peersMax = 20;

/** What the customer will notice, as far as the manager knows it now. */
export async function previewOf(
  tx: Tx,
  { clock }: Pick<Platform, 'clock'>,
  playbook: Pick<Playbook, 'preview'>,
  { accountId, hostId, source, scope }: Target & { readonly scope: 'host' | 'account' },
): Promise<ContainmentPreview> {
  const now = clock.now();
  const shows = (part: Playbook['preview'][number]) => playbook.preview.includes(part);
  const inventory = shows('services') ? await selectInventory(tx, accountId, hostId) : undefined;
  const services = inventory?.inventory.services ?? [];
  const since = new Date(now.getTime() - dayMs);
  return {
    at: now.toISOString(),
    hostCount: scope === 'account' ? (await selectServing(tx, accountId)).length : 1,
    ...(inventory
      ? {
          services: services
            .slice(0, servicesMax)
            .map(({ protocol, port, process }) => ({ protocol, port, ...(process ? { process } : {}) })),
          serviceCount: services.length,
          inventoryAt: inventory.taken_at.toISOString(),
        }
      : {}),
    ...(shows('sources')
      ? { sources: await selectSources(tx, accountId, source ? { source, since } : { hostId, since }) }
      : {}),
    ...(shows('alerts') ? { openAlerts: await countOpenAlerts(tx, accountId, hostId) } : {}),
  };
}

/**
 * What a host said of its connections; peers that are hosts of the account get their names, for these depend on it.
 * @param detail `5 open connections: 192.0.2.5 ×3, 2001:db8::7 ×2`, from a host that may be hostile
 */
export async function readConnections(
  tx: Tx,
  accountId: string,
  { detail, at }: { readonly detail: string; readonly at: Date },
  nameOf: (hostId: string) => Promise<string>,
): Promise<OpenConnections | undefined> {
  const head = /^(\d{1,7}) open connections(?:: (.*))?$/.exec(detail);
  if (!head) return undefined;
  const found = [...(head[2] ?? '').matchAll(/([0-9A-Fa-f.:]{2,45}) ×(\d{1,7})(?:, |$)/g)].slice(0, peersMax);
  const own = found.length > 0 ? await addressesOf(tx, accountId) : new Map<string, string>();
  const peers: OpenConnections['peers'] = [];
  for (const [, address = '', count] of found) {
    const hostId = own.get(address);
    peers.push({ address, count: Number(count), ...(hostId ? { hostName: await nameOf(hostId) } : {}) });
  }
  return { at: at.toISOString(), count: Number(head[1]), peers };
}
