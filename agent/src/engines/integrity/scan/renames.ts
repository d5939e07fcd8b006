import type { Difference } from './change-stream.ts';
import type { FileRecord } from './file-record.ts';

/** Which differences are the two halves of a rename. Paths of folders are byte strings. */
export type Pairing = {
  /** What is new → the same object as it was under its former name. */
  readonly formerOf: ReadonlyMap<Difference, Difference>;
  /** What is gone, of which the object is there under another name. */
  readonly gone: ReadonlySet<Difference>;
  /** Folders in which a name came or went, or another object took a name. */
  readonly changedFolders: ReadonlySet<string>;
  /** Where a folder that was renamed is now; any other as it is. */
  nowOf(folder: string): string;
  /** Is the object under its old name in a folder that has a new one? */
  movedAlong(folder: string, former: Difference): boolean;
  /** How many paths moved along below this folder. */
  countBelow(folder: string): number;
};

/** Two objects of the same identity are the same: a rename keeps inode and time of birth, and an inode that is used again is born anew. */
const identityOf = ({ type, inode, bornNs, sizeBytes, modifiedNs }: FileRecord): string =>
  bornNs > 0n ? `${type}:${inode}:${bornNs}` : `${type}:${inode}:${sizeBytes}:${modifiedNs}`;

const pathOf = ({ folder, before, after }: Difference): string => `${folder}/${(after ?? before)!.name}`;

export function pairRenames(all: readonly Difference[]): Pairing {
  const byIdentity = new Map<string, Difference[]>();
  for (const one of all) {
    if (one.after || !one.before) continue;
    const key = identityOf(one.before);
    const known = byIdentity.get(key);
    if (known) known.push(one);
    else byIdentity.set(key, [one]);
  }
  const formerOf = new Map<Difference, Difference>();
  for (const one of all) {
    const former = one.before || !one.after ? undefined : byIdentity.get(identityOf(one.after))?.pop();
    if (former) formerOf.set(one, former);
  }
  return describePairs(all, formerOf);
}

function describePairs(all: readonly Difference[], formerOf: ReadonlyMap<Difference, Difference>): Pairing {
  const newPaths = new Map<string, string>();
  for (const [now, former] of formerOf) {
    if (now.after!.type === 'directory') newPaths.set(pathOf(former), pathOf(now));
  }
  const nowOf = (folder: string) => newPaths.get(folder) ?? folder;
  const movedAlong = (folder: string, former: Difference) =>
    former.folder !== folder && newPaths.get(former.folder) === folder;
  const below = new Map<string, number>();
  for (const [now, former] of formerOf) {
    if (!movedAlong(now.folder, former) || now.after!.name !== former.before!.name) continue;
    for (let end = now.folder.length; end > 0; end = now.folder.lastIndexOf('/', end - 1)) {
      const folder = now.folder.slice(0, end);
      below.set(folder, (below.get(folder) ?? 0) + 1);
    }
  }
  return {
    ...{ formerOf, gone: new Set(formerOf.values()), changedFolders: foldersOf(all), nowOf },
    movedAlong: (folder, former) => movedAlong(folder, former),
    countBelow: (folder) => below.get(folder) ?? 0,
  };
}

function foldersOf(all: readonly Difference[]): Set<string> {
  const folders = new Set<string>();
  for (const { folder, before, after } of all) {
    if (!before || !after || before.inode !== after.inode) folders.add(folder);
  }
  return folders;
}
