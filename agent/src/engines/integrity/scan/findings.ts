import { toPath } from './byte-string.ts';
import { type Difference, readDifferences } from './change-stream.ts';
import type { FileRecord } from './file-record.ts';
import { type Pairing, pairRenames } from './renames.ts';

/** What became of one path between two scans. Paths as in `path-bytes.ts`. */
export type Finding =
  | { readonly kind: 'created'; readonly path: string; readonly after: FileRecord }
  | { readonly kind: 'deleted'; readonly path: string; readonly before: FileRecord }
  | {
      readonly kind: 'modified' | 'renamed';
      readonly path: string;
      readonly previousPath?: string;
      readonly before: FileRecord;
      readonly after: FileRecord;
      /** Of a folder: did names in it come or go? */
      readonly namesChanged: boolean;
      /** Of a renamed folder: how many paths below it moved along without any other change. */
      readonly pathsBelow: number;
    };

/** So much of what was found is held until the end, so that the two halves of a rename can be brought together. */
const heldBytesMax = 96 * 1024 * 1024;

/**
 * Gathers the differences of a scan and tells what they mean: what is gone under one name and there under another is one rename, and what moved along
 * with its folder is not told at all. Where there is more than memory should hold, everything is told by itself.
 */
export class Findings {
  /** Were there too many differences to look for renames among them? */
  overran = false;
  readonly #tell: (finding: Finding) => void;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(tell: (finding: Finding) => void) {
    this.#tell = tell;
  }

  /** @param packed as a `ChangeWriter` has packed them */
  take(packed: Uint8Array): void {
    this.#held.push(packed);
    this.#heldBytes += packed.length;
    if (!this.overran && this.#heldBytes <= heldBytesMax) return;
    this.overran = true;
    for (const each of this.#held) this.#tellEach(each);
    this.#held = [];
  }

  #tellEach(packed: Uint8Array): void {
    // Whether names came or went is not known here; that they did is the likelier where so much changed.
    for (const difference of readDifferences(packed)) this.#tell(single(difference, true));
  }

  /** Tells all that is held, in the order of paths. */
  finish(): void {
    const all = this.#held.flatMap((packed) => [...readDifferences(packed)]);
    this.#held = [];
    const pairing = pairRenames(all);
    const findings = all.flatMap((difference) => findingOf(difference, pairing));
    findings.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    for (const finding of findings) this.#tell(finding);
  }
}

const pathOf = (folder: string, { name }: FileRecord): string => toPath(`${folder}/${name}`);

function single({ folder, before, after }: Difference, namesChanged: boolean): Finding {
  const path = pathOf(folder, (after ?? before)!);
  if (!before) return { kind: 'created', path, after: after! };
  if (!after) return { kind: 'deleted', path, before };
  return { kind: 'modified', path, before, after, namesChanged, pathsBelow: 0 };
}

function findingOf(difference: Difference, pairing: Pairing): Finding[] {
  const { folder, before, after } = difference;
  if (after && !before) {
    const twin = pairing.formerOf.get(difference);
    return twin ? movedOf(difference, twin, pairing) : [single(difference, false)];
  }
  // The other half of a rename tells of both.
  if (before && !after) {
    return pairing.gone.has(difference) ? [] : [single({ ...difference, folder: pairing.nowOf(folder) }, false)];
  }
  return [single(difference, pairing.changedFolders.has(`${folder}/${after!.name}`))];
}

function movedOf({ folder, after }: Difference, twin: Difference, pairing: Pairing): Finding[] {
  const path = pathOf(folder, after!);
  const bytes = `${folder}/${after!.name}`;
  const both = { path, before: twin.before!, after: after!, namesChanged: pairing.changedFolders.has(bytes) };
  // Its folder has another name, it has not: it moved along, and only what else differs is of interest.
  if (pairing.movedAlong(folder, twin) && twin.before!.name === after!.name)
    return [{ kind: 'modified', ...both, pathsBelow: 0 }];
  const pathsBelow = after!.type === 'directory' ? pairing.countBelow(bytes) : 0;
  return [{ kind: 'renamed', ...both, previousPath: pathOf(twin.folder, twin.before!), pathsBelow }];
}
