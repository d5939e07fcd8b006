import { type Dirent, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import type { LogSource } from '@sakimori/contract/policy';
import { fileKeyOf } from './followed-file.ts';

/** A source with its path taken apart: a folder and a name in which `*` and `?` stand for other characters. */
export interface SourcePath {
  readonly source: LogSource;
  readonly folder: string;
  readonly matches: (name: string) => boolean;
}

/** A file that a source names now. */
export interface FoundFile {
  readonly path: string;
  readonly key: string;
  readonly source: LogSource;
}

/** @throws Error with a sentence, for a path that no source can have. */
export function readSourcePath(source: LogSource): SourcePath {
  const folder = dirname(normalize(source.path));
  if (!isAbsolute(source.path)) throw new Error(`the log path ${source.path} is not absolute`);
  if (/[*?]/.test(folder)) throw new Error(`the log path ${source.path} has a wildcard in a folder's name`);
  const name = normalize(source.path).slice(folder.length).replace(/^\//, '');
  if (name === '') throw new Error(`the log path ${source.path} names no file`);
  return { source, folder, matches: nameMatcher(name) };
}

function nameMatcher(pattern: string): (name: string) => boolean {
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const expression = pattern
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[^*?]/g, (char) => RegExp.escape(char))
    .replaceAll('*', '[^/]*')
    .replaceAll(/(?<!\\)\?/g, '[^/]');
  const regular = new RegExp(`^${expression}$`, 's');
  return (name) => regular.test(name);
}

/** Rotated logs that were packed: their lines were read before. */
const compressed = /\.(?:gz|xz|zst|bz2|lz4|zip)$/;

/** The regular files that the sources name now; a file named by two sources belongs to the first. */
export function findFiles(paths: readonly SourcePath[]): FoundFile[] {
  const found = new Map<string, FoundFile>();
  for (const { source, folder, matches } of paths) {
    for (const path of listFolder(folder, (name) => matches(name) && !compressed.test(name))) {
      const key = keyOf(path);
      if (key && !found.has(key)) found.set(key, { path, key, source });
    }
  }
  return [...found.values()];
}

/** Paths of the files in a folder whose name fits, in order of name; none when the folder cannot be read. */
export function listFolder(folder: string, matches: (name: string) => boolean): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && matches(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort();
}

/** `device:inode` of a regular file, symbolic links followed; undefined for anything else. */
export function keyOf(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() ? fileKeyOf(stat) : undefined;
  } catch {
    return undefined;
  }
}
