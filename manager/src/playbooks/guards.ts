import { networkInterfaces } from 'node:os';
import { askGuards, type GuardFacts, needsSource, type Playbook, Refusal, readBlockSource } from '@sakimori/contract';
import { managerAddresses, namedAddresses, selectServing, settingOf } from '../containment/index.ts';
import { selectInventories, selectInventory } from '../inventory/index.ts';
import type { Platform, Tx } from '../platform/index.ts';

export type Target = {
  readonly accountId: string;
  readonly hostId: string;
  readonly hostName: string;
  readonly source?: string | undefined;
  readonly minutes?: number | undefined;
};

type Interfaces = readonly { readonly mac: string; readonly addresses: readonly string[] }[];

/**
 * Whether a host is the machine on which this manager runs, or the one behind whose address hosts reach it. An address alone tells nothing: every machine
 * with containers has the same ones, so for those of this machine the card has to be the same too.
 */
export async function isManager(platform: Platform, interfaces: Interfaces): Promise<boolean> {
  const own = Object.values(networkInterfaces()).flatMap((list = []) => list.filter(({ internal }) => !internal));
  const named = (await namedAddresses(platform.config)).filter((address) => !/^127\.|^::1$/.test(address));
  return interfaces.some(({ mac, addresses }) =>
    addresses.some(
      (address) =>
        named.includes(address) ||
        own.some((card) => card.address === address && card.mac.toLowerCase() === mac.toLowerCase()),
    ),
  );
}

/** Addresses of the account's hosts, by their inventories. Hosts are asked for in portions: an inventory is large. */
export async function addressesOf(tx: Tx, accountId: string): Promise<Map<string, string>> {
  const hostIds = await selectServing(tx, accountId);
  const found = new Map<string, string>();
  for (let from = 0; from < hostIds.length; from += 50)
    for (const { host_id, inventory } of await selectInventories(tx, accountId, hostIds.slice(from, from + 50)))
      for (const address of inventory.interfaces.flatMap(({ addresses }) => addresses))
        if (!/^127\.|^::1$|^fe80:/i.test(address)) found.set(address.split(/[/%]/)[0]!, host_id);
  return found;
}

/**
 * Holds a playbook against what must never be: asked at the proposal, and again when it runs, for lists change meanwhile.
 * @returns the source in its one spelling
 * @throws Refusal `malformed`, `source_allowed`, `host_is_manager`
 */
export async function checkGuards(
  tx: Tx,
  platform: Platform,
  playbook: Playbook,
  { accountId, hostId, hostName, source, minutes }: Target,
): Promise<string | undefined> {
  const asksSource = needsSource(playbook);
  const facts: GuardFacts = {
    ...(minutes === undefined ? {} : { minutes }),
    ...(source === undefined ? {} : { source }),
    ...(playbook.guards.includes('host-not-manager')
      ? {
          hostIsManager: await isManager(
            platform,
            (await selectInventory(tx, accountId, hostId))?.inventory.interfaces ?? [],
          ),
        }
      : {}),
    ...(asksSource
      ? {
          manager: await managerAddresses(platform.config),
          allow: (await settingOf(tx, accountId)).allow,
          ownHosts: [...(await addressesOf(tx, accountId)).keys()],
        }
      : {}),
  };
  const { answer, entry = '' } = askGuards(playbook, facts);
  const malformed = (detail: string) => new Refusal('malformed', { detail });
  if (answer === 'minutes')
    throw malformed(`body.minutes: between ${playbook.minutes!.min} and ${playbook.minutes!.max}`);
  if (answer === 'source-missing') throw malformed('body.source: this playbook needs the address of a source');
  if (answer === 'source-malformed') throw malformed('body.source: not an address or network that can be blocked');
  if (answer === 'host-not-manager') throw new Refusal('host_is_manager', { host: hostName });
  if (answer !== 'ok') throw new Refusal('source_allowed', { source: source!, entry });
  if (!asksSource && source !== undefined) throw malformed('body.source: this playbook is about no source');
  return source === undefined ? undefined : readBlockSource(source).text;
}
