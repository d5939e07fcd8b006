import { intrusionPriorities } from '@sakimori/contract/intrusion-library';
import {
  type CommunityRulesSetting,
  IntrusionPolicy,
  type IntrusionPolicyRule,
  intrusionRulesMax,
} from '@sakimori/contract/policy-intrusion';
import { SettingReader, type SettingValues } from './firewall-setting-reader.ts';
import { compileSurroundings, failures } from './firewall-settings.ts';
import { IntrusionFault } from './intrusion-fault.ts';
import { compileIntrusionRule, type IntrusionObjects, type IntrusionRuleObject } from './intrusion-rule.ts';
import { Memo } from './memo.ts';

export { IntrusionFault } from './intrusion-fault.ts';
export type { IntrusionObjects, IntrusionRuleObject } from './intrusion-rule.ts';
export type { ApplicationTypeObject } from './intrusion-where.ts';

/** Intrusion prevention of one policy or computer as it holds in the end: overrides and what is inherited are worked in already. */
export type EffectiveIntrusion = {
  readonly state: 'off' | 'prevent' | 'detect';
  /** What is assigned here and above, each rule once. */
  readonly rules: readonly IntrusionRuleObject[];
  /** Of all modules, where they are not as built in: the network engine is one for firewall and intrusion prevention. With those about contexts. */
  readonly settings?: SettingValues;
  /** Rules of others that are loaded beside them. */
  readonly communityRules?: CommunityRulesSetting;
};

/**
 * What the agent's intrusion prevention must do. Pure; a module that is off has nothing in its policy that could be at fault.
 * @param memo rules that were compiled with the same objects already
 * @throws IntrusionFault, a sentence that names the rule, application type, list, schedule or context
 */
export function compileIntrusion(
  effective: EffectiveIntrusion,
  objects: IntrusionObjects,
  memo = new Memo<readonly IntrusionPolicyRule[]>(),
): IntrusionPolicy {
  if (effective.state === 'off') return { state: 'off', rules: [] };
  const rules = effective.rules
    .flatMap((rule) => memo.of(rule, () => compileIntrusionRule(rule, objects)))
    .sort(byImportance);
  if (rules.length > intrusionRulesMax)
    throw new IntrusionFault(
      `The policy has ${rules.length} intrusion prevention rules; an agent takes ${intrusionRulesMax}.`,
    );
  const network = networkOf(effective.settings ?? {});
  const surroundings = rules.some(({ context }) => context) && compileSurroundings(effective.settings ?? {});
  const policy = IntrusionPolicy.safeParse({
    state: effective.state,
    ...(network ? { network } : {}),
    ...(surroundings ? { surroundings } : {}),
    ...(effective.communityRules ? { communityRules: effective.communityRules } : {}),
    rules,
  });
  if (policy.success) return policy.data;
  const [issue] = policy.error.issues;
  throw new IntrusionFault(`Intrusion prevention: ${issue?.path.join('.')} cannot be used. ${issue?.message}`);
}

/** @returns undefined where all is as built in: it makes no new version where nobody has changed it */
function networkOf(values: SettingValues): IntrusionPolicy['network'] {
  const [chosen, builtIn] = [readNetwork(values), readNetwork({})];
  return JSON.stringify(chosen) === JSON.stringify(builtIn) ? undefined : chosen;
}

/** The network engine is one for both modules: whichever asks for that traffic has it go through. */
const forwardings = [
  'firewallSettingVirtualAndContainerNetworkScanEnabled',
  'intrusionPreventionSettingVirtualAndContainerNetworkScanEnabled',
] as const;

function readNetwork(values: SettingValues): NonNullable<IntrusionPolicy['network']> {
  const read = new SettingReader(values);
  return {
    mode: read.choice('firewallSettingNetworkEngineMode', { inline: 'inline', tap: 'tap' }),
    failure: read.choice('firewallSettingFailureResponseEngineSystem', failures),
    forwarded: forwardings.some((name) => read.boolean(name)),
  };
}

/**
 * Checks one rule as a policy would use it.
 * @throws IntrusionFault
 */
export function checkIntrusionRule(rule: IntrusionRuleObject, objects: IntrusionObjects): void {
  compileIntrusionRule(rule, objects);
}

const byImportance = (a: IntrusionPolicyRule, b: IntrusionPolicyRule): number =>
  intrusionPriorities.indexOf(b.priority) - intrusionPriorities.indexOf(a.priority) || a.sid - b.sid;
