import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryFolder } from './data-folder.ts';

const builtFolder = join(repositoryFolder, 'console/dist');
const stampFile = join(builtFolder, '.built-from');

/**
 * Builds the console when its sources changed since the last build. Beside the folder that is served, which it then replaces: several systems
 * may start at once. @returns whether it was built
 */
export async function buildConsole(): Promise<boolean> {
  const sources = sourceHash();
  if (readStamp() === sources) return false;
  const vite = join(repositoryFolder, 'node_modules/vite/bin/vite.js');
  const fresh = join(repositoryFolder, `node_modules/.cache/sakimori-console-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--logLevel', 'error', '--outDir', fresh, '--emptyOutDir'],
    { cwd: join(repositoryFolder, 'console') },
  );
  writeFileSync(join(fresh, '.built-from'), sources);
  rmSync(builtFolder, { recursive: true, force: true });
  renameSync(fresh, builtFolder);
  return true;
}

function sourceHash(): string {
  const hash = createHash('sha256');
  const files = globSync(
    [
      'console/src/**/*',
      'console/public/*',
      'console/*.{html,ts,json}',
      'contract/src/**/*.ts',
      'rules/**/names.*.json',
      'package-lock.json',
    ],
    { cwd: repositoryFolder, withFileTypes: true },
  );
  for (const path of files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort())
    hash.update(path).update(readFileSync(path));
  return hash.digest('hex');
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stampFile, 'utf8');
  } catch {
    return undefined;
  }
}
