import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type ConfigurationView,
  isRuleModule,
  type Layer,
  type ModuleName,
  moduleNames,
  ruleModules,
} from '../../configuration/index.ts';
import { checkSettings, type GivenSettings } from '../../policies/index.ts';
import { badRequest } from '../http/api-fault.ts';
import { checkReference } from '../resources/resource.ts';
import { moduleReferenceKinds } from '../resources/usage-of.ts';

/** What only the manager says of a module. */
const readOnly = [
  ...['moduleStatus', 'applicationTypeIDs', 'lastManualScan', 'lastScheduledScan', 'lastIntegrityScan'],
  ...['lastBaselineCreated', 'maintenanceModeStartTime', 'maintenanceModeEndTime'],
];

/** Out of scope of the service (S13): read as off, and it stays off. */
const outOfScope = 'applicationControl';
const refusal = 'Application Control is out of scope of this service (S13): it stays off.';

/**
 * A policy's or computer's own layer after what a client sent: `inherited` takes an override away, `ruleIDs` replaces those assigned here, 0
 * unassigns, and what is not sent stays.
 * @throws ApiFault 400
 */
export function changeLayer(
  layer: Layer,
  given: ApiObject,
  settings: ApiObject | undefined,
  view: ConfigurationView,
): Layer {
  const next: Record<string, unknown> = { ...layer };
  for (const module of moduleNames) {
    const change = given[module] as ApiObject | null | undefined;
    if (!change) continue;
    const own = changeModule(module, (layer[module] ?? {}) as ApiObject, change, view);
    if (Object.keys(own).length > 0) next[module] = own;
    else delete next[module];
  }
  if (settings) {
    checkSettings(settings as GivenSettings, layer.settings);
    next['settings'] = { ...layer.settings, ...settings };
  }
  return next;
}

function changeModule(module: ModuleName, own: ApiObject, change: ApiObject, view: ConfigurationView): ApiObject {
  if (module === outOfScope) {
    if (change['state'] === 'on' || change['maintenanceModeStatus'] === 'on') throw badRequest(refusal);
    return own;
  }
  const next = { ...own };
  for (const [property, value] of Object.entries(change)) {
    if (readOnly.includes(property)) continue;
    if (property === 'ruleIDs' && isRuleModule(module)) {
      const ids = checkRuleIds(ruleModules[module], (value ?? []) as number[], view);
      if (ids.length > 0) next['ruleIDs'] = ids;
      else delete next['ruleIDs'];
    } else if (value === null || value === 0 || (property === 'state' && value === 'inherited')) delete next[property];
    else {
      const kind = moduleReferenceKinds[property];
      if (kind) checkReference(view, value, kind, property);
      next[property] = value;
    }
  }
  return next;
}

/** @throws ApiFault 400 naming those that are not there */
export function checkRuleIds(kind: string, ids: readonly number[], view: ConfigurationView): number[] {
  const unknown = ids.filter((id) => !view.get(kind, id));
  if (unknown.length > 0) throw badRequest(`There is no ${kind} with the ID ${unknown.slice(0, 20).join(', ')}.`);
  return [...new Set(ids)].sort((a, b) => a - b);
}
