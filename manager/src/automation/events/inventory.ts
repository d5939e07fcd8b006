import { isDeepStrictEqual } from 'node:util';
import type { HostInventory } from '@sakimori/contract';
import { system } from '../../audit/index.ts';
import {
  type AgentIdentity,
  type ConnectedComputer,
  lockAccount,
  readConfiguration,
  selectIdentity,
  selectUnclaimed,
  updateIdentity,
} from '../../configuration/index.ts';
import type { InventoryListener } from '../../inventory/index.ts';
import type { Platform, Tx } from '../../platform/index.ts';
import { changeWithin } from '../../policies/index.ts';
import { readUuid, uuidForms } from '../clouds/identity.ts';
import { mergeComputers } from '../clouds/merge.ts';
import { asksCloud, Matcher } from './matcher.ts';
import { actOnComputers } from './on-computers.ts';

/**
 * Hears of inventories: which machine of a cloud the host is, and which address it has. A computer of a connector that turns out to be this
 * host becomes one with it; then tasks for activation that ask for something of the cloud can be decided. A new address is an event too.
 */
export const followInventory =
  (platform: Platform): InventoryListener =>
  async (tx, { accountId, hostId }, inventory, isNew) => {
    if (!isNew) return;
    const seen = await selectIdentity(tx, accountId, hostId);
    if (!seen || isDeepStrictEqual(seen, identityOf(seen.id, inventory))) return;
    await lockAccount(tx, accountId);
    const before = await selectIdentity(tx, accountId, hostId);
    if (!before) return;
    const now = identityOf(before.id, inventory);
    const hasMoved = before.last_address !== null && before.last_address !== now.last_address;
    const isSame = before.cloud_instance === now.cloud_instance && before.bios_uuid === now.bios_uuid;
    const cloud = isSame ? undefined : await unclaimed(tx, accountId, now);
    const hasTasks = hasMoved && !new Matcher(await readConfiguration(tx, accountId), 'agent-ip-changed').isIdle;
    if (!cloud && !hasTasks) return updateIdentity(tx, accountId, now);
    const reason = 'what the agent says of its machine';
    await changeWithin(tx, platform, { accountId, actor: system, reason }, async (edit) => {
      const id = cloud?.id ?? before.id;
      if (cloud) await mergeComputers(edit, before.id, cloud.id);
      await updateIdentity(tx, accountId, { ...now, id });
      if (cloud) await actOnComputers(edit, platform, 'agent-initiated-activation', [id], asksCloud);
      if (hasMoved) await actOnComputers(edit, platform, 'agent-ip-changed', [id]);
    });
  };

function identityOf(id: number, { cloud, biosUuid, interfaces }: HostInventory): AgentIdentity {
  return {
    id,
    cloud_instance: cloud?.instanceId ?? null,
    bios_uuid: readUuid(biosUuid) ?? null,
    last_address: addressOf(interfaces) ?? null,
  };
}

/** The first address that other machines could reach. */
function addressOf(interfaces: HostInventory['interfaces']): string | undefined {
  return interfaces
    .flatMap(({ addresses }) => addresses)
    .find((address) => !/^(127\.|::1|fe80:|169\.254\.)/i.test(address))
    ?.split('/')[0];
}

/** The one machine of a connector that this can be; where several could, none is. */
async function unclaimed(tx: Tx, accountId: string, identity: AgentIdentity): Promise<ConnectedComputer | undefined> {
  const biosUuids = identity.bios_uuid ? uuidForms(identity.bios_uuid) : [];
  const found = await selectUnclaimed(tx, accountId, { instance: identity.cloud_instance, biosUuids });
  return found.length === 1 ? found[0] : undefined;
}
