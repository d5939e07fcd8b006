import { parseAddressRange, readItems } from '@sakimori/contract/network-address';
import { parsePortRange } from '@sakimori/contract/network-port';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ConfigurationView, Scope } from '../../configuration/index.ts';
import { checkScanConfiguration } from './antimalware.ts';
import { checkFirewallRule, type FirewallRuleObject } from './firewall.ts';
import { compileIntegrityRule } from './integrity.ts';
import { checkIntrusionRule, type IntrusionRuleObject } from './intrusion.ts';
import { checkLogInspectionRule } from './loginspection.ts';
import { isSigmaRule } from './loginspection-custom.ts';
import { antiMalwareObjects, firewallObjects, intrusionObjects } from './objects.ts';

/** Would agents take this rule? @throws the fault of the module's compiler */
export function checkRule(kind: string, rule: ApiObject, view: ConfigurationView): void {
  if (kind === 'FirewallRule') checkFirewallRule(rule as FirewallRuleObject, firewallObjects(view));
  else if (kind === 'IntegrityMonitoringRule') compileIntegrityRule(rule);
  // Clients store unfinished XML and finish it later; a policy that would assign it is refused.
  else if (kind === 'LogInspectionRule' && (rule['template'] !== 'custom' || isSigmaRule(rule)))
    checkLogInspectionRule(rule);
  else if (kind === 'IntrusionPreventionRule')
    checkIntrusionRule(rule as IntrusionRuleObject, intrusionObjects(new Scope(view, [])));
  else if (kind === 'AntiMalwareConfiguration') checkConfiguration(rule, view);
}

function checkConfiguration(configuration: ApiObject, view: ConfigurationView): void {
  const objects = antiMalwareObjects(view);
  const id = configuration['ID'] as number;
  checkScanConfiguration(id, { ...objects, configurations: new Map([[id, configuration]]) });
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
