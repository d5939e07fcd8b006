import type { GroupStep, Listing } from './machine.ts';

/** The properties of a `ComputerGroup` that hold a number of its own; a group has one of them, and 0 in the others. */
export type OwnNumber =
  | 'amazonAccountID'
  | 'amazonRegionID'
  | 'amazonVPCID'
  | 'amazonSubnetID'
  | 'amazonWorkspacesID'
  | 'amazonDirectoryID';

/** A group of computers that shall stand, in the API's words. */
export type PlannedGroup = {
  /** Names the group within its connector: the steps that lead to it. */
  readonly key: string;
  /** Undefined for the top. */
  readonly parentKey: string | undefined;
  readonly type: GroupStep['type'];
  readonly name: string;
  /** What the cloud calls it. */
  readonly externalID: string;
  /** Undefined for vCenter, which is no cloud to the API. */
  readonly cloudType: 'amazon' | 'gcp' | undefined;
  readonly cloudResourceType: 'top-level' | 'partition' | undefined;
  /** Which property shall hold the group's number, if any. */
  readonly ownNumber: OwnNumber | undefined;
};

const ownNumbers: Partial<Readonly<Record<GroupStep['type'], OwnNumber>>> = {
  'aws-account': 'amazonAccountID',
  'aws-region': 'amazonRegionID',
  'aws-vpc': 'amazonVPCID',
  'aws-subnet': 'amazonSubnetID',
  'aws-workspaces': 'amazonWorkspacesID',
  'aws-directory': 'amazonDirectoryID',
};

/** The key of a connector's top group. */
export const topKey = (top: Listing['top']): string => encodeURIComponent(top.key);

/** The key of the group at the end of some steps. No key of a cloud can break out of its own step. */
export const keyOfSteps = (top: Listing['top'], steps: readonly GroupStep[]): string =>
  [top, ...steps].map(({ key }) => encodeURIComponent(key)).join('/');

/**
 * The groups that a listing's machines stand in, parents first. The top stands even without machines.
 * @param topName the connector's name
 */
export function planGroups(listing: Listing, topName: string): PlannedGroup[] {
  const planned = new Map<string, PlannedGroup>();
  const add = (step: GroupStep, key: string, parentKey: string | undefined): void => {
    if (planned.has(key)) return;
    const cloudType = cloudTypeOf(step.type);
    const level = parentKey === undefined ? 'top-level' : 'partition';
    planned.set(key, {
      key,
      parentKey,
      type: step.type,
      name: step.name,
      externalID: step.key,
      cloudType,
      cloudResourceType: cloudType && level,
      ownNumber: ownNumbers[step.type],
    });
  };
  add({ ...listing.top, name: topName }, topKey(listing.top), undefined);
  for (const { groups } of listing.machines)
    for (const [index, step] of groups.entries())
      add(step, keyOfSteps(listing.top, groups.slice(0, index + 1)), keyOfSteps(listing.top, groups.slice(0, index)));
  return [...planned.values()];
}

function cloudTypeOf(type: GroupStep['type']): PlannedGroup['cloudType'] {
  if (type.startsWith('aws-')) return 'amazon';
  return type.startsWith('gcp-') ? 'gcp' : undefined;
}
