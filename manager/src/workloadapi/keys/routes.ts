import { type Actor, Refusal, routes, type WorkloadKey } from '@sakimori/contract';
import { type ConfigurationView, namedObject, withConfiguration } from '../../configuration/index.ts';
import { type BoundRoute, type Platform, serve, type Tx } from '../../platform/index.ts';
import { changeKey, makeApiKey, removeKey, renewKey } from './keys.ts';
import { holdKey, type KeyRow, selectKeys } from './store.ts';

export type WorkloadSecurity = {
  /** `https://host:port`; asked for when the door is open. */
  readonly address: () => string;
  /** PEM of the authority that signed the door's certificate. */
  readonly certificateAuthority: string;
};

/** Keys of the API, as the console and the command line rule them. The API itself has operations for the same. */
export const keyRoutes = (platform: Platform, api: WorkloadSecurity): BoundRoute[] => [
  serve(routes.getWorkloadSecurity, async () => ({
    address: `${api.address()}/api`,
    certificateAuthority: api.certificateAuthority,
    requestsPerMinute: platform.config.SAKIMORI_API_REQUESTS_PER_MINUTE,
  })),
  serve(routes.listWorkloadKeys, ({ params }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, async (tx, view) => {
      const keys = await selectKeys(tx, params.accountId);
      return {
        items: keys.map((key) => present(key, view, platform.clock.now())),
        roles: view.list('Role').map(namedObject),
      };
    }),
  ),
  serve(routes.createWorkloadKey, ({ params, body }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, async (tx, view) => {
      const now = platform.clock.now();
      if (!view.get('Role', body.roleId)) throw new Refusal('not_found', { what: 'role' });
      if (body.expiresAt && Date.parse(body.expiresAt) <= now.getTime())
        throw new Refusal('malformed', { detail: 'body.expiresAt: is not in the future' });
      const { key, secret } = await makeApiKey(tx, platform, params.accountId, actor, {
        ...{ keyName: body.name, description: body.description, roleID: body.roleId },
        expiryDate: body.expiresAt && Date.parse(body.expiresAt),
      });
      return { ...present(key, view, now), secret };
    }),
  ),
  serve(routes.renewWorkloadKey, ({ params }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, async (tx, view) => {
      const { key, secret } = await renewKey(tx, platform, await findKey(tx, params), actor);
      return { ...present(key, view, platform.clock.now()), secret };
    }),
  ),
  serve(routes.lockWorkloadKey, ({ params }, { actor }) => setActive(platform, actor, params, false)),
  serve(routes.unlockWorkloadKey, ({ params }, { actor }) => setActive(platform, actor, params, true)),
  serve(routes.deleteWorkloadKey, ({ params }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, async (tx) => {
      await removeKey(tx, platform, await findKey(tx, params), actor);
      return undefined;
    }),
  ),
];

type KeyParams = { readonly accountId: string; readonly apiKeyId: number };

/** The key that is about to be changed. */
async function findKey(tx: Tx, { accountId, apiKeyId }: KeyParams): Promise<KeyRow> {
  const key = await holdKey(tx, accountId, apiKeyId);
  if (!key) throw new Refusal('not_found', { what: 'apikey' });
  return key;
}

const setActive = (platform: Platform, actor: Actor, params: KeyParams, active: boolean): Promise<WorkloadKey> =>
  withConfiguration(platform, actor, params.accountId, async (tx, view) => {
    const key = await findKey(tx, params);
    // A time at which it would unlock itself belongs to the lock before.
    const next = { ...key, active, unlock_at: null };
    if (key.active !== active || key.unlock_at) await changeKey(tx, platform, next, actor);
    return present(next, view, platform.clock.now());
  });

function present(key: KeyRow, view: ConfigurationView, now: Date): WorkloadKey {
  const role = view.get('Role', key.role_id);
  return {
    id: key.id,
    name: key.name,
    ...(key.description ? { description: key.description } : {}),
    role: role ? namedObject(role) : { id: key.role_id, name: String(key.role_id) },
    state: stateOf(key, now),
    createdAt: key.created_at.toISOString(),
    ...(key.expires_at ? { expiresAt: key.expires_at.toISOString() } : {}),
    ...(key.last_used_at ? { lastUsedAt: key.last_used_at.toISOString() } : {}),
  };
}

/** As the door judges it. */
function stateOf(key: KeyRow, now: Date): WorkloadKey['state'] {
  if (!key.active && !(key.unlock_at && key.unlock_at <= now)) return 'locked';
  return key.expires_at && key.expires_at <= now ? 'expired' : 'active';
}
