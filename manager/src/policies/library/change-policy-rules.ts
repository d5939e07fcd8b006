import {
  type Actor,
  type ApiModule,
  type ApiModuleState,
  isRuleModule,
  Refusal,
  type RuleModule,
  statesOfModule,
} from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationEdit, ruleModules } from '../../configuration/index.ts';
import type { Platform } from '../../platform/index.ts';
import { changeConfiguration } from '../change.ts';
import { checkConfirmation, integrityOf } from '../estimates/estimates.ts';
import { findPolicy } from '../policies.ts';
import { ownRuleIds } from './rule-heads.ts';

export type PolicyRulesChange = {
  readonly module: ApiModule;
  readonly state?: ApiModuleState | 'inherited' | undefined;
  readonly assign: readonly number[];
  readonly unassign: readonly number[];
  readonly reason: string;
  readonly confirmation?: string | undefined;
};

/**
 * Assigns rules to a policy itself, takes them away, or sets the state of one of its modules; what stands above stays as it is. Hosts follow in
 * the same transaction.
 * @throws Refusal `not_found` for a policy or rule that is not there, `malformed` for what the module does not have or agents cannot carry out
 */
export async function changePolicyRules(
  platform: Platform,
  actor: Actor,
  policyId: string,
  change: PolicyRulesChange,
): Promise<void> {
  const { module, state, assign, unassign, reason } = change;
  checkChange(change);
  const { tenant_id: accountId } = await platform.database.for(actor, (tx) => findPolicy(tx, policyId));
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const { number } = await findPolicy(edit.tx, policyId);
    const policy = edit.get('Policy', number);
    if (!policy) throw new Refusal('not_found', { what: 'policy' });
    const own = { ...((policy[module] ?? {}) as ApiObject) };
    if (state === 'inherited') delete own['state'];
    else if (state) own['state'] = state;
    if (isRuleModule(module)) setRules(edit, own, module, ownRuleIds(policy, module), assign, unassign);
    const { [module]: _, ...rest } = policy;
    const before = module === 'integrityMonitoring' ? integrityOf(platform, edit, number) : undefined;
    edit.put('Policy', number, Object.keys(own).length > 0 ? { ...rest, [module]: own } : rest);
    if (!before) return;
    const after = integrityOf(platform, edit, number);
    const { confirmation } = change;
    await checkConfirmation(edit.tx, platform, { accountId, actor, policyId, before, after, confirmation });
  });
}

function checkChange({ module, state, assign, unassign }: PolicyRulesChange): void {
  if (state && state !== 'inherited' && !statesOfModule[module].includes(state))
    throw new Refusal('malformed', { detail: `body.state: ${module} has no state ${state}` });
  if (!isRuleModule(module) && (assign.length > 0 || unassign.length > 0))
    throw new Refusal('malformed', { detail: `body.module: ${module} has no rules` });
}

function setRules(
  edit: ConfigurationEdit,
  own: ApiObject,
  module: RuleModule,
  before: readonly number[],
  assign: readonly number[],
  unassign: readonly number[],
): void {
  const kind = ruleModules[module];
  if ([...assign, ...unassign].some((id) => !edit.get(kind, id))) throw new Refusal('not_found', { what: 'rule' });
  const next = new Set([...before.filter((id) => edit.get(kind, id)), ...assign]);
  for (const id of unassign) next.delete(id);
  if (next.size > 0) own['ruleIDs'] = [...next].sort((a, b) => a - b);
  else delete own['ruleIDs'];
}
