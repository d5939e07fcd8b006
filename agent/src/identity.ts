import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Id } from '@sakimori/contract/primitives';
import { z } from 'zod';
import { writeFileAtomically } from './write-file.ts';

export const identityFileName = 'identity.json';

/**
 * Who this host is, and the key that proves it. One file, so that key and certificate are always replaced together.
 * The key never leaves the host.
 */
export const Identity = z.object({
  hostId: Id,
  accountId: Id,
  /** `host:port` of the manager's door for agents. */
  agents: z.string().min(1).max(300),
  /** Certificate of the one authority that is trusted (PEM). */
  ca: z.string().min(1).max(20_000),
  certificate: z.string().min(1).max(20_000),
  key: z.string().min(1).max(20_000),
});
export type Identity = z.infer<typeof Identity>;

/** The identity in this folder, or `undefined` where the host is not enrolled. @throws Error in words when the file is not usable. */
export function readIdentity(folder: string): Identity | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, identityFileName), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return parseIdentity(text);
}

function parseIdentity(text: string): Identity {
  try {
    return Identity.parse(JSON.parse(text));
  } catch {
    // The cause may quote the key, so it is not told.
    throw new Error(`${identityFileName} is damaged; enrol this host again with a new token (--force)`);
  }
}

export function writeIdentity(folder: string, identity: Identity): void {
  writeFileAtomically(join(folder, identityFileName), formatIdentity(identity));
}

export const formatIdentity = (identity: Identity): string => `${JSON.stringify(identity, null, 2)}\n`;

/**
 * Takes the key out of the reach of other users. @returns the mode that was found when it had to be changed, as `0644`
 * @throws Error when the mode is wrong and cannot be changed: with an exposed key the agent does not start.
 */
export function closeKey(folder: string): string | undefined {
  const path = join(folder, identityFileName);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || (stat.mode & 0o077) === 0) return undefined;
  const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
  try {
    chmodSync(path, 0o600);
  } catch {
    throw new Error(`${path} holds the key of this host and is open to others (mode ${mode}). Run: chmod 600 ${path}`);
  }
  return mode;
}
