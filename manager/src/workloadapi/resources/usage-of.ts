import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, kinds, moduleNames } from '../../configuration/index.ts';
import { badRequest } from '../http/api-fault.ts';

/** References from within a policy's modules. */
const moduleReferences: Readonly<Record<string, string>> = {
  realTimeScanConfigurationID: 'AntiMalwareConfiguration',
  manualScanConfigurationID: 'AntiMalwareConfiguration',
  scheduledScanConfigurationID: 'AntiMalwareConfiguration',
  realTimeScanScheduleID: 'Schedule',
  globalStatefulConfigurationID: 'StatefulConfiguration',
};
export const moduleReferenceKinds = moduleReferences;

/**
 * Lists, schedules, roles and the like cannot go while something refers to them: a rule whose list is gone would mean something else. Rules can; they
 * leave the policies that assign them.
 * @throws ApiFault 400 naming who uses it
 */
export function checkUnused(kind: string, id: number, view: ConfigurationView): void {
  for (const { model, references } of Object.values(kinds)) {
    const properties = Object.entries(references).filter(([, target]) => target === kind);
    if (properties.length === 0) continue;
    const user = view.list(model).find((object) => properties.some(([property]) => object[property] === id));
    if (user) throw inUse(kind, id, model, user);
  }
  const policy = view
    .list('Policy')
    .find((candidate) => moduleNames.some((module) => usesIn(candidate[module], kind, id)));
  if (policy) throw inUse(kind, id, 'Policy', policy);
}

function usesIn(module: unknown, kind: string, id: number): boolean {
  return Object.entries((module ?? {}) as ApiObject).some(
    ([property, value]) => value === id && moduleReferences[property] === kind,
  );
}

export function inUse(kind: string, id: number, byKind: string, user: ApiObject) {
  const name = String(user['name'] ?? user['hostName'] ?? user['username'] ?? user['ID']);
  return badRequest(
    `${kind} ${id} is in use by the ${byKind} “${name}” (ID ${String(user['ID'])}); change that first.`,
  );
}
