// Where a program of this checkout is started: from its bundle (`bundle-programs.ts`) as long as no source has changed since, else from its sources.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ownRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
export const bundleFolder = (root = ownRoot) => join(root, 'node_modules/.cache/sakimori-programs');

/** The bundle that `current.json` points to: `{folder, sources}`, where `sources` is `path → [bytes, changed at ms]`; or nothing if any source differs. */
export function freshBundle(root = ownRoot) {
  const cache = bundleFolder(root);
  try {
    const { folder, sources } = JSON.parse(readFileSync(join(cache, 'current.json'), 'utf8'));
    statSync(join(cache, folder));
    const isFresh = Object.entries(sources).every(([path, [bytes, changedAtMs]]) => {
      const now = statSync(join(root, path));
      return now.size === bytes && now.mtimeMs === changedAtMs;
    });
    return isFresh ? join(cache, folder) : undefined;
  } catch {
    return undefined;
  }
}

/** Path of the file to start: of a bundle, or the source below the root. */
export function locateProgram(name, source, root = ownRoot) {
  const bundle = freshBundle(root);
  return join(bundle ?? root, bundle ? `${name}.mjs` : source);
}

/** A start makes some 50 MB of objects that soon are garbage; in the 1 MB that V8 begins with, clearing them away again and again is a fifth of its time. */
const youngMemory = { flags: ['--min-semi-space-size=16'], env: {} };

/**
 * What runs for months holds little: what is young lives in 24 MB, and garbage is cleared away before it makes half of what is in use besides; threads
 * share two arenas of malloc. Without it a manager that takes in 15,000 events a second holds a third more (`bench/syslog.ts`), and about a tenth more of them pass.
 */
export const lastingMemory = {
  flags: ['--min-semi-space-size=8', '--max-semi-space-size=8', '--heap-growing-percent=50'],
  env: { MALLOC_ARENA_MAX: '2' },
};

/** Flags of Node, and settings of its surroundings, for a run of `sakimori` with these words. */
export const memoryFor = (words) => (words[0] === 'up' ? lastingMemory : youngMemory);
