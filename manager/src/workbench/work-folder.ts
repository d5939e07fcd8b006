import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `nobody` on every Linux: a program that reads what customers send needs no more. */
const nobody = 65_534;
/** As whom such a program runs; undefined where we are not root and cannot choose. */
export const uidOfGuests = process.getuid?.() === 0 ? nobody : undefined;

/** Does something in a folder of its own, which is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sakimori-workbench-'));
  try {
    if (uidOfGuests !== undefined) await chown(folder, uidOfGuests, uidOfGuests);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
