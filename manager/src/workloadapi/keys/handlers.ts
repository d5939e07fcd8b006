import { type ApiObject, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, readConfiguration } from '../../configuration/index.ts';
import type { Tx } from '../../platform/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { checkMayTouch, checkNotAbove } from '../people/roles.ts';
import { checkReference } from '../resources/resource.ts';
import { readBody } from '../resources/standard.ts';
import { readSearch } from '../search/criteria.ts';
import { searchObjects } from '../search/match.ts';
import { changeKey, makeApiKey, presentKey, removeKey, renewKey, textOf, timeOf } from './keys.ts';
import { holdKey, type KeyRow, selectKey, selectKeys } from './store.ts';

export const keyHandlers: readonly [string, Handler][] = [
  ['listApiKeys', (call) => find(call, undefined)],
  ['searchApiKeys', (call) => find(call, call.body ?? {})],
  ['describeApiKey', describe],
  ['createApiKey', create],
  ['modifyApiKey', (call) => modify(call, call.id('apiKeyID'))],
  ['deleteApiKey', remove],
  ['replaceApiSecretKey', (call) => renew(call, call.id('apiKeyID'))],
  ['describeCurrentApiKey', (call) => onKeys(call, async (tx) => current(call, await ownKey(call, tx)))],
  ['modifyCurrentApiKey', async (call) => current(call, await change(call, currentId(call)))],
  ['replaceCurrentApiSecretKey', (call) => renew(call, currentId(call), true)],
];

const keyNameMax = 200;
const show = (key: KeyRow, secret?: string): ApiObject =>
  writeModel('ApiKey', { ...presentKey(key), ...(secret === undefined ? {} : { secretKey: secret }) });

const current = (call: Call, key: KeyRow): ApiObject =>
  writeModel('ApiKeyCurrent', { ...presentKey(key), tenantGUID: call.accountId });

const onKeys = <T>(call: Call, work: (tx: Tx, view: ConfigurationView) => Promise<T>): Promise<T> =>
  call.platform.database.as(call.accountId, async (tx) => work(tx, await readConfiguration(tx, call.accountId)));

function find(call: Call, body: unknown): Promise<ApiObject> {
  call.demand('ApiKey', 'view');
  const search = readSearch('ApiKey', body);
  return onKeys(call, async (tx) => {
    const keys = (await selectKeys(tx, call.accountId)).map((key) => show(key));
    return { apiKeys: searchObjects(keys, search) };
  });
}

function describe(call: Call): Promise<ApiObject> {
  call.demand('ApiKey', 'view');
  return onKeys(call, async (tx) => show(await keyOf(tx, call, call.id('apiKeyID'))));
}

async function keyOf(tx: Tx, call: Call, id: number, select = selectKey): Promise<KeyRow> {
  const key = await select(tx, call.accountId, id);
  if (!key) throw notFound('ApiKey', id);
  return key;
}

function currentId(call: Call): number {
  const { keyId } = call.caller;
  if (keyId === undefined) throw badRequest('This call is not made with an API key of the account.');
  return keyId;
}
const ownKey = (call: Call, tx: Tx): Promise<KeyRow> => keyOf(tx, call, currentId(call));

function create(call: Call): Promise<ApiObject> {
  call.demand('ApiKey', 'create');
  const given = readBody('ApiKey', call);
  return onKeys(call, async (tx, view) => {
    check(call, view, given['keyName'], given['roleID']);
    const { key, secret } = await makeApiKey(tx, call.platform, call.accountId, call.caller.actor, given);
    return show(key, secret);
  });
}

function check(call: Call, view: ConfigurationView, name: unknown, roleId: unknown): void {
  if (typeof name !== 'string' || name.trim() === '') throw badRequest('ApiKey: keyName is required.');
  if (name.length > keyNameMax) throw badRequest(`keyName is longer than ${keyNameMax} characters.`);
  if (typeof roleId !== 'number') throw badRequest('ApiKey: roleID is required.');
  checkReference(view, roleId, 'Role', 'roleID');
  const role = view.get('Role', roleId);
  if (!role) throw badRequest(`roleID: there is no Role with the ID ${roleId}.`);
  checkNotAbove(call.caller.role, role);
}

async function modify(call: Call, id: number): Promise<ApiObject> {
  call.demand('ApiKey', 'edit');
  return show(await change(call, id));
}

/** A key may change its own description; what it may do, only whoever may edit keys. */
function change(call: Call, id: number): Promise<KeyRow> {
  const given = call.body === undefined ? {} : readModel('ApiKey', call.body);
  const isOwn = id === call.caller.keyId;
  const touches = ['roleID', 'active', 'expiryDate', 'unlockTime'].some((name) => name in given);
  if (!isOwn || touches) call.demand('ApiKey', 'edit');
  return onKeys(call, async (tx, view) => {
    const before = await keyOf(tx, call, id, holdKey);
    checkMayTouch(call.caller.role, view.get('Role', before.role_id));
    const next: KeyRow = {
      ...before,
      name: (given['keyName'] as string | undefined) ?? before.name,
      description: 'description' in given ? textOf(given, 'description') : before.description,
      role_id: (given['roleID'] as number | undefined) ?? before.role_id,
      locale: textOf(given, 'locale') ?? before.locale,
      time_zone: 'timeZone' in given ? textOf(given, 'timeZone') : before.time_zone,
      active: (given['active'] as boolean | undefined) ?? before.active,
      expires_at: 'expiryDate' in given ? timeOf(given['expiryDate']) : before.expires_at,
      unlock_at: 'unlockTime' in given ? timeOf(given['unlockTime']) : unlockLeft(call, given, before),
    };
    check(call, view, next.name, next.role_id);
    await changeKey(tx, call.platform, next, call.caller.actor);
    return next;
  });
}

/** A time at which a key once unlocked itself is no part of the lock that is put on it now. */
function unlockLeft({ platform }: Call, { active }: ApiObject, { unlock_at }: KeyRow): Date | null {
  return active === false && unlock_at && unlock_at <= platform.clock.now() ? null : unlock_at;
}

async function remove(call: Call): Promise<undefined> {
  call.demand('ApiKey', 'delete');
  await onKeys(call, async (tx, view) => {
    const key = await keyOf(tx, call, call.id('apiKeyID'), holdKey);
    checkMayTouch(call.caller.role, view.get('Role', key.role_id));
    await removeKey(tx, call.platform, key, call.caller.actor);
  });
  return undefined;
}

/** The secret before ends at once. Whoever holds a key may give it a new one. */
function renew(call: Call, id: number, isCurrent = false): Promise<ApiObject> {
  if (!isCurrent) call.demand('ApiKey', 'edit');
  return onKeys(call, async (tx, view) => {
    const before = await keyOf(tx, call, id, holdKey);
    if (!isCurrent) check(call, view, before.name, before.role_id);
    const { key, secret } = await renewKey(tx, call.platform, before, call.caller.actor);
    return show(key, secret);
  });
}
