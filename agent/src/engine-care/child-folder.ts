import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ChildPlan } from './plan.ts';

/** The folder of a child, for its configuration and what it keeps. Made where it is not there yet; nobody else may look into it. */
export function openChildFolder(dataFolder: string, name: string): string {
  const folder = join(dataFolder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * Gives the folder to the user as whom the child runs, with a way to it: the folders of ours above it may be passed through and not listed. What lies
 * in them is for the agent's own user (its umask is 077).
 * @throws Error without the right to
 */
export function giveFolder(folder: string, user: NonNullable<ChildPlan['user']>): void {
  chownSync(folder, user.uid, user.gid);
  for (const above of foldersAbove(folder)) {
    const { mode } = statSync(above);
    if ((mode & 0o001) === 0) chmodSync(above, (mode & 0o777) | 0o011);
  }
}

/** `<data>/engines/<module>` with all three parts, or only what it lies in, where it lies elsewhere. */
function foldersAbove(folder: string): string[] {
  const module = dirname(folder);
  const engines = dirname(module);
  return basename(engines) === 'engines' ? [module, engines, dirname(engines)] : [module];
}
