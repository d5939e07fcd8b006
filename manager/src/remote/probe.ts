import type { RemoteTest } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Platform } from '../platform/index.ts';
import type { Asking } from '../workloadapi/index.ts';
import { RemoteFault } from './fault.ts';

/** Groups of the API that the desk works with, each with a call that reads next to nothing. */
const probes: readonly (readonly [group: string, operationId: string])[] = [
  ['policies', 'searchPolicies'],
  ['computers', 'searchComputers'],
  ['scheduledTasks', 'searchScheduledTasks'],
  ['eventBasedTasks', 'searchEventBasedTasks'],
  ['firewallRules', 'searchFirewallRules'],
  ['intrusionPreventionRules', 'searchIntrusionPreventionRules'],
  ['integrityMonitoringRules', 'searchIntegrityMonitoringRules'],
  ['logInspectionRules', 'searchLogInspectionRules'],
  ['antiMalwareConfigurations', 'searchAntiMalwares'],
  ['directoryLists', 'searchDirectoryLists'],
  ['contacts', 'searchContacts'],
  ['systemSettings', 'listSystemSettings'],
];
export const probedGroups = probes.map(([group]) => group);

type Ask = (operationId: string, asking?: Asking) => Promise<ApiObject>;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.toWellFormed().slice(0, 200) : undefined;

/** One call after the other: a test shall not empty the key's budget. Where the key itself is refused, nothing further is asked. */
export async function testTenant({ clock }: Platform, ask: Ask): Promise<RemoteTest> {
  const begunMs = performance.now();
  const end = (rest: Omit<RemoteTest, 'at' | 'milliseconds'>): RemoteTest => ({
    ...{ at: clock.now().toISOString(), milliseconds: Math.round(performance.now() - begunMs) },
    ...rest,
  });
  let key: ApiObject;
  try {
    key = await ask('describeCurrentApiKey');
  } catch (error) {
    if (!(error instanceof RemoteFault)) throw error;
    // A key that may not look at itself may be good for all else.
    if (error.status !== 403 && error.status !== 404)
      return end({ isWorking: false, problem: { code: error.problem, detail: error.message }, groups: [] });
    key = {};
  }
  const groups: RemoteTest['groups'] = [];
  for (const [group, operationId] of probes) {
    const asking: Asking = operationId.startsWith('search')
      ? { body: { maxItems: 1 }, ...(group === 'computers' ? { query: { expand: 'none' } } : {}) }
      : {};
    groups.push({ group, outcome: await outcomeOf(ask(operationId, asking)) });
  }
  const role = await roleOf(ask, key['roleID']);
  const expires = key['expiryDate'];
  const tenant = text(key['cloudOneAccountID']) ?? text(key['tenantGUID']) ?? (key['tenantID'] as number | undefined);
  const isWorking = groups.some(({ group, outcome }) => group === 'computers' && outcome === 'allowed');
  return end({
    ...{ isWorking, apiVersion: 'v1', groups },
    ...(isWorking
      ? {}
      : {
          problem: {
            code: 'forbidden' as const,
            detail: 'The key reaches the tenant, but may not read its computers.',
          },
        }),
    ...(text(key['keyName']) ? { keyName: text(key['keyName'])! } : {}),
    ...(typeof expires === 'number' && expires > 0 && expires < 8.64e15
      ? { keyExpiresAt: new Date(expires).toISOString() }
      : {}),
    ...(role ? { roleName: role } : {}),
    ...(tenant === undefined ? {} : { tenant: String(tenant) }),
  });
}

async function outcomeOf(asked: Promise<unknown>): Promise<RemoteTest['groups'][number]['outcome']> {
  try {
    await asked;
    return 'allowed';
  } catch (error) {
    if (!(error instanceof RemoteFault)) throw error;
    return error.status === 403 ? 'forbidden' : error.status === 404 ? 'absent' : 'failed';
  }
}

async function roleOf(ask: Ask, id: unknown): Promise<string | undefined> {
  if (typeof id !== 'number') return undefined;
  try {
    return text((await ask('describeAdministratorRole', { params: { roleID: id } }))['name']);
  } catch (error) {
    if (error instanceof RemoteFault) return undefined;
    throw error;
  }
}
