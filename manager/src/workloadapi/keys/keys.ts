import { randomBytes } from 'node:crypto';
import { Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { note } from '../../audit/index.ts';
import { takeId } from '../../configuration/index.ts';
import { announce, isDuplicate, type Platform, sha256, type Tx } from '../../platform/index.ts';
import { badRequest } from '../http/api-fault.ts';
import { deleteKey, insertKey, type KeyRow, selectKeys, updateKey } from './store.ts';

/** As published secrets look: a version, then base64. */
const newApiSecret = (): string => `2:${randomBytes(33).toString('base64')}`;

/** Keys of one account. */
const keysMax = 1000;
const defaultLocale = 'en-US';

export type By = { readonly kind: 'key' | 'person' | 'system'; readonly id: string; readonly name: string };

/** @returns the key with its secret, which is kept nowhere. @throws Refusal `already_exists`, `limit_reached` */
export async function makeApiKey(
  tx: Tx,
  platform: Pick<Platform, 'clock'>,
  accountId: string,
  by: By,
  given: ApiObject,
): Promise<{ key: KeyRow; secret: string }> {
  if ((await selectKeys(tx, accountId)).length >= keysMax)
    throw new Refusal('limit_reached', {
      ...{ what: 'apikey', max: keysMax },
      detail: `An account has at most ${keysMax} API keys.`,
    });
  const secret = newApiSecret();
  const key: KeyRow = {
    tenant_id: accountId,
    id: await takeId(tx, accountId, 'ApiKey', 1),
    secret_hash: sha256(secret),
    name: String(given['keyName']),
    description: textOf(given, 'description'),
    role_id: given['roleID'] as number,
    locale: textOf(given, 'locale') ?? defaultLocale,
    time_zone: textOf(given, 'timeZone'),
    active: (given['active'] as boolean | undefined) ?? true,
    created_at: platform.clock.now(),
    expires_at: timeOf(given['expiryDate']),
    unlock_at: timeOf(given['unlockTime']),
    last_used_at: null,
  };
  await orDuplicate(key.name, () => insertKey(tx, key));
  await noteKey(tx, platform, key, by, 'apikey.created');
  return { key, secret };
}

/** Writes a key as it is from now on. @throws Refusal `already_exists` */
export async function changeKey(tx: Tx, platform: Pick<Platform, 'clock'>, next: KeyRow, by: By): Promise<void> {
  await orDuplicate(next.name, () => updateKey(tx, next));
  await noteKey(tx, platform, next, by, 'apikey.modified');
}

/** The secret before ends at once. @returns the key with its new secret, which is kept nowhere */
export async function renewKey(
  tx: Tx,
  platform: Pick<Platform, 'clock'>,
  before: KeyRow,
  by: By,
): Promise<{ key: KeyRow; secret: string }> {
  const secret = newApiSecret();
  const key = { ...before, secret_hash: sha256(secret) };
  await updateKey(tx, key);
  await noteKey(tx, platform, key, by, 'apikey.renewed');
  return { key, secret };
}

export async function removeKey(tx: Tx, platform: Pick<Platform, 'clock'>, key: KeyRow, by: By): Promise<void> {
  await deleteKey(tx, key.tenant_id, key.id);
  await noteKey(tx, platform, key, by, 'apikey.deleted');
}

async function orDuplicate<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new Refusal('already_exists', { what: 'apikey', detail: `An API key named “${name}” already exists.` });
  }
}

async function noteKey(
  tx: Tx,
  platform: Pick<Platform, 'clock'>,
  key: KeyRow,
  actor: By,
  action: 'apikey.created' | 'apikey.modified' | 'apikey.renewed' | 'apikey.deleted',
): Promise<void> {
  await note(tx, platform.clock, {
    accountId: key.tenant_id,
    actor,
    action,
    target: `apikey:${key.id}`,
    facts: { name: key.name, roleID: key.role_id },
  });
  await announce(tx, { topic: 'configuration', accountId: key.tenant_id });
}

const textsMax = { description: 10_000, locale: 100, timeZone: 100 } as const;

/** The text of a property; null where there is none. @throws ApiFault 400 for one that is too long */
export function textOf(given: ApiObject, name: keyof typeof textsMax): string | null {
  const value = given[name];
  if (typeof value !== 'string' || value === '') return null;
  if (value.length > textsMax[name]) throw badRequest(`${name} is longer than ${textsMax[name]} characters.`);
  return value;
}

/** The last moment that every reader of ISO times can read. */
const timeMax = Date.parse('9999-12-31T23:59:59.999Z');
/** Epoch milliseconds; 0 and less are no time. */
export const timeOf = (value: unknown): Date | null => {
  if (typeof value !== 'number' || value <= 0) return null;
  if (value > timeMax) throw badRequest('A time lies beyond the calendar.');
  return new Date(value);
};

/** A key as the API shows it. Nothing that is unset is there: some clients refuse empty texts. */
export function presentKey(key: KeyRow): ApiObject {
  return {
    keyName: key.name,
    description: key.description ?? undefined,
    locale: key.locale,
    roleID: key.role_id,
    timeZone: key.time_zone ?? undefined,
    active: key.active,
    created: key.created_at.getTime(),
    lastSignIn: key.last_used_at?.getTime(),
    unlockTime: key.unlock_at?.getTime(),
    unsuccessfulSignInAttempts: 0,
    expiryDate: key.expires_at?.getTime(),
    serviceAccount: false,
    ID: key.id,
  };
}

/** A key with full access that the process makes for its operator; an earlier one of the name ends. @returns its secret */
export function createApiKeyFor(
  platform: Pick<Platform, 'database' | 'clock'>,
  accountId: string,
  name: string,
): Promise<string> {
  const by = { kind: 'system', id: 'system', name: 'system' } as const;
  return platform.database.as(accountId, async (tx) => {
    const earlier = (await selectKeys(tx, accountId)).find((key) => key.name === name);
    if (earlier) await deleteKey(tx, accountId, earlier.id);
    return (await makeApiKey(tx, platform, accountId, by, { keyName: name, roleID: fullAccessRole })).secret;
  });
}
const fullAccessRole = 1;
