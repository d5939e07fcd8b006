import {
  type ApiModule,
  apiModules,
  isRuleModule,
  type PolicyModule,
  type PolicyModules,
  type PolicyRule,
  Refusal,
  type RuleModule,
} from '@sakimori/contract';
import {
  type ConfigurationView,
  namedObject,
  readConfiguration,
  ruleModules,
  type Scope,
  scopeOf,
} from '../../configuration/index.ts';
import type { Tx } from '../../platform/index.ts';
import { findPolicy } from '../policies.ts';
import { selectPolicies, selectSpread } from '../store.ts';
import { stateIn } from './policy-tree.ts';
import { applicationTypeOf, ownRuleIds, severityOf } from './rule-heads.ts';

/** State and rules of each module of a policy. @throws Refusal `not_found` */
export async function policyModules(tx: Tx, policyId: string): Promise<PolicyModules> {
  const row = await findPolicy(tx, policyId);
  const view = await readConfiguration(tx, row.tenant_id);
  const policy = view.get('Policy', row.number);
  if (!policy) throw new Refusal('not_found', { what: 'policy' });
  const parentNumber = Number(policy['parentID'] ?? 0);
  const parent = view.get('Policy', parentNumber);
  const above = parent && (await selectPolicies(tx, { accountId: row.tenant_id, number: parentNumber }))[0];
  return {
    ...{ policyId: row.id, accountId: row.tenant_id, number: row.number, version: row.version },
    name: String(policy['name']),
    ...(parent && above ? { parent: { ...namedObject(parent), policyId: above.id } } : {}),
    hosts: await selectSpread(tx, row.tenant_id, row.number),
    modules: apiModules.map((module) => describeModule(view, row.number, module)),
  };
}

function describeModule(view: ConfigurationView, number: number, module: ApiModule): PolicyModule {
  const scope = scopeOf(view, number);
  const saysState = scope.ownModule(module)['state'] !== undefined;
  return {
    module,
    state: stateIn(scope, module),
    ...(saysState ? { stateAbove: stateIn(scopeOf(view, parentOf(view, number)), module) } : {}),
    ...(isRuleModule(module) ? { rules: rulesOf(view, scope, number, module) } : {}),
  };
}

const parentOf = (view: ConfigurationView, number: number): number | undefined =>
  view.get('Policy', number)?.['parentID'] as number | undefined;

function rulesOf(view: ConfigurationView, scope: Scope, number: number, module: RuleModule): PolicyRule[] {
  const assigners = assignersOf(view, number, module);
  return scope.ruleIds(module).flatMap((id) => {
    const rule = scope.object(ruleModules[module], id);
    const from = view.get('Policy', assigners.get(id) ?? 0);
    if (!rule || !from) return [];
    const severity = severityOf(rule);
    const applicationType = applicationTypeOf(view, rule);
    return [
      {
        ...namedObject(rule),
        ...(severity ? { severity } : {}),
        ...(applicationType ? { applicationType } : {}),
        ...(from['ID'] === number ? {} : { inheritedFrom: namedObject(from) }),
      },
    ];
  });
}

/** Rule → the highest policy that assigns it: where one above does, it cannot be taken away here. */
function assignersOf(view: ConfigurationView, number: number, module: RuleModule): Map<number, number> {
  const found = new Map<number, number>();
  for (const layer of scopeOf(view, number).layers)
    for (const id of ownRuleIds(layer, module)) if (!found.has(id)) found.set(id, layer['ID'] as number);
  return found;
}
