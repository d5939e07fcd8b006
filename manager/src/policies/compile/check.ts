import { parseAddressRange, readItems } from '@sakimori/contract/network-address';
import { parsePortRange } from '@sakimori/contract/network-port';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import { firewallObjects } from './document.ts';
import { checkFirewallRule, type FirewallRuleObject } from './firewall.ts';
import { compileIntegrityRule } from './integrity.ts';

/** Would agents take this rule? @throws the fault of the module's compiler */
export function checkRule(kind: string, rule: ApiObject, view: ConfigurationView): void {
  if (kind === 'FirewallRule') checkFirewallRule(rule as FirewallRuleObject, firewallObjects(view));
  else if (kind === 'IntegrityMonitoringRule') compileIntegrityRule(rule);
}

/** An address, a network or a range, as lists hold them. */
export const isAddressItem = (item: string): boolean => parses(() => readItems([item]).map(parseAddressRange));
/** A port or a range of ports. */
export const isPortItem = (item: string): boolean => parses(() => readItems([item]).map(parsePortRange));

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
