import { type ApiObject, writeModel } from '@sakimori/contract/workload-security/index';
import {
  type ConfigurationView,
  type ModuleName,
  moduleNames,
  type Scope,
  scopeOf,
} from '../../configuration/index.ts';
import { findObject } from '../resources/resource.ts';

/** A policy as the API shows it. @param overrides only what is set on this policy itself */
export function presentPolicy(view: ConfigurationView, id: number, overrides: boolean): ApiObject {
  const policy = findObject(view, 'Policy', id);
  const scope = scopeOf(view, id);
  const interfaceTypes = view.list('InterfaceType').filter((type) => type['_policyID'] === id);
  return writeModel('Policy', {
    ...{ recommendationScanMode: 'off', autoRequiresUpdate: 'on', description: '' },
    ...policy,
    policySettings: overrides ? (scope.own.settings ?? {}) : scope.settings(),
    interfaceTypes: { interfaceTypes },
    ...Object.fromEntries(moduleNames.map((module) => [module, policyModule(scope, module, overrides)])),
  });
}

function policyModule(scope: Scope, module: ModuleName, overrides: boolean): ApiObject {
  if (overrides) return wireModule(scope.ownModule(module), scope, module);
  const effective = scope.module(module);
  return { ...wireModule(effective, scope, module), moduleStatus: policyStatus(module, effective) };
}

/** What the wire has: no empty list of rules, the application types of the rules, what stands for off. */
export function wireModule(module: ApiObject, scope: Scope, name: ModuleName): ApiObject {
  const { ruleIDs, ...rest } = module as ApiObject & { ruleIDs?: readonly number[] };
  const wire: ApiObject = { ...rest };
  if (ruleIDs && ruleIDs.length > 0) {
    wire['ruleIDs'] = ruleIDs;
    if (name === 'intrusionPrevention') wire['applicationTypeIDs'] = applicationTypesOf(scope, ruleIDs);
  }
  if (name === 'applicationControl' && 'state' in module) wire['blockUnrecognized'] = false;
  return wire;
}

/** The application types that rules stand for. */
export function applicationTypesOf(scope: Scope, ruleIds: readonly number[]): number[] {
  const ids = ruleIds.map((id) => scope.object('IntrusionPreventionRule', id)?.['applicationTypeID']);
  return [...new Set(ids)].filter((id) => typeof id === 'number').sort((a, b) => a - b);
}

const words: Readonly<Record<string, string>> = {
  on: 'On',
  off: 'Off',
  'real-time': 'Real Time',
  prevent: 'Prevent',
  detect: 'Detect',
};

/** `Off, 2 rules` */
export function stateInWords(module: ApiObject): string {
  const count = (module['ruleIDs'] as readonly number[] | undefined)?.length;
  const state = words[String(module['state'])] ?? 'Off';
  return count === undefined ? state : `${state}, ${count === 0 ? 'no' : count} rule${count === 1 ? '' : 's'}`;
}

/** Modules that this manager has no engine for. They can be asked for, as clients do; the status says that nothing comes of it. */
export const isUnsupported = (name: ModuleName): boolean => name === 'activityMonitoring' || name === 'SAP';
export const notSupported = 'On, not supported by this manager';

function policyStatus(name: ModuleName, module: ApiObject): ApiObject {
  if (module['state'] === 'off') return { status: 'inactive', statusMessage: stateInWords(module) };
  if (isUnsupported(name)) return { status: 'not-supported', statusMessage: notSupported };
  return { status: 'active', statusMessage: stateInWords(module) };
}
