import { type ApiModule, type ApiModuleState, apiModules, isRuleModule, type PolicyBranch } from '@sakimori/contract';
import { type AccountConfiguration, namedObject, type Scope, scopeOf } from '../../configuration/index.ts';
import type { Tx } from '../../platform/index.ts';
import { selectPolicies } from '../store.ts';

/** Policies of an account in the order of their ids, each with the one it stands below. */
export async function policyTree(tx: Tx, view: AccountConfiguration): Promise<PolicyBranch[]> {
  const rows = await selectPolicies(tx, { accountId: view.accountId });
  return rows
    .sort((a, b) => a.number - b.number)
    .flatMap((row) => {
      const policy = view.get('Policy', row.number);
      if (!policy) return [];
      const parent = view.get('Policy', Number(policy['parentID'] ?? 0));
      const { name, nameJa } = namedObject(policy);
      const scope = scopeOf(view, row.number);
      return [
        {
          ...{ id: row.id, accountId: row.tenant_id, number: row.number, name, nameJa },
          ...(parent ? { parentNumber: parent['ID'] as number } : {}),
          description: String(policy['description'] ?? ''),
          descriptionJa: policy['_descriptionJa'] as string | undefined,
          ...{ version: row.version, hostCount: row.host_count, updatedAt: row.updated_at.toISOString() },
          modules: apiModules.map((module) => ({
            module,
            state: stateIn(scope, module),
            ...(isRuleModule(module) ? { ruleCount: scope.ruleIds(module).length } : {}),
          })),
        },
      ];
    });
}

export const stateIn = (scope: Scope, module: ApiModule): ApiModuleState =>
  scope.module(module)['state'] as ApiModuleState;
