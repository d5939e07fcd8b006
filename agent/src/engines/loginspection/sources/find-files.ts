import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import { existingFolder, listEntries, statOwned } from './folders.ts';
import { foldersDeepMax, type PathPart } from './path-pattern.ts';
import { fileKeyOf } from './position.ts';
import { packedName } from './rotation-names.ts';
import type { SourcePath } from './source-paths.ts';

/** A file that a source names now. */
export interface FoundFile {
  readonly path: string;
  readonly key: string;
  readonly modifiedMs: number;
  readonly by: SourcePath;
}

/** What the sources name now. */
export interface Found {
  readonly files: readonly FoundFile[];
  /** Folders in which something may come that they name. */
  readonly folders: ReadonlySet<string>;
  /** Symbolic links that are not followed. */
  readonly refusedLinks: readonly string[];
  /** Whether there was more than is looked at: of folders, or of files in one folder. */
  readonly isCutShort: boolean;
}

/** Folders that are looked into for all sources together, and names looked at in one of them. */
const foldersMax = 2000;
const namesMax = 10_000;
/** Of a path with a date the files are followed that were written to in so many days. */
const datedDays = 31;

/** The regular files that the sources name now; a file named by two sources belongs to the first. */
export function findFiles(paths: readonly SourcePath[], nowMs: number): Found {
  const search = new Search(nowMs);
  for (const path of paths) search.look(path);
  return {
    files: [...search.files.values()],
    folders: search.folders,
    refusedLinks: [...search.refusedLinks],
    isCutShort: search.isCutShort,
  };
}

class Search {
  readonly files = new Map<string, FoundFile>();
  readonly folders = new Set<string>();
  readonly refusedLinks = new Set<string>();
  isCutShort = false;
  readonly #listed = new Map<string, readonly Dirent[]>();
  readonly #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  look(path: SourcePath): void {
    this.#walk(path, path.folder, path.parts, 0);
  }

  #walk(path: SourcePath, folder: string, parts: readonly PathPart[], depth: number): void {
    if (!this.#enter(folder)) return;
    const [part, ...rest] = parts;
    if (part === undefined) return;
    if (part.kind === 'folders') {
      this.#walk(path, folder, rest, depth);
      if (depth >= foldersDeepMax) return;
      for (const entry of this.#list(folder))
        if (entry.isDirectory()) this.#walk(path, join(folder, entry.name), parts, depth + 1);
      return;
    }
    const names = part.kind === 'name' ? [part.name] : this.#names(folder, part, rest.length === 0);
    for (const name of names) {
      const next = join(folder, name);
      if (rest.length === 0) this.#take(path, next);
      else if (this.#isFolder(next)) this.#walk(path, next, rest, depth);
    }
  }

  /** A folder that is missing is waited for by watching the one it will come into. */
  #enter(folder: string): boolean {
    if (this.folders.has(folder)) return true;
    if (this.folders.size >= foldersMax) {
      this.isCutShort = true;
      return false;
    }
    this.folders.add(existingFolder(folder));
    return true;
  }

  #names(folder: string, part: Extract<PathPart, { kind: 'pattern' }>, isLast: boolean): string[] {
    const names = this.#list(folder)
      .filter((entry) => entry.isSymbolicLink() || (isLast ? entry.isFile() : entry.isDirectory()))
      .map(({ name }) => name)
      .filter((name) => (part.takesHidden || !name.startsWith('.')) && part.matches(name))
      .filter((name) => !isLast || !packedName.test(name));
    if (names.length <= namesMax) return names.sort();
    this.isCutShort = true;
    // Names with a date or a number: the last ones are the newest.
    return names.sort().slice(-namesMax);
  }

  #list(folder: string): readonly Dirent[] {
    const known = this.#listed.get(folder);
    if (known) return known;
    const entries = listEntries(folder);
    this.#listed.set(folder, entries);
    return entries;
  }

  #isFolder(path: string): boolean {
    const stat = this.#statFollowed(path);
    return stat?.isDirectory() === true;
  }

  #take(path: SourcePath, file: string): void {
    if (path.isExcluded(file)) return;
    const stat = this.#statFollowed(file);
    if (!stat?.isFile()) return;
    if (path.isDated && this.#nowMs - stat.mtimeMs > datedDays * 86_400_000) return;
    const key = fileKeyOf(stat);
    if (!this.files.has(key)) this.files.set(key, { path: file, key, modifiedMs: stat.mtimeMs, by: path });
  }

  #statFollowed(path: string): Stats | undefined {
    const found = statOwned(path);
    if (found === 'refused') this.refusedLinks.add(path);
    return found === 'refused' ? undefined : found;
  }
}
