import { readFileSync } from 'node:fs';
import { Mounts } from '../../../file-system/mounts.ts';
import { decodePath } from '../../../file-system/path-bytes.ts';
import { fromPath } from './byte-string.ts';

/** A mount that is not entered. `isRemote`: a network or FUSE mount, which a person expects to be watched; else one of the kernel's own. */
export type SkippedMount = { readonly path: string; readonly isRemote: boolean };

/** The mounts of this host that are not entered (S22); none where the kernel does not tell. */
export function readSkippedMounts(file = '/proc/self/mountinfo'): SkippedMount[] {
  let table = '';
  try {
    table = decodePath(readFileSync(file));
  } catch {
    return [];
  }
  const mounts = new Mounts(table);
  const points = table.split('\n').map((line) => unescapePoint(line.split(' ')[4] ?? ''));
  return [...new Set(points)]
    .filter((path) => path !== '' && mounts.skipping(path) === path)
    .map((path) => ({ path, isRemote: mounts.remote.includes(path) }));
}

/** mountinfo writes space, tab, newline and backslash as three octal digits. */
const unescapePoint = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Folder → the names in it that are skipped mounts; byte strings. */
export function byFolder(mounts: readonly SkippedMount[]): ReadonlyMap<string, ReadonlyMap<string, SkippedMount>> {
  const folders = new Map<string, Map<string, SkippedMount>>();
  for (const mount of mounts) {
    const bytes = fromPath(mount.path);
    const cut = bytes.lastIndexOf('/');
    const folder = bytes.slice(0, cut);
    const names = folders.get(folder) ?? new Map<string, SkippedMount>();
    folders.set(folder, names.set(bytes.slice(cut + 1), mount));
  }
  return folders;
}
