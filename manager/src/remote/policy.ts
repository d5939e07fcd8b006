import { moduleOfApi, type RemotePolicy } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { named } from './computer.ts';

const object = (value: unknown): ApiObject => (typeof value === 'object' && value !== null ? (value as ApiObject) : {});
const settingsOf = (policy: ApiObject | undefined): ApiObject => object(policy?.['policySettings']);

/** What is kept of policies: their names, what their modules are set to, and the settings that each of them sets itself. */
export function policiesOf(effective: readonly ApiObject[], own: readonly ApiObject[]): ApiObject[] {
  const byId = new Map(own.map((policy) => [policy['ID'], policy]));
  return effective.map((policy) => ({
    ID: policy['ID'],
    name: String(policy['name'] ?? '').slice(0, 255),
    parentID: policy['parentID'] ?? 0,
    states: Object.fromEntries(Object.keys(moduleOfApi).map((name) => [name, object(policy[name])['state'] ?? 'off'])),
    ownSettings: settingsOf(byId.get(policy['ID'])),
  }));
}

export function toPolicy(kept: ApiObject): RemotePolicy {
  const parent = kept['parentID'] as number;
  return {
    ...{ number: kept['ID'] as number, name: kept['name'] as string },
    ...(parent ? { parentNumber: parent } : {}),
    modules: named(kept['states']),
    settingCount: Object.keys(object(kept['ownSettings'])).length,
  };
}
