import { type Actor, type RecommendedModule, recommendedModules } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type ComputerRow,
  type ConfigurationEdit,
  type ConfigurationView,
  type Layer,
  readConfiguration,
  scopeOf,
  selectComputers,
  updateComputer,
} from '../configuration/index.ts';
import { type Platform, sql, type Tx } from '../platform/index.ts';
import { changeWithin } from '../policies/index.ts';
import { recommendationsOf } from './host-recommendations.ts';
import { standardOf } from './standard.ts';

const autoApplySettings: Readonly<Record<RecommendedModule, string>> = {
  intrusionPrevention: 'intrusionPreventionSettingAutoApplyRecommendationsEnabled',
  integrityMonitoring: 'integrityMonitoringSettingAutoApplyRecommendationsEnabled',
  logInspection: 'logInspectionSettingAutoApplyRecommendationsEnabled',
};

export async function computerOfHost(tx: Tx, accountId: string, hostId: string): Promise<ComputerRow | undefined> {
  const [computer] = await selectComputers(tx, accountId, sql`and c.host_id = ${hostId}`);
  return computer;
}

/** Gives a computer what the standard asks for and takes away what it does not; what its policy assigns stays the policy's. @returns whether anything changed */
export async function applyStandard(
  edit: ConfigurationEdit,
  computer: ComputerRow,
  modules: readonly RecommendedModule[],
): Promise<boolean> {
  const { modules: found, status } = await recommendationsOf(edit.tx, edit, computer, edit.at);
  if (status === 'none') return false;
  const inherited = scopeOf(edit, computer.policy_id ?? undefined, {});
  let layer: Layer = computer.overrides ?? {};
  for (const { module, recommended } of found) {
    if (!modules.includes(module)) continue;
    const above = new Set(inherited.ruleIds(module));
    const wanted = standardOf(recommended).filter((id) => !above.has(id));
    layer = withRules(layer, module, wanted);
  }
  return writeLayer(edit, computer, layer);
}

/** Assigns and unassigns rules of a computer by hand. */
export async function changeAssignment(
  edit: ConfigurationEdit,
  computer: ComputerRow,
  module: RecommendedModule,
  change: { readonly assign: readonly number[]; readonly unassign: readonly number[] },
): Promise<boolean> {
  const layer = computer.overrides ?? {};
  const own = ((layer[module] as ApiObject | undefined)?.['ruleIDs'] as number[] | undefined) ?? [];
  const next = [...own, ...change.assign].filter((id) => !change.unassign.includes(id));
  return writeLayer(edit, computer, withRules(layer, module, next));
}

function withRules(layer: Layer, module: RecommendedModule, ids: readonly number[]): Layer {
  const { ruleIDs: _, ...rest } = (layer[module] ?? {}) as ApiObject;
  const own = ids.length > 0 ? { ...rest, ruleIDs: [...new Set(ids)].sort((a, b) => a - b) } : rest;
  const { [module]: __, ...others } = layer;
  return (Object.keys(own).length > 0 ? { ...others, [module]: own } : others) as Layer;
}

async function writeLayer(edit: ConfigurationEdit, computer: ComputerRow, layer: Layer): Promise<boolean> {
  if (JSON.stringify(layer) === JSON.stringify(computer.overrides ?? {})) return false;
  const overrides = Object.keys(layer).length > 0 ? layer : null;
  await updateComputer(edit.tx, edit.accountId, { ...computer, overrides });
  edit.noteComputer(computer.id, 'modified');
  return true;
}

const system = { kind: 'system', id: 'system', name: 'Sakimori' } as const satisfies Partial<Actor> & {
  kind: 'system';
};

/**
 * After a scan: where the settings of a computer say that recommendations are applied by themselves, its rules become the standard's. In the transaction
 * that keeps the inventory.
 */
export async function applyAutomatically(
  tx: Tx,
  platform: Platform,
  host: { readonly accountId: string; readonly hostId: string },
): Promise<void> {
  const by = { accountId: host.accountId, actor: system, reason: 'recommended rules of severity high and above (S11)' };
  const seen = await computerOfHost(tx, host.accountId, host.hostId);
  // Most computers want none of it: their inventories do not wait for whoever changes the account.
  if (!seen || automaticModules(await readConfiguration(tx, host.accountId), seen).length === 0) return;
  await changeWithin(tx, platform, by, async (edit) => {
    const computer = await computerOfHost(tx, host.accountId, host.hostId);
    const modules = computer ? automaticModules(edit, computer) : [];
    if (computer && modules.length > 0) await applyStandard(edit, computer, modules);
  });
}

function automaticModules(view: ConfigurationView, computer: ComputerRow): RecommendedModule[] {
  const scope = scopeOf(view, computer.policy_id ?? undefined, computer.overrides ?? {});
  return recommendedModules.filter(
    (module) =>
      /^(yes|true)$/i.test(scope.setting(autoApplySettings[module])) && scope.module(module)['state'] !== 'off',
  );
}
