import { type Actor, type ApiKey, Refusal, type Role } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { newId, newSecret, type Platform, sha256, type Tx } from '../platform/index.ts';
import { announceEnd, checkRoleAndAccount, system } from './people.ts';
import {
  countKeys,
  insertKey,
  isMissingAccount,
  type KeyRow,
  keysMax,
  revokeKeyRow,
  revokeSystemKeys,
  selectKeyBySecret,
  touchKey,
} from './store.ts';

const dayMs = 24 * 60 * 60_000;
/** A key's last use is written down at most this often. */
const touchEveryMs = 10 * 60_000;
const secretPattern = /^skm_[A-Za-z0-9_-]{43}$/;

export const toKey = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  role: row.role,
  ...(row.account_id ? { accountId: row.account_id } : {}),
  ...(row.soc_id ? { socId: row.soc_id } : {}),
  createdAt: row.created_at.toISOString(),
  ...(row.expires_at ? { expiresAt: row.expires_at.toISOString() } : {}),
  ...(row.last_used_at ? { lastUsedAt: row.last_used_at.toISOString() } : {}),
});

export type KeyInput = {
  readonly name: string;
  readonly role: Role;
  readonly accountId?: string | undefined;
  readonly socId?: string | undefined;
  readonly validDays?: number | undefined;
};

/** @returns the key with its secret, which is kept nowhere. @throws Refusal `malformed`, `not_found` (account), `limit_reached` */
export async function createKey(
  platform: Platform,
  actor: Actor,
  input: KeyInput,
): Promise<ApiKey & { secret: string }> {
  checkRoleAndAccount(input);
  try {
    return await platform.database.asProvider((tx) => makeKey(platform, tx, actor, input));
  } catch (error) {
    if (isMissingAccount(error)) throw new Refusal('not_found', { what: input.socId ? 'soc' : 'account' });
    throw error;
  }
}

/** A key that the process makes for itself or its operator. Earlier ones of the same name, role and account end, so restarts leave no trail. */
export async function createSystemKey(platform: Platform, input: KeyInput): Promise<string> {
  checkRoleAndAccount(input);
  return platform.database.asProvider(async (tx) => {
    const accountId = input.accountId ?? null;
    await revokeSystemKeys(tx, { ...input, accountId, createdBy: system.id, at: platform.clock.now() });
    return (await makeKey(platform, tx, system, input)).secret;
  });
}

async function makeKey(
  { clock }: Platform,
  tx: Tx,
  actor: Actor,
  input: KeyInput,
): Promise<ApiKey & { secret: string }> {
  if ((await countKeys(tx)).count >= keysMax) throw new Refusal('limit_reached', { what: 'key', max: keysMax });
  const now = clock.now();
  const secret = `skm_${newSecret()}`;
  const row = await insertKey(tx, {
    id: newId(clock),
    name: input.name,
    secret_hash: sha256(secret),
    role: input.role,
    account_id: input.accountId ?? null,
    soc_id: input.socId ?? null,
    created_at: now,
    created_by: actor.id,
    expires_at: input.validDays ? new Date(now.getTime() + input.validDays * dayMs) : null,
  });
  await note(tx, clock, {
    accountId: input.accountId,
    actor,
    action: 'key.created',
    target: `key:${row.id}`,
    facts: { name: row.name, role: row.role, ...(row.expires_at ? { expiresAt: row.expires_at.toISOString() } : {}) },
  });
  return { ...toKey(row), secret };
}

/** @throws Refusal `not_found` */
export async function revokeKey(platform: Platform, actor: Actor, keyId: string): Promise<void> {
  await platform.database.asProvider(async (tx) => {
    const row = await revokeKeyRow(tx, keyId, platform.clock.now());
    if (!row) throw new Refusal('not_found', { what: 'key' });
    await note(tx, platform.clock, {
      accountId: row.account_id ?? undefined,
      actor,
      action: 'key.revoked',
      target: `key:${row.id}`,
      facts: { name: row.name, role: row.role },
    });
    await announceEnd(tx, row.id);
  });
}

/** Who a key acts as, where it is still good. Notes its use, coarsely, unless it is only looked at. */
export async function findKey(platform: Platform, secret: string, touch = true): Promise<Actor | undefined> {
  if (!secretPattern.test(secret)) return undefined;
  const now = platform.clock.now();
  const row = await platform.database.asProvider(async (tx) => {
    const found = await selectKeyBySecret(tx, sha256(secret), now);
    if (touch && found && (!found.last_used_at || now.getTime() - found.last_used_at.getTime() >= touchEveryMs))
      await touchKey(tx, found.id, now);
    return found;
  });
  if (!row) return undefined;
  return {
    kind: 'key',
    id: row.id,
    name: row.name,
    role: row.role,
    ...(row.account_id ? { accountId: row.account_id } : {}),
    ...(row.soc_id ? { socId: row.soc_id } : {}),
  };
}
