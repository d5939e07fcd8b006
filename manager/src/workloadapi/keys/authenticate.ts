import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '@sakimori/contract';
import { findServiceKey } from '../../access/index.ts';
import { readConfiguration } from '../../configuration/index.ts';
import { type Platform, sha256 } from '../../platform/index.ts';
import { ApiFault } from '../http/api-fault.ts';
import type { ApiCaller } from '../http/call.ts';
import { selectKeyByHash, touchKey } from './store.ts';

/** A key's last use is written down at most this often. */
const touchEveryMs = 60_000;
const secretMax = 300;
const fullAccessId = 1;
const auditorId = 2;

/**
 * Who calls, by `api-secret-key` or `Authorization: ApiKey`. Asked of the database at every call, so that the end of a key holds from the next one
 * on. A service key of an account (`skm_…`) may look, and nothing else: the customer need not manage the DSM (S12).
 */
export class Authenticator {
  readonly #platform: Platform;
  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** @throws ApiFault 401 for an unknown key, 403 for one that is locked or expired, 400 for another version of the API */
  async callerOf(headers: IncomingHttpHeaders): Promise<ApiCaller> {
    const secret = secretOf(headers);
    const caller = secret.startsWith('skm_') ? await this.#serviceCaller(secret) : await this.#keyCaller(secret);
    const version = headers['api-version'];
    if (version !== undefined && version !== 'v1')
      throw new ApiFault(400, 'This API has the version v1 only: send the header api-version: v1.');
    return caller;
  }

  /** The provider's own administrators and operators, by their service key. */
  async providerOf(headers: IncomingHttpHeaders): Promise<Actor> {
    const secret = secretOf(headers);
    const actor = secret.startsWith('skm_') ? await findServiceKey(this.#platform, secret) : undefined;
    if (actor && !actor.accountId && (actor.role === 'provider-admin' || actor.role === 'operator')) return actor;
    if (!actor) await this.callerOf(headers);
    throw new ApiFault(403, 'Not authorized to manage tenants: that is for the provider’s own keys.');
  }

  async anyoneOf(headers: IncomingHttpHeaders): Promise<void> {
    const secret = secretOf(headers);
    if (secret.startsWith('skm_') && (await findServiceKey(this.#platform, secret))) return;
    await this.callerOf(headers);
  }

  async #keyCaller(secret: string): Promise<ApiCaller> {
    const now = this.#platform.clock.now();
    const key = await this.#platform.database.asProvider((tx) => selectKeyByHash(tx, sha256(secret)));
    if (!key) throw invalid();
    if (!key.active && !(key.unlock_at && key.unlock_at <= now)) throw new ApiFault(403, 'The API key is locked.');
    if (key.expires_at && key.expires_at <= now) throw new ApiFault(403, 'The API key has expired.');
    const role = await this.#platform.database.as(key.tenant_id, async (tx) => {
      if (!key.last_used_at || now.getTime() - key.last_used_at.getTime() >= touchEveryMs)
        await touchKey(tx, key.tenant_id, key.id, now);
      return (await readConfiguration(tx, key.tenant_id)).get('Role', key.role_id);
    });
    if (!role || role['allowWebService'] === false)
      throw new ApiFault(403, 'The role of this API key may not use the API.');
    const actor = { kind: 'key', id: `${key.tenant_id}:${key.id}`, name: key.name } as const;
    return { accountId: key.tenant_id, keyId: key.id, actor, role, method: 'api-key' };
  }

  async #serviceCaller(secret: string): Promise<ApiCaller> {
    const found = await findServiceKey(this.#platform, secret);
    if (!found) throw invalid();
    const { accountId } = found;
    if (!accountId) throw new ApiFault(403, 'This key is the provider’s: make an API key of the account and use that.');
    const role = await this.#platform.database.as(accountId, async (tx) =>
      (await readConfiguration(tx, accountId)).get('Role', auditorId),
    );
    if (!role) throw new ApiFault(403, 'The account has no role for this key.');
    return {
      accountId,
      keyId: undefined,
      actor: { kind: 'key', id: found.id, name: found.name },
      role,
      method: 'service-key',
    };
  }
}

export { auditorId, fullAccessId };

const invalid = () => new ApiFault(401, 'Invalid API Key');

function secretOf(headers: IncomingHttpHeaders): string {
  const given = headers['api-secret-key'];
  const secret =
    (Array.isArray(given) ? given[0] : given) ?? /^ApiKey\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (!secret || secret.length > secretMax) throw invalid();
  return secret;
}
