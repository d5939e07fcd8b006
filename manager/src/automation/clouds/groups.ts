import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationEdit, type ConfigurationView, leaveGroups } from '../../configuration/index.ts';
import type { OwnNumber, PlannedGroup } from '../../connectors/index.ts';
import { type Connector, connectorMark } from './connector.ts';

const numbers: readonly OwnNumber[] = [
  ...(['amazonAccountID', 'amazonRegionID', 'amazonVPCID', 'amazonSubnetID', 'amazonWorkspacesID'] as const),
  'amazonDirectoryID',
];

/** The groups that a connector made, by their keys. */
export function groupsOf(view: ConfigurationView, connector: Connector): Map<string, ApiObject> {
  const mark = connectorMark(connector);
  const own = view.list('ComputerGroup').filter((group) => group['_connector'] === mark);
  return new Map(own.map((group) => [String(group['_key']), group]));
}

/** Makes the planned groups stand. @returns their ids by their keys */
export async function putGroups(
  edit: ConfigurationEdit,
  connector: Connector,
  planned: readonly PlannedGroup[],
): Promise<Map<string, number>> {
  const known = groupsOf(edit, connector);
  const ids = new Map<string, number>();
  for (const group of planned) {
    const before = known.get(group.key);
    const parent = group.parentKey === undefined ? undefined : ids.get(group.parentKey);
    // A number of its own is its id, so it has to stand first.
    const id =
      (before?.['ID'] as number | undefined) ?? (await edit.insert('ComputerGroup', toObject(connector, group)));
    const parentGroupID = parent === undefined ? {} : { parentGroupID: parent };
    edit.put('ComputerGroup', id, {
      description: before?.['description'] ?? '',
      ...toObject(connector, group),
      ...parentGroupID,
      ...numbersOf(group, id),
    });
    ids.set(group.key, id);
  }
  for (const [key, group] of known) if (!ids.has(key)) ids.set(key, group['ID'] as number);
  return ids;
}

function toObject(connector: Connector, group: PlannedGroup): ApiObject {
  const { type, name, externalID, cloudType, cloudResourceType } = group;
  const cloud = cloudType ? { cloudType, cloudResourceType, cloudID: connector.id } : { virtualID: connector.id };
  return { type, name, externalID, ...cloud, _connector: connectorMark(connector), _key: group.key };
}

/** Groups of AWS have a number in one of these properties, and 0 in the others. */
function numbersOf({ cloudType, ownNumber }: PlannedGroup, id: number): ApiObject {
  if (cloudType !== 'amazon') return {};
  return Object.fromEntries(numbers.map((name) => [name, name === ownNumber ? id : 0]));
}

/** Takes groups away. Computers that somebody put there are in no group then; folders that somebody made there move to the top. */
export async function removeGroups(edit: ConfigurationEdit, ids: readonly number[]): Promise<void> {
  const gone = new Set(ids);
  for (const group of edit.list('ComputerGroup')) {
    const id = group['ID'] as number;
    if (gone.has(id)) edit.remove('ComputerGroup', id);
    else if (gone.has(group['parentGroupID'] as number)) {
      const { parentGroupID: _, ...rest } = group;
      edit.put('ComputerGroup', id, rest);
    }
  }
  await leaveGroups(edit.tx, edit.accountId, ids);
}
