/**
 * Policies: what every module of a host must do, compiled from the configuration into versions that never change. `change` is how a configuration
 * changes, `targets` what follows from it, `compile` how modules, rules and lists become a document.
 */
import type { Platform, Room } from '../platform/index.ts';
import { adoptContent } from './adoption.ts';
import { forgetEstimates } from './estimates/estimates.ts';
import { keepExclusions } from './exclusions/keep-exclusions.ts';
import { integrityRoutes } from './integrity-routes.ts';
import { libraryRoutes } from './library/routes.ts';
import { keepSwitches } from './mode-switch/mode-switch.ts';
import { modeSwitchRoutes } from './mode-switch/routes.ts';
import { policyRoutes } from './routes.ts';

export {
  type Activation,
  activateComputer,
  type DecideActivation,
  defaultPolicyNumber,
  defaultTarget,
} from './activation.ts';
export { type ChangeBy, changeConfiguration, changeWithin } from './change.ts';
export { checkSettings, type GivenSettings } from './checked-settings.ts';
export { signatureUrlsOf, sourceMode, sourceUrl } from './compile/antimalware.ts';
export { checkRule, isAddressItem, isPortItem } from './compile/check.ts';
export { effectiveIntrusionRules } from './compile/document.ts';
export { compileFirewall } from './compile/firewall.ts';
export { compileIntegrityRule } from './compile/integrity.ts';
export { describeIntegrityRule } from './compile/integrity-describe.ts';
export { IntegrityRuleFault } from './compile/integrity-fault.ts';
export { compileIntrusion, IntrusionFault } from './compile/intrusion.ts';
export { compileIntrusionRule, type IntrusionRuleObject } from './compile/intrusion-rule.ts';
export { readRuleText } from './compile/intrusion-text.ts';
export {
  type CompiledLogInspection,
  checkLogInspectionRule,
  compileLogInspection,
  LogInspectionFault,
} from './compile/loginspection.ts';
export { anatomyOf } from './compile/loginspection-anatomy.ts';
export { isSigma } from './compile/loginspection-sigma.ts';
export { sharedScanProperty, supplyOf } from './compile/malware-supply.ts';
export { intrusionObjects } from './compile/objects.ts';
export { estimateDraft, recordEstimate } from './estimates/estimates.ts';
export { endAndWarn } from './exclusions/keep-exclusions.ts';
export { severityOf } from './library/rule-heads.ts';
export { logFile } from './library/store-log-rules.ts';
export { endSwitches, intrusionScope } from './mode-switch/mode-switch.ts';
export { newestPolicy } from './policies.ts';
export { shippedDocument } from './preset.ts';
export { type PolicyHead, selectHead } from './store.ts';

export const policiesRoom = (platform: Platform): Room => ({
  name: 'policies',
  routes: [
    ...policyRoutes(platform),
    ...libraryRoutes(platform),
    ...integrityRoutes(platform),
    ...modeSwitchRoutes(platform),
  ],
  ticks: [keepExclusions(platform), keepSwitches(platform), forgetEstimates(platform)],
  start: async () => {
    await adoptContent(platform);
    return undefined;
  },
});
