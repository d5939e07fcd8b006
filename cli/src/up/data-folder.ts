import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const repositoryFolder = resolve(import.meta.dirname, '../../..');

/**
 * Where a started system keeps everything. As root the database runs as another user, who must be able to enter the folder; a clone below
 * `/root` or in a private temporary folder cannot serve, so its data goes to `/var/lib`.
 */
export function locateDataFolder(wanted: string | undefined): string {
  if (wanted) return resolve(wanted);
  if (process.getuid?.() !== 0 || othersMayEnter(repositoryFolder)) return join(repositoryFolder, '.sakimori');
  const name = createHash('sha256').update(repositoryFolder).digest('hex').slice(0, 8);
  return `/var/lib/sakimori-${name}`;
}

/** The same folder, made where it is missing. */
export const chooseDataFolder = (given: string | undefined): string =>
  makeFolder(locateDataFolder(given ?? process.env['SAKIMORI_DATA']));

export function makeEphemeralFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-'));
  chmodSync(folder, 0o711);
  return folder;
}

function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  return folder;
}

function othersMayEnter(folder: string): boolean {
  const open = (statSync(folder).mode & 0o001) !== 0;
  return open && (folder === '/' || othersMayEnter(dirname(folder)));
}
