// Installs what package-lock.json asks for, and runs the programs of this project. Plain JavaScript on whatever Node the machine has;
// everything started from here runs on the Node that the install brought.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { becomeNode } from './become.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const node = join(root, 'node_modules/.bin/node');

/** Runs `npm ci` unless all that the lock file names is there already. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.error('Installing (npm ci) …');
  const installed = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (installed.status !== 0) {
    console.error('The install failed. Look at the lines above, then run the same command again.');
    process.exit(installed.status ?? 1);
  }
}

/**
 * Compares the lock with npm's own record of what lies in node_modules, so that an install made by hand counts too. Packages for other
 * machines are absent rightly; of the Node binary, which is one of those, the file itself must be there.
 */
function isInstalled() {
  if (!existsSync(node)) return false;
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, entry]) => {
      const found = present[path];
      return found ? found.version === entry.version && found.integrity === entry.integrity : entry.optional;
    });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return {};
  }
}

/** Goes over to a TypeScript program of this project. */
export function handOver(program, args, { flags, env } = { flags: [], env: {} }) {
  becomeNode(node, [...flags, resolve(root, program), ...args], { cwd: root, env: { ...env, ...process.env } });
}
