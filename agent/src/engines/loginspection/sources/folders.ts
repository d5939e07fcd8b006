import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The file behind a path. A symbolic link counts when root made it, or the one who owns what it leads to: or somebody who may write into a log folder could
 * have the agent read what he may not.
 */
export function statOwned(path: string): Stats | 'refused' | undefined {
  try {
    const own = lstatSync(path);
    if (!own.isSymbolicLink()) return own;
    const target = statSync(path);
    return own.uid === 0 || own.uid === target.uid ? target : 'refused';
  } catch {
    return undefined;
  }
}

/** What lies in a folder; nothing where it cannot be read. */
export function listEntries(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The folder itself, or the next one above it that is there. */
export function existingFolder(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    try {
      if (statSync(at).isDirectory() || at === '/') return at;
    } catch {
      if (at === '/') return at;
    }
  }
}
