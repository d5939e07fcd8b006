import {
  type ConfigurationEdit,
  type ConnectedComputer,
  selectConnected,
  selectUnconnected,
} from '../../configuration/index.ts';
import { type ComputerFacts, type KnownComputer, planSync, type SyncPlan } from '../../connectors/index.ts';
import type { Connector } from './connector.ts';
import { groupsOf } from './groups.ts';
import { uuidForms } from './identity.ts';
import type { Listed } from './listing.ts';

export type AccountPlan = { readonly plan: SyncPlan; readonly known: ReadonlyMap<number, ConnectedComputer> };

/** Compares a listing with the computers that the connector knows and those whose agents say that they run on one of its machines. */
export async function planForAccount(
  edit: ConfigurationEdit,
  connector: Connector,
  { listing, topName }: Listed,
): Promise<AccountPlan> {
  const own = await selectConnected(edit.tx, edit.accountId, connector);
  const keysByUuid = new Map<string, string>();
  for (const { key, biosUUID } of listing.machines)
    for (const form of biosUUID ? uuidForms(biosUUID) : []) keysByUuid.set(form, key);
  const instances = connector.kind === 'VCenterConnector' ? [] : listing.machines.map(({ key }) => key);
  const others = await selectUnconnected(edit.tx, edit.accountId, { instances, biosUuids: [...keysByUuid.keys()] });
  const keyOf = (computer: ConnectedComputer): string =>
    computer.connector_key ?? keysByUuid.get(computer.bios_uuid ?? '') ?? computer.cloud_instance ?? '';
  const all = [...own, ...others];
  const known = all.map((computer): KnownComputer => {
    const synced = (computer.connector_facts ?? undefined) as ComputerFacts | undefined;
    return {
      id: computer.id,
      machineKey: keyOf(computer),
      scope: computer.connector_scope ?? undefined,
      synced,
      isKept: computer.host_id !== null,
      isMarked: computer.gone_at !== null,
    };
  });
  const groups = [...groupsOf(edit, connector).keys()].map((key) => ({ key }));
  return { plan: planSync(known, groups, listing, topName), known: new Map(all.map((one) => [one.id, one])) };
}
