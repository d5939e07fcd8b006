import { type ApiObject, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import { readConfiguration } from '../../configuration/index.ts';
import { createAccount, type NumberedAccount, selectNumbered } from '../../customers/index.ts';
import type { Platform } from '../../platform/index.ts';
import { changeConfiguration, defaultTarget } from '../../policies/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { ProviderCall, ProviderHandler } from '../http/provider-call.ts';
import { fullAccessId } from '../keys/authenticate.ts';
import { makeApiKey, presentKey } from '../keys/keys.ts';
import { checkReference } from '../resources/resource.ts';
import { readSearch } from '../search/criteria.ts';
import { searchObjects } from '../search/match.ts';

/**
 * Tenants as on-premises managers have them, for the provider's own keys: a tenant is an account. What an account has no place for (locale,
 * visible modules, licences) is taken at its making and not kept; asked for later it is refused.
 */
export const tenantHandlers: readonly [string, ProviderHandler][] = [
  ['listTenants', async ({ platform }) => ({ tenants: await all(platform) })],
  ['searchTenants', search],
  ['describeTenant', async (call) => show(await find(call))],
  ['createTenant', create],
  ['modifyTenant', modify],
  ['deleteTenant', remove],
  ['generateTenantApiSecretKey', makeKey],
  ['listScripts', async () => ({ scripts: [] })],
];

const nameMax = 200;

/** What is the same for every tenant stands here too: a client that sends it back changes nothing. */
const show = ({ id, number, name }: NumberedAccount): ApiObject =>
  writeModel('Tenant', {
    name,
    ...{ demoMode: false, modulesVisible: ['all'], hideUnlicensedModules: false, tenantState: 'active' },
    guid: id.toUpperCase(),
    ID: number,
  });

async function all(platform: Platform): Promise<ApiObject[]> {
  return (await platform.database.asProvider((tx) => selectNumbered(tx))).map(show);
}

async function search({ platform, body }: ProviderCall): Promise<ApiObject> {
  const wanted = readSearch('Tenant', body);
  return { tenants: searchObjects(await all(platform), wanted) };
}

/** @throws ApiFault 400, 404 */
async function find({ platform, params }: ProviderCall): Promise<NumberedAccount> {
  const text = params['tenantID'] ?? '';
  if (!/^\d{1,10}$/.test(text)) throw badRequest('tenantID must be a number.');
  const number = Number(text);
  if (number < 1 || number > 2_147_483_647) throw notFound('Tenant', number);
  const [account] = await platform.database.asProvider((tx) => selectNumbered(tx, { number }));
  if (!account) throw notFound('Tenant', number);
  return account;
}

/** A customer with one account, under the smallest plan; the administrator that is named is kept as a record of the account. */
async function create({ platform, actor, body }: ProviderCall): Promise<ApiObject> {
  const given = readModel('Tenant', body ?? {});
  const name = String(given['name'] ?? '').trim();
  if (name === '') throw badRequest('Tenant: name is required.');
  if (name.length > nameMax) throw badRequest(`Tenant: name is longer than ${nameMax} characters.`);
  const onCreated: Parameters<typeof createAccount>[1] = async (tx, id) => void (await defaultTarget(tx, platform, id));
  const account = await createAccount(platform, onCreated, actor, { customerName: name, name, plan: 'standard' }).catch(
    (error: { code?: string }) => {
      throw error.code === 'already_exists' || error.code === 'one_plan_per_account'
        ? badRequest(`Tenant: an object with the name “${name}” already exists.`)
        : error;
    },
  );
  await keepAdministrator(platform, actor, account.id, given['administrator'] as ApiObject | null | undefined);
  const [made] = await platform.database.asProvider((tx) => selectNumbered(tx, { accountId: account.id }));
  return show(made!);
}

async function keepAdministrator(
  platform: Platform,
  actor: ProviderCall['actor'],
  accountId: string,
  given: ApiObject | null | undefined,
): Promise<void> {
  if (!given?.['username']) return;
  const { username, emailAddress, fullName, locale } = given;
  const reason = 'Workload Security API: createTenant';
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const created = edit.at.getTime();
    await edit.insert('Administrator', { username, emailAddress, fullName, locale, roleID: fullAccessId, created });
  });
}

/** @throws ApiFault 400 for whatever differs from what stands */
async function modify(call: ProviderCall): Promise<ApiObject> {
  const shown = show(await find(call));
  const given = readModel('Tenant', call.body ?? {});
  const changed = Object.entries(given).filter(
    ([name, value]) => name !== 'ID' && name !== 'guid' && value !== null && String(shown[name]) !== String(value),
  );
  if (changed.length > 0)
    throw badRequest(
      `Tenant: ${changed.map(([name]) => name).join(', ')} cannot be changed here. An account keeps its name and plan; what it shows is decided by its rights.`,
    );
  return shown;
}

async function remove(call: ProviderCall): Promise<undefined> {
  const { number, name } = await find(call);
  throw badRequest(
    `Tenant ${number} (“${name}”) cannot be deleted here: an account is ended by the provider’s process, for its detections and reports are kept for a time.`,
  );
}

/** A key of the tenant, with full access where no other role is named. Its secret leaves once, here. */
async function makeKey(call: ProviderCall): Promise<ApiObject> {
  const { platform, actor } = call;
  const account = await find(call);
  const given = readModel('ApiKey', call.body ?? {});
  const keyName = given['keyName'];
  if (typeof keyName !== 'string' || keyName.trim() === '') throw badRequest('ApiKey: keyName is required.');
  if (keyName.length > nameMax) throw badRequest(`keyName is longer than ${nameMax} characters.`);
  const roleID = (given['roleID'] as number | null | undefined) ?? fullAccessId;
  const { key, secret } = await platform.database.as(account.id, async (tx) => {
    const view = await readConfiguration(tx, account.id);
    if (roleID < 1) throw badRequest(`roleID: there is no Role with the ID ${roleID}.`);
    checkReference(view, roleID, 'Role', 'roleID');
    return makeApiKey(tx, platform, account.id, actor, { ...given, roleID });
  });
  return writeModel('ApiKey', { ...presentKey(key), secretKey: secret });
}
