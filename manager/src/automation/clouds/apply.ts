import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type ConfigurationEdit,
  type ConnectedComputer,
  type ConnectedWrite,
  deleteComputers,
  insertConnected,
  markGone,
  takeIds,
  updateConnected,
} from '../../configuration/index.ts';
import type { ComputerFacts, SyncPlan } from '../../connectors/index.ts';
import { newId, type Platform } from '../../platform/index.ts';
import type { Connector } from './connector.ts';
import { groupsOf, putGroups, removeGroups } from './groups.ts';
import type { AccountPlan } from './plan-for-account.ts';

/** Computers by what happened to them, for event-based tasks. */
export type Happened = {
  readonly created: readonly number[];
  readonly moved: readonly number[];
  readonly poweredOn: readonly number[];
};

/** Writes what a plan says. Computers with an agent are never removed. */
export async function applyPlan(
  edit: ConfigurationEdit,
  platform: Platform,
  connector: Connector,
  { plan, known }: AccountPlan,
): Promise<Happened> {
  const { tx, accountId } = edit;
  const groupIds = await putGroups(edit, connector, plan.groups);
  const created = await createComputers(edit, platform, connector, plan, groupIds);
  const updates = plan.update.map((one) => ({ one, before: known.get(one.id)! }));
  await updateConnected(
    tx,
    accountId,
    connector,
    updates.map(({ one, before }) => toUpdate(one, before, groupIds)),
  );
  await deleteComputers(tx, accountId, plan.remove);
  await markGone(tx, accountId, plan.mark, edit.at);
  const standing = groupsOf(edit, connector);
  await removeGroups(
    edit,
    plan.groupsGone.flatMap((key) => (standing.get(key)?.['ID'] as number | undefined) ?? []),
  );
  for (const id of created) edit.noteComputer(id, 'created');
  for (const { id } of plan.update) edit.noteComputer(id, 'modified');
  for (const id of plan.mark) edit.noteComputer(id, 'modified');
  for (const id of plan.remove) edit.noteComputer(id, 'deleted');
  const synced = updates.filter(({ before }) => before.connector_facts !== null);
  return {
    created,
    moved: synced.filter(({ one }) => one.changed.groupKey !== undefined).map(({ one }) => one.id),
    poweredOn: synced.filter(({ one, before }) => hasPoweredOn(before, one.facts)).map(({ one }) => one.id),
  };
}

async function createComputers(
  edit: ConfigurationEdit,
  platform: Platform,
  connector: Connector,
  { create }: SyncPlan,
  groupIds: ReadonlyMap<string, number>,
): Promise<number[]> {
  if (create.length === 0) return [];
  const firstId = await takeIds(edit.tx, edit.accountId, 'Computer', create.length);
  const rows = create.map(({ machineKey, scope, facts }, index) => ({
    id: firstId + index,
    guid: newId(platform.clock),
    host_name: facts.hostName,
    display_name: facts.displayName,
    group_id: groupIds.get(facts.groupKey) ?? null,
    summary: facts.summary as ApiObject,
    connector_key: machineKey,
    connector_scope: scope,
    connector_facts: facts,
  }));
  await insertConnected(edit.tx, edit.accountId, connector, rows, edit.at);
  return rows.map(({ id }) => id);
}

/** Only what changed in the cloud is written. Of its own name an agent knows best; a computer that had a group or display name keeps them. */
function toUpdate(
  { id, machineKey, scope, facts, changed }: SyncPlan['update'][number],
  before: ConnectedComputer,
  groupIds: ReadonlyMap<string, number>,
): ConnectedWrite {
  const isTakenOver = before.connector_facts === null;
  const group = groupIds.get(facts.groupKey) ?? null;
  return {
    id,
    host_name: before.host_id === null ? (changed.hostName ?? before.host_name) : before.host_name,
    display_name: isTakenOver ? before.display_name || facts.displayName : (changed.displayName ?? before.display_name),
    group_id: isTakenOver ? (before.group_id ?? group) : changed.groupKey === undefined ? before.group_id : group,
    summary: facts.summary as ApiObject,
    connector_key: machineKey,
    connector_scope: scope,
    connector_facts: facts,
  };
}

const isOn = (summary: unknown): boolean =>
  Object.values((summary ?? {}) as Record<string, { state?: string }>).some(({ state }) =>
    ['POWER ON', 'AVAILABLE'].includes(state ?? ''),
  );

const hasPoweredOn = (before: ConnectedComputer, facts: ComputerFacts): boolean =>
  !isOn(before.summary) && isOn(facts.summary);
