import { mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { documentBytesMax } from '@sakimori/contract/intake/index';
import type { Platform } from '../platform/index.ts';
import type { Intake } from './intake.ts';

/** A file that grows still is left for the next look. */
const quietMs = 1000;
const filesAtOnce = 200;

/**
 * What another program fetched from S3 or a queue, laid into `<folder>/<source>/` a document or lines a file. A file that was taken moves to `taken`,
 * one that could not be read as events to `refused`: moved after its records are committed, so that a stop in between brings it twice and counts once.
 */
export async function readFolder(platform: Platform, intake: Intake, folder: string): Promise<number> {
  const sources = (await intake.bindings.current()).filter(({ kind }) => kind === 'folder');
  let taken = 0;
  for (const { value } of sources) {
    const own = join(folder, value);
    for (const name of ['', 'taken', 'refused']) await mkdir(join(own, name), { recursive: true });
    const entries = await readdir(own, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
    for (const name of names.sort().slice(0, filesAtOnce)) {
      const path = join(own, name);
      const { size, mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs < quietMs) continue;
      const isRead = size <= documentBytesMax && (await take(intake, value, path));
      await rename(path, join(own, isRead ? 'taken' : 'refused', name));
      if (!isRead)
        platform.log.warn({ source: value, file: name }, 'a file of a source holds no event that could be read');
      taken += 1;
    }
  }
  return taken;
}

async function take(intake: Intake, identity: string, path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8');
  const { parsed } = await intake.takeDocument({ transport: 'folder', address: '', identity }, text);
  return parsed.events.length > 0;
}
