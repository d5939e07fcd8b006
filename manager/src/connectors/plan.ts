import { isDeepStrictEqual } from 'node:util';
import { keyOfSteps, type PlannedGroup, planGroups, topKey } from './groups.ts';
import type { ListedMachine, Listing, MachineSummary } from './machine.ts';

/** What a listing says of a computer, and what a sync therefore writes. */
export type ComputerFacts = {
  readonly hostName: string;
  readonly displayName: string;
  readonly groupKey: string;
  readonly addresses: readonly string[];
  readonly biosUUID: string | undefined;
  readonly summary: MachineSummary;
};

/** A computer of this connector, or one of none whose agent told the same identity: it is then taken over and not made twice. */
export type KnownComputer = {
  readonly id: number;
  /** The machine's key (`ListedMachine.key`). */
  readonly machineKey: string;
  /** The part of the listing it came from the last time; undefined for a computer of no connector. */
  readonly scope: string | undefined;
  /** What the last sync wrote; undefined for a computer of no connector. What people changed since is theirs. */
  readonly synced: ComputerFacts | undefined;
  /** Whether something would be lost with it: an agent that was activated, detections. It is then marked and not removed. */
  readonly isKept: boolean;
  /** Whether it is marked as gone from its cloud. */
  readonly isMarked: boolean;
};
export type KnownGroup = { readonly key: string };

export type SyncPlan = {
  /** All groups that shall stand, parents first. */
  readonly groups: readonly PlannedGroup[];
  /** Keys of groups that stand empty now and go, children first. */
  readonly groupsGone: readonly string[];
  readonly create: readonly { readonly machineKey: string; readonly scope: string; readonly facts: ComputerFacts }[];
  readonly update: readonly {
    readonly id: number;
    readonly machineKey: string;
    readonly scope: string;
    /** All facts, to be kept as `synced`. */
    readonly facts: ComputerFacts;
    /** Those that changed since the last sync: only they are written to the computer. */
    readonly changed: Partial<ComputerFacts>;
    /** It was marked as gone and is back. */
    readonly isBack: boolean;
  }[];
  /** Computers that are gone from the cloud and go. */
  readonly remove: readonly number[];
  /** Computers that are gone from the cloud and stay, to be marked so. */
  readonly mark: readonly number[];
};

/**
 * Compares what stands with what a cloud lists. A machine is gone only when the part of the listing that it came from was read wholly.
 * @param topName the connector's name, for its group
 */
export function planSync(
  known: readonly KnownComputer[],
  knownGroups: readonly KnownGroup[],
  listing: Listing,
  topName: string,
): SyncPlan {
  const listed = new Map<string, ListedMachine>();
  for (const machine of listing.machines) if (!listed.has(machine.key)) listed.set(machine.key, machine);
  const standing = new Map<string, KnownComputer>();
  const gone: KnownComputer[] = [];
  for (const computer of [...known].sort(ownFirst)) {
    if (listed.has(computer.machineKey) && !standing.has(computer.machineKey))
      standing.set(computer.machineKey, computer);
    else if (computer.scope !== undefined && speaksFor(listing, computer.scope)) gone.push(computer);
  }
  const create: SyncPlan['create'][number][] = [];
  const update: SyncPlan['update'][number][] = [];
  for (const machine of listed.values()) {
    const facts = factsOf(machine, listing.top);
    const computer = standing.get(machine.key);
    const named = { machineKey: machine.key, scope: machine.scope, facts };
    if (!computer) create.push(named);
    else {
      const changed = changesOf(computer.synced, facts);
      const hasMoved = computer.scope !== machine.scope;
      if (Object.keys(changed).length > 0 || hasMoved || computer.isMarked)
        update.push({ id: computer.id, ...named, changed, isBack: computer.isMarked });
    }
  }
  const groups = planGroups(listing, topName);
  const goneIds = new Set(gone.map(({ id }) => id));
  // Those that are listed stand where the listing says, whatever was before.
  const listedIds = new Set([...standing.values()].map(({ id }) => id));
  const staying = known.filter(({ id, isKept }) => !listedIds.has(id) && (isKept || !goneIds.has(id)));
  return {
    groups,
    groupsGone: emptyGroups(knownGroups, groups, staying, topKey(listing.top)),
    create,
    update,
    remove: gone.filter(({ isKept }) => !isKept).map(({ id }) => id),
    mark: gone.filter(({ isKept, isMarked }) => isKept && !isMarked).map(({ id }) => id),
  };
}

/** Where a machine is known twice, the connector's own computer is it, and of two the older. */
function ownFirst(a: KnownComputer, b: KnownComputer): number {
  return Number(a.scope === undefined) - Number(b.scope === undefined) || a.id - b.id;
}

function speaksFor(listing: Listing, scope: string): boolean {
  const isWithin = (outer: string): boolean => scope === outer || scope.startsWith(`${outer}/`);
  if (listing.incomplete.some((part) => isWithin(part.scope))) return false;
  return listing.covers === undefined || listing.covers.some(isWithin);
}

function factsOf(machine: ListedMachine, top: Listing['top']): ComputerFacts {
  const { hostName, displayName, addresses, biosUUID, summary } = machine;
  return { hostName, displayName, groupKey: keyOfSteps(top, machine.groups), addresses, biosUUID, summary };
}

function changesOf(before: ComputerFacts | undefined, now: ComputerFacts): Partial<ComputerFacts> {
  const entries = Object.entries(now) as [keyof ComputerFacts, unknown][];
  // Summaries come back from the database as JSON: what was undefined there is absent here.
  return Object.fromEntries(entries.filter(([name, value]) => !before || !isDeepStrictEqual(before[name], value)));
}

/** Known groups that are neither planned nor hold a computer that stays, with their parents' fate decided by the same rule. */
function emptyGroups(
  knownGroups: readonly KnownGroup[],
  planned: readonly PlannedGroup[],
  staying: readonly KnownComputer[],
  top: string,
): string[] {
  const held = new Set(planned.map(({ key }) => key));
  for (const { synced } of staying) {
    const steps = synced?.groupKey.split('/') ?? [];
    for (let depth = 1; depth <= steps.length; depth += 1) held.add(steps.slice(0, depth).join('/'));
  }
  const depthOf = (key: string): number => key.split('/').length;
  return knownGroups
    .map(({ key }) => key)
    .filter((key) => key !== top && !held.has(key))
    .sort((a, b) => depthOf(b) - depthOf(a) || (a < b ? -1 : 1));
}
