import { type ApiObject, builtInSettings, type SettingsScope } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from './account-configuration.ts';

/**
 * Inheritance: computer → policy → its parents → the default policy settings → what we ship. A **layer** is what one of them sets itself; a
 * **scope** is the chain of layers, from the most general to the most particular, and answers what is in force.
 */
export type Layer = {
  readonly settings?: Readonly<Record<string, { readonly value: string }>>;
  /** Rules that are set differently here: kind → rule id → properties. */
  readonly _rules?: Readonly<Record<string, Readonly<Record<string, ApiObject>>>>;
  readonly [module: string]: unknown;
};

export const ruleModules = {
  firewall: 'FirewallRule',
  intrusionPrevention: 'IntrusionPreventionRule',
  integrityMonitoring: 'IntegrityMonitoringRule',
  logInspection: 'LogInspectionRule',
} as const;
export type RuleModule = keyof typeof ruleModules;
export const isRuleModule = (module: string): module is RuleModule => module in ruleModules;

export const moduleNames = [
  'antiMalware',
  'webReputation',
  'activityMonitoring',
  'firewall',
  'intrusionPrevention',
  'integrityMonitoring',
  'logInspection',
  'applicationControl',
  'SAP',
] as const;
export type ModuleName = (typeof moduleNames)[number];

export const defaultSettingsKind = 'DefaultPolicySettings';
export const systemSettingsKind = 'SystemSettings';
/** Both are one object an account. */
export const singletonId = 1;

/** A policy may stand below at most so many others. */
const depthMax = 100;

export class Scope {
  readonly view: ConfigurationView;
  /** The most general first; the last is the policy or computer itself. */
  readonly layers: readonly Layer[];

  constructor(view: ConfigurationView, layers: readonly Layer[]) {
    this.view = view;
    this.layers = layers;
  }

  get own(): Layer {
    return this.layers.at(-1) ?? {};
  }

  /** The value in force. */
  setting(name: string): string {
    return this.ownSetting(name) ?? builtInSettings.policy[name] ?? '';
  }

  /** The value that somebody of the account set, here or above; undefined where it is as it was built in. */
  ownSetting(name: string): string | undefined {
    for (const layer of this.layers.toReversed()) {
      const value = layer.settings?.[name]?.value;
      if (value !== undefined) return value;
    }
    return ownSetting(this.view, 'default', name);
  }

  /** A property of ours that the API has no place for, inherited like the rest. */
  extra(name: `_${string}`): ApiObject {
    return Object.assign({}, ...this.layers.map((layer) => layer[name] ?? {})) as ApiObject;
  }

  /** All 219 with the values in force. */
  settings(): Record<string, { value: string }> {
    const merged = Object.assign({}, ownSettings(this.view, 'default'), ...this.layers.map(({ settings }) => settings));
    return Object.fromEntries(
      Object.entries(builtInSettings.policy).map(([name, builtIn]) => [
        name,
        { value: merged[name]?.value ?? builtIn },
      ]),
    );
  }

  /** A module in force: the most particular value of each property; the ids of rules from all layers together. */
  module(name: ModuleName): ApiObject {
    const merged: ApiObject = { state: 'off' };
    const ruleIds = new Set<number>();
    for (const layer of this.layers) {
      const { ruleIDs, ...rest } = (layer[name] ?? {}) as { ruleIDs?: readonly number[] };
      Object.assign(merged, rest);
      for (const id of ruleIDs ?? []) ruleIds.add(id);
    }
    if (isRuleModule(name)) merged['ruleIDs'] = this.#existing(name, ruleIds);
    return merged;
  }

  /** What the policy or computer itself sets. */
  ownModule(name: ModuleName): ApiObject {
    const own = { ...((this.own[name] ?? {}) as ApiObject) };
    if (isRuleModule(name) && own['ruleIDs'])
      own['ruleIDs'] = this.#existing(name, new Set(own['ruleIDs'] as number[]));
    return own;
  }

  ruleIds(module: RuleModule): readonly number[] {
    return this.module(module)['ruleIDs'] as number[];
  }

  /** A rule or application type with what the layers set differently; the configuration's own object where they set nothing. */
  object(kind: string, id: number): ApiObject | undefined {
    const base = this.view.get(kind, id);
    if (!base) return undefined;
    const changes = this.layers.flatMap((layer) => layer._rules?.[kind]?.[id] ?? []);
    return changes.length === 0 ? base : Object.assign({ ...base }, ...changes);
  }

  /** Does a layer set any object of this kind differently? */
  changes(kind: string): boolean {
    return this.layers.some((layer) => layer._rules?.[kind] !== undefined);
  }

  rules(module: RuleModule): ApiObject[] {
    return this.ruleIds(module)
      .map((id) => this.object(ruleModules[module], id))
      .filter((rule) => rule !== undefined);
  }

  #existing(module: RuleModule, ids: ReadonlySet<number>): number[] {
    return [...ids].filter((id) => this.view.get(ruleModules[module], id)).sort((a, b) => a - b);
  }
}

/** The scope of a policy. @param computer what is set on one computer alone */
export function scopeOf(view: ConfigurationView, policyId: number | undefined, computer?: Layer): Scope {
  const layers: Layer[] = computer ? [computer] : [];
  const seen = new Set<number>();
  for (let id = policyId; id && !seen.has(id) && seen.size < depthMax; ) {
    const policy = view.get('Policy', id);
    if (!policy) break;
    seen.add(id);
    layers.unshift(policy as Layer);
    id = policy['parentID'] as number | undefined;
  }
  return new Scope(view, layers);
}

/** The policy itself and all above it, by id. */
export function ancestorsOf(view: ConfigurationView, policyId: number): number[] {
  const ids: number[] = [];
  for (let id: number | undefined = policyId; id && !ids.includes(id) && ids.length < depthMax; ) {
    ids.push(id);
    id = view.get('Policy', id)?.['parentID'] as number | undefined;
  }
  return ids;
}

/** The default policy setting in force for the account. */
export function defaultSetting(view: ConfigurationView, name: string): string {
  return ownSetting(view, 'default', name) ?? builtInSettings.default[name] ?? '';
}

export function systemSetting(view: ConfigurationView, name: string): string {
  return ownSetting(view, 'system', name) ?? builtInSettings.system[name] ?? '';
}

const ownSetting = (view: ConfigurationView, scope: SettingsScope, name: string): string | undefined =>
  ownSettings(view, scope)?.[name]?.value;

function ownSettings(view: ConfigurationView, scope: SettingsScope): Layer['settings'] {
  const kind = scope === 'system' ? systemSettingsKind : defaultSettingsKind;
  return view.get(kind, singletonId)?.['settings'] as Layer['settings'];
}
