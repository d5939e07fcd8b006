import type { BlockWriter } from './block-writer.ts';
import { toPath } from './byte-string.ts';
import type { ChangeWriter } from './change-stream.ts';
import { sameRecord, typeIndexOf, types } from './file-record.ts';
import { BlockCursor, partOf, partsLogFor } from './folder-block.ts';
import { listFolder } from './folder-list.ts';
import type { KnownBlocks } from './known-blocks.ts';
import { LongPaths } from './long-paths.ts';
import { byFolder, type SkippedMount } from './mount-points.ts';
import type { RecordBuilder } from './record-builder.ts';
import type { Scope } from './scope.ts';

/** A folder to scan, or a part of one that has many names. */
export type WorkItem = {
  /** Byte string, `` for `/`. */
  readonly folder: string;
  /** What the folder says of its own size, where it was seen. */
  readonly sizeBytes?: number;
  readonly part?: { readonly index: number; readonly log: number; readonly names: readonly string[] };
};

/** What a worker has met so far. */
export type ScanCounts = {
  entries: number;
  files: number;
  folders: number;
  unreadable: number;
  large: number;
  added: number;
  removed: number;
  changed: number;
};

export const noCounts = (): ScanCounts => ({
  ...{ entries: 0, files: 0, folders: 0, unreadable: 0, large: 0 },
  ...{ added: 0, removed: 0, changed: 0 },
});

export type ScannerParts = {
  readonly scope: Scope;
  readonly mounts: readonly SkippedMount[];
  readonly builder: RecordBuilder;
  readonly blocks: BlockWriter;
  /** Are the blocks of interest, or only how they differ from the known ones? */
  readonly keepsBlocks: boolean;
  readonly known: KnownBlocks | undefined;
  readonly differences: ChangeWriter;
  /** Called for every name. May throw to end the scan. */
  readonly pulse: () => void;
};

const fileType = types.indexOf('file');
const folderType = types.indexOf('directory');

/** Scans one folder after the other: lists, observes, and compares with what is known, in one pass in the order of names. */
export class FolderScanner {
  readonly counts = noCounts();
  /** Folders that could not be listed, and mounts that were not entered; paths. */
  readonly denied: string[] = [];
  readonly skippedMounts: string[] = [];
  readonly #parts: ScannerParts;
  readonly #old = new BlockCursor();
  readonly #longPaths = new LongPaths();
  readonly #mounts: ReturnType<typeof byFolder>;

  constructor(parts: ScannerParts) {
    this.#parts = parts;
    this.#mounts = byFolder(parts.mounts);
  }

  /** @param found is given the folders below */
  scan(item: WorkItem, found: (item: WorkItem) => void): void {
    const { folder } = item;
    if (item.part) {
      const { index, log, names } = item.part;
      this.#scanNames(folder, this.#reach(folder), { index, log }, names, undefined, found);
      return;
    }
    const path = toPath(folder) || '/';
    const base = this.#reach(folder);
    const isInside = this.#parts.scope.relate(path) === 'inside';
    const list =
      base === undefined
        ? 'denied'
        : listFolder(base, this.#parts.scope, path, isInside, item.sizeBytes, this.#parts.builder.opensFirst);
    if (list === 'gone') return;
    if (list === 'denied') {
      this.#passOver(folder, path);
      return;
    }
    const log = this.#partsLog(folder, list.names.length);
    if (log === 0) this.#scanNames(folder, base, { index: 0, log }, list.names, list.isFile, found);
    else for (const part of divide(list.names, log)) found({ folder, part });
  }

  #reach(folder: string): string | undefined {
    try {
      return this.#longPaths.reach(folder);
    } catch {
      return undefined;
    }
  }

  /** The parts of a folder stay what they were in the database that it is compared with. */
  #partsLog(folder: string, names: number): number {
    const known = this.#parts.known?.find(folder, 0);
    return known ? known[14]! : partsLogFor(names);
  }

  /** What is known of a folder that cannot be listed stands as it is. */
  #passOver(folder: string, path: string): void {
    this.denied.push(path);
    this.counts.unreadable += 1;
    const { blocks, keepsBlocks, known } = this.#parts;
    const log = known?.find(folder, 0)?.[14] ?? 0;
    for (let part = 0; part < 1 << log; part += 1) {
      const block = known?.find(folder, part);
      this.#begin(block);
      blocks.begin(folder, part, log, true);
      for (; this.#old.name !== undefined; this.#old.next()) blocks.append(this.#old.record());
      blocks.end(keepsBlocks);
    }
  }

  #begin(block: Buffer | undefined): void {
    if (block) this.#old.begin(block);
    else this.#old.beginEmpty();
  }

  #scanNames(
    folder: string,
    base: string | undefined,
    part: { index: number; log: number },
    names: readonly string[],
    isFile: Uint8Array | undefined,
    found: (item: WorkItem) => void,
  ): void {
    if (base === undefined) return;
    const { blocks, builder, scope, known, pulse, keepsBlocks } = this.#parts;
    this.#begin(known?.find(folder, part.index));
    const path = toPath(folder);
    const isWhole = scope.isWhole(path || '/');
    const mounts = this.#mounts.get(folder);
    builder.beginFolder(base);
    blocks.begin(folder, part.index, part.log, false);
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index]!;
      pulse();
      this.#passRemoved(folder, name);
      const child = isWhole ? '' : `${path}/${toPath(name)}`;
      const relation = isWhole ? 'inside' : scope.relate(child);
      if (relation === 'none' || (mounts && this.#skips(mounts.get(name), name))) continue;
      const isKnown = this.#old.name === name;
      const needsContent = isWhole || (relation === 'inside' && scope.needsContent(child));
      const length = builder.build(name, isFile?.[index] === 1, needsContent, isKnown ? this.#old : undefined);
      if (length === 0) continue;
      this.#enter(folder, name, child, isWhole, found);
      if (relation === 'inside') this.#compare(folder, length, isKnown);
    }
    this.#passRemoved(folder, undefined);
    blocks.end(keepsBlocks);
  }

  /** Every known record before this name stands for something that is gone. */
  #passRemoved(folder: string, name: string | undefined): void {
    const { differences } = this.#parts;
    while (this.#old.name !== undefined && (name === undefined || this.#old.name < name)) {
      this.counts.removed += 1;
      differences.write(folder, this.#old.record(), undefined);
      this.#old.next();
    }
  }

  #skips(mount: SkippedMount | undefined, name: string): boolean {
    if (mount === undefined) return false;
    // What the mount hides is not gone.
    if (this.#old.name === name) this.#keepKnown();
    if (mount.isRemote) this.skippedMounts.push(mount.path);
    return true;
  }

  #keepKnown(): void {
    if (this.#parts.keepsBlocks) this.#parts.blocks.append(this.#old.record());
    this.#old.next();
  }

  #enter(folder: string, name: string, child: string, isWhole: boolean, found: (item: WorkItem) => void): void {
    const { blocks, scope } = this.#parts;
    if (typeIndexOf(blocks.buffer[blocks.at]!) !== folderType) return;
    if (!isWhole && !scope.leadsOn(child)) return;
    found({ folder: `${folder}/${name}`, sizeBytes: Number(blocks.view.getBigUint64(blocks.at + 28, true)) });
  }

  #compare(folder: string, length: number, isKnown: boolean): void {
    const { blocks, differences, known } = this.#parts;
    const { at, buffer } = blocks;
    this.#count(buffer[at]!);
    if (isKnown) {
      const before = this.#old.record();
      if (!sameRecord(buffer, at, length, before)) {
        this.counts.changed += 1;
        differences.write(folder, before, buffer.subarray(at, at + length));
      }
      this.#old.next();
    } else if (known) {
      this.counts.added += 1;
      differences.write(folder, undefined, buffer.subarray(at, at + length));
    }
    blocks.commit(length);
  }

  #count(flags: number): void {
    this.counts.entries += 1;
    const type = typeIndexOf(flags);
    if (type === folderType) this.counts.folders += 1;
    if (type !== fileType) return;
    this.counts.files += 1;
    const content = (flags >> 3) & 0b11;
    if (content === 2) this.counts.large += 1;
    if (content === 3) this.counts.unreadable += 1;
  }

  close(): void {
    this.#longPaths.close();
  }
}

function divide(names: readonly string[], log: number): { index: number; log: number; names: string[] }[] {
  const parts = Array.from({ length: 1 << log }, (_, index) => ({ index, log, names: [] as string[] }));
  for (const name of names) parts[partOf(name, log)]!.names.push(name);
  return parts;
}
