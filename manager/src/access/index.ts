/**
 * Access: who may come in. People with passwords and one-time codes, sessions, one-time links, API keys. What a role may do stands in the
 * contract; a route asks for one permission and the door of `platform/http.ts` compares. Identities belong to the provider as a whole, so
 * everything here runs in the provider's role; a customer's people and keys carry their account, and whatever they then ask for runs as
 * that account alone.
 */
import type { Role } from '@sakimori/contract';
import type { Platform, Room } from '../platform/index.ts';
import { createSystemKey } from './keys.ts';
import { makeFirstAdmin } from './people.ts';
import { accessRoutes, linkUrl, type PublicUrl } from './routes.ts';
import { sessionLimits } from './sessions.ts';
import { deleteSpent } from './store.ts';

export { createAuthenticate } from './authenticate.ts';
export { findKey as findServiceKey } from './keys.ts';
export { firstAdminMail } from './people.ts';
export { personOf, type Staff, staffOf, staffWho } from './staff.ts';

const dayMs = 24 * 60 * 60_000;

export const accessRoom = (platform: Platform, options: { readonly publicUrl: PublicUrl }): Room => ({
  name: 'access',
  routes: accessRoutes(platform, options.publicUrl),
  ticks: [{ name: 'access-sweep', everyMs: 60 * 60_000, run: () => sweep(platform) }],
});

/** Forgets sessions that are over, links a month after they expired, and counters of attempts. */
export async function sweep(platform: Platform): Promise<void> {
  const now = platform.clock.now();
  const links = new Date(now.getTime() - 30 * dayMs);
  const attempts = new Date(now.getTime() - dayMs);
  await platform.database.asProvider((tx) => deleteSpent(tx, { ...sessionLimits(now), links, attempts }));
}

/**
 * Makes the first provider administrator where there is none.
 * @returns a fresh one-time link for as long as no provider administrator has set a password
 */
export async function ensureFirstAdmin(
  platform: Platform,
  options: { readonly publicUrl: PublicUrl },
): Promise<{ link: string } | undefined> {
  const secret = await makeFirstAdmin(platform);
  return secret === undefined ? undefined : { link: linkUrl(options.publicUrl, secret) };
}

/** A key for the process itself or its operator. Earlier ones made here with the same name, role and account end. @returns its secret */
export const createKeyFor = (
  platform: Platform,
  key: { readonly name: string; readonly role: Role; readonly accountId?: string },
): Promise<string> => createSystemKey(platform, key);
