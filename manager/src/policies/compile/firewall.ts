import {
  FirewallPolicy,
  type FirewallPolicyRule,
  type FirewallStateful,
  firewallRangesMax,
} from '@sakimori/contract/policy-firewall';
import { FirewallFault, type FirewallObjects, ListReader, type StatefulObject } from './firewall-objects.ts';
import { compileFirewallRule, type FirewallRuleObject } from './firewall-rule.ts';
import type { SettingValues } from './firewall-setting-reader.ts';
import { compileFirewallSettings, compileSurroundings } from './firewall-settings.ts';
import { Memo } from './memo.ts';

export { FirewallFault, type FirewallObjects, type ListObject } from './firewall-objects.ts';
export type { FirewallRuleObject } from './firewall-rule.ts';

/** The firewall of one policy or computer as it holds in the end: overrides and what is inherited are worked in already. */
export type EffectiveFirewall = {
  readonly state: 'on' | 'off';
  /** What is assigned here and above, each rule once. */
  readonly rules: readonly FirewallRuleObject[];
  /** 0 or absent: none. */
  readonly globalStatefulConfigurationID?: number;
  /** By interface of a computer or by interface type of a policy; a stateful configuration 0 means none there. */
  readonly statefulConfigurationAssignments?: readonly {
    readonly interfaceID?: number;
    readonly interfaceTypeID?: number;
    readonly statefulConfigurationID?: number;
  }[];
  /** Those of the policy, and of the account those about contexts (`contextSettings`). */
  readonly settings: SettingValues;
  /** Rules of another module have a context: what the agent asks to tell it must pass. */
  readonly othersAsk?: boolean;
};

/** System settings that rules with a context go by. */
export const contextSettings = [
  'firewallSettingInternetConnectivityTestUrl',
  'firewallSettingInternetConnectivityTestExpectedContentRegex',
  'firewallSettingInternetConnectivityTestInterval',
  'firewallSettingIntranetConnectivityTestUrl',
  'firewallSettingIntranetConnectivityTestExpectedContentRegex',
] as const;

/**
 * What the agent's firewall must do. Pure; a firewall that is off has no rules in its policy, so nothing of it can be at fault.
 * @param memo rules that were compiled with the same objects already
 * @throws FirewallFault, a sentence that names the rule, list or setting
 */
export function compileFirewall(
  effective: EffectiveFirewall,
  objects: FirewallObjects,
  memo = new Memo<FirewallPolicyRule>(),
): FirewallPolicy {
  if (effective.state === 'off') return { state: 'off' };
  const lists = new ListReader(objects);
  const rules = effective.rules
    .map((rule) => memo.of(rule, () => compileFirewallRule(rule, objects, lists)))
    .sort(byPrecedence);
  throwWhereTooMany(rules);
  const stateful = statefulOf(effective.globalStatefulConfigurationID ?? 0, objects);
  const policy = FirewallPolicy.safeParse({
    state: 'on',
    rules,
    ...(stateful ? { stateful } : {}),
    interfaces: interfacesOf(effective, objects),
    settings: {
      ...compileFirewallSettings(effective.settings, lists),
      // Nobody is asked for what no rule wants to know.
      ...(effective.othersAsk || rules.some(({ context }) => context)
        ? { surroundings: compileSurroundings(effective.settings) }
        : {}),
    },
  });
  if (policy.success) return policy.data;
  const [issue] = policy.error.issues;
  throw new FirewallFault(`The firewall's ${issue?.path.join('.')} cannot be used. ${issue?.message}`);
}

/**
 * Checks one rule as a policy would use it, and that a host can carry it out (S25).
 * @throws FirewallFault
 */
export function checkFirewallRule(rule: FirewallRuleObject, objects: FirewallObjects): void {
  const { direction, destination, action, frame } = compileFirewallRule(rule, objects, new ListReader(objects));
  const owner = `The firewall rule "${rule.name ?? ''}" (${rule.ID})`;
  if (direction === 'outgoing' && destination.macs)
    throw new FirewallFault(
      `${owner} asks outgoing packets for the MAC address of their destination. Linux finds that out only after rules were asked; name the address of IP.`,
    );
  const meansIp = !frame || ipFrames.some((type) => frame.items.includes(type) !== frame.not);
  if (action === 'deny' && !meansIp)
    throw new FirewallFault(
      `${owner} denies frames that are not IP. The firewall of a host rules IP alone; frames such as ARP pass in any case.`,
    );
}

/** EtherTypes of IPv4 and IPv6. */
const ipFrames: readonly number[] = [0x0800, 0x86dd];

const precedence = ['bypass', 'log-only', 'force-allow', 'deny', 'allow'];
const byPrecedence = (a: FirewallPolicyRule, b: FirewallPolicyRule): number =>
  b.priority - a.priority || precedence.indexOf(a.action) - precedence.indexOf(b.action) || a.id - b.id;

function throwWhereTooMany(rules: readonly FirewallPolicyRule[]): void {
  let ranges = 0;
  for (const { source, destination, name, id } of rules) {
    for (const { addresses, macs, ports } of [source, destination])
      ranges += (addresses?.items.length ?? 0) + (macs?.items.length ?? 0) + (ports?.items.length ?? 0);
    if (ranges > firewallRangesMax.policy)
      throw new FirewallFault(
        `With the firewall rule "${name.en}" (${id}) the policy has more than ${firewallRangesMax.policy} addresses and ports.`,
      );
  }
}

function interfacesOf(effective: EffectiveFirewall, objects: FirewallObjects): FirewallPolicy['interfaces'] {
  const entries = (effective.statefulConfigurationAssignments ?? []).map((assignment) => {
    const { interfaceID = 0, interfaceTypeID = 0, statefulConfigurationID = 0 } = assignment;
    const one = objects.interfaces.get(interfaceID);
    const type = objects.interfaceTypes.get(interfaceTypeID);
    if (!one && !type)
      throw new FirewallFault(
        `A stateful configuration is assigned to the interface ${interfaceID || interfaceTypeID}, which does not exist.`,
      );
    const patterns = one?.name ? [one.name] : [...(type?.matches ?? [])];
    return { isOne: one !== undefined, patterns, stateful: statefulOf(statefulConfigurationID, objects) ?? null };
  });
  // An interface that is named goes before the type it belongs to.
  return entries
    .sort((a, b) => Number(b.isOne) - Number(a.isOne))
    .map(({ patterns, stateful }) => ({ patterns, stateful }));
}

function statefulOf(id: number, objects: FirewallObjects): FirewallStateful | undefined {
  if (id === 0) return undefined;
  const configuration = objects.statefulConfigurations.get(id);
  if (!configuration) throw new FirewallFault(`The stateful configuration ${id} does not exist.`);
  return compileStateful(configuration, id);
}

const compileStateful = (from: StatefulObject, id: number): FirewallStateful => ({
  name: (from.name?.trim() || `${id}`).slice(0, 300),
  tcp: { inspect: from.tcpstatefulInspectionEnabled ?? false, log: from.tcpstatefulLoggingEnabled ?? false },
  udp: { inspect: from.udpstatefulInspectionEnabled ?? false, log: from.udpstatefulLoggingEnabled ?? false },
  icmp: { inspect: from.icmpstatefulInspectionEnabled ?? false, log: from.icmpstatefulLoggingEnabled ?? false },
  denyFragments: from.denyFragmentedPacketsEnabled ?? false,
  denyCongestionFlags: from.denyPacketsContainingCwrOrEceEnabled ?? false,
  ...(from.maxIncomingConnections ? { incomingConnectionsMax: from.maxIncomingConnections } : {}),
  ...(from.maxOutgoingConnections ? { outgoingConnectionsMax: from.maxOutgoingConnections } : {}),
  ...(from.maxHalfOpenConnections ? { halfOpenConnectionsMax: from.maxHalfOpenConnections } : {}),
});
