import { moduleOfApi, type RecommendedModule, recommendedModules } from '@sakimori/contract';
import { type ComputerRow, type ConfigurationView, ruleModules, type Scope, scopeOf } from '../configuration/index.ts';
import { selectInventory } from '../inventory/index.ts';
import type { Tx } from '../platform/index.ts';
import { severityOf } from '../policies/index.ts';
import type { AppliesTo } from './conditions.ts';
import { type Candidate, type Recommendation, recommend } from './recommend.ts';
import { type Deviations, deviationsOf } from './standard.ts';

/** How one module of a computer stands to what its last scan recommends. Ids are the API's. */
export type ModuleRecommendations = Deviations & {
  readonly module: RecommendedModule;
  readonly assigned: readonly number[];
  readonly recommended: readonly Recommendation[];
  /** Assigned to this computer itself, and nothing on the host speaks for them any more. */
  readonly noLongerRecommended: readonly number[];
};
export type ComputerRecommendations = {
  readonly status: 'none' | 'valid' | 'out-of-date';
  readonly scannedAt: Date | undefined;
  readonly modules: readonly ModuleRecommendations[];
};

const dayMs = 86_400_000;
/** A scan is old when twice the interval of ongoing scans has passed. */
const intervalsMax = 2;

/** Worked out from the newest inventory whenever somebody asks, so that it fits the rules of now. */
export async function recommendationsOf(
  tx: Tx,
  view: ConfigurationView,
  computer: ComputerRow,
  now: Date,
): Promise<ComputerRecommendations> {
  const row = computer.host_id ? await selectInventory(tx, view.accountId, computer.host_id) : undefined;
  if (!row) return { status: 'none', scannedAt: undefined, modules: [] };
  const scope = scopeOf(view, computer.policy_id ?? undefined, computer.overrides ?? {});
  const isOld = now.getTime() - row.taken_at.getTime() > intervalsMax * intervalMs(scope);
  return {
    status: isOld ? 'out-of-date' : 'valid',
    scannedAt: row.taken_at,
    modules: recommendedModules.map((module) => {
      const candidates = candidatesOf(view, module, (id) => scope.object(ruleModules[module], id));
      const recommended = recommend(row.inventory, candidates);
      const assigned = scope.ruleIds(module);
      const known = new Set(recommended.map(({ ID }) => ID));
      const own = (scope.ownModule(module)['ruleIDs'] as number[] | undefined) ?? [];
      const judged = new Set(candidates.map(({ ID }) => ID));
      return {
        ...{ module, assigned, recommended },
        noLongerRecommended: own.filter((id) => judged.has(id) && !known.has(id)),
        ...deviationsOf(recommended, assigned),
      };
    }),
  };
}

/** `7 Days` */
function intervalMs(scope: Scope): number {
  const days = Number.parseInt(scope.setting('platformSettingRecommendationOngoingScansInterval'), 10);
  return Math.max(1, days || 7) * dayMs;
}

/** Rules of which is known where they are worth having, and that nobody took out of recommendations. */
function candidatesOf(
  view: ConfigurationView,
  module: RecommendedModule,
  effective: (id: number) => Record<string, unknown> | undefined,
): Candidate[] {
  return view.list(ruleModules[module]).flatMap((rule) => {
    const appliesTo = rule['_appliesTo'] as AppliesTo[] | undefined;
    if (!appliesTo) return [];
    const ID = rule['ID'] as number;
    const mode = effective(ID)?.['recommendationsMode'] ?? 'enabled';
    if (mode === 'ignored' || mode === 'disabled') return [];
    return [{ ID, module: moduleOfApi[module], severity: severityOf(rule) ?? 'medium', appliesTo }];
  });
}
