import type { IntegrityPolicy, IntrusionPolicyRule, LogInspectionPolicy, PolicyDocument } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { type ModuleName, type Scope, systemSetting } from '../../configuration/index.ts';
import { exclusionsOf } from '../exclusions/layer-exclusions.ts';
import { compileAntiMalware, type EffectiveAntiMalware } from './antimalware.ts';
import { compileFirewall, contextSettings, type EffectiveFirewall, type FirewallRuleObject } from './firewall.ts';
import { compileIntegrityRule } from './integrity.ts';
import { compileIntrusion, type EffectiveIntrusion, type IntrusionRuleObject } from './intrusion.ts';
import { compileLogInspection } from './loginspection.ts';
import { supplyOf } from './malware-supply.ts';
import { CompileMemo } from './memo.ts';
import { antiMalwareObjects, firewallObjects, intrusionObjects } from './objects.ts';
import { compileWebReputation } from './webreputation.ts';

export type CompileOptions = {
  /** Longest hold of a heartbeat where nobody set the interval. */
  readonly heartbeatSeconds: number;
};

/**
 * What the agents of a scope must do, from its effective modules, rules and settings. Pure: equal configuration gives equal documents, so a change
 * that means nothing to agents makes no new version.
 * @throws the faults of the modules' compilers, each with a sentence that names the rule, list or setting
 * @param memo of the scope's configuration, where more than one document is compiled
 */
export function compileDocument(scope: Scope, options: CompileOptions, memo = new CompileMemo()): PolicyDocument {
  const settings = settingsOf(scope);
  // Ports that are set differently here make other lines of the same rules.
  const intrusionMemo = scope.changes('ApplicationType') ? undefined : memo.intrusion;
  const intrusion = compileIntrusion(effectiveIntrusion(scope, settings), intrusionObjects(scope), intrusionMemo);
  const firewall = { ...effectiveFirewall(scope, settings), othersAsk: intrusion.surroundings !== undefined };
  return {
    heartbeatSeconds: heartbeatOf(scope) ?? options.heartbeatSeconds,
    modules: {
      antimalware: compileAntiMalware(effectiveAntiMalware(scope, settings), antiMalwareObjects(scope.view)),
      webreputation: compileWebReputation({
        state: stateOf(scope, 'webReputation'),
        settings,
      }),
      firewall: compileFirewall(firewall, firewallObjects(scope.view), memo.firewall),
      intrusion,
      integrity: compileIntegrity(scope, memo),
      loginspection: compileLogs(scope),
    },
  };
}

const secondsOf: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600 };
const heartbeatMax = 3600;

/** `10 Minutes`, where somebody set it. */
function heartbeatOf(scope: Scope): number | undefined {
  const value = scope.ownSetting('platformSettingHeartbeatInterval');
  const match = /^(\d{1,6}) (second|minute|hour)s?$/i.exec(value ?? '');
  if (!match) return undefined;
  return Math.min(heartbeatMax, Math.max(1, Number(match[1]) * secondsOf[match[2]!.toLowerCase()]!));
}

const stateOf = (scope: Scope, name: ModuleName): 'on' | 'off' => (scope.module(name)['state'] === 'on' ? 'on' : 'off');

const settingsOf = (scope: Scope): Record<string, string> =>
  Object.fromEntries(Object.entries(scope.settings()).map(([name, { value }]) => [name, value]));

function effectiveAntiMalware(scope: Scope, settings: Record<string, string>): EffectiveAntiMalware {
  const module = scope.module('antiMalware') as Partial<Record<keyof EffectiveAntiMalware, number>>;
  return {
    state: stateOf(scope, 'antiMalware'),
    realTimeScanConfigurationID: module.realTimeScanConfigurationID ?? 0,
    realTimeScanScheduleID: module.realTimeScanScheduleID ?? 0,
    manualScanConfigurationID: module.manualScanConfigurationID ?? 0,
    scheduledScanConfigurationID: module.scheduledScanConfigurationID ?? 0,
    settings,
    supply: supplyOf(scope.view),
  };
}

function effectiveIntrusion(scope: Scope, settings: Record<string, string>): EffectiveIntrusion {
  const { communityRules } = scope.extra('_intrusion') as { communityRules?: EffectiveIntrusion['communityRules'] };
  return {
    state: scope.module('intrusionPrevention')['state'] as EffectiveIntrusion['state'],
    rules: scope.rules('intrusionPrevention') as IntrusionRuleObject[],
    ...(communityRules ? { communityRules } : {}),
    settings: withContextSettings(scope, settings),
  };
}

const withContextSettings = (scope: Scope, settings: Record<string, string>): Record<string, string> => ({
  ...settings,
  ...Object.fromEntries(contextSettings.map((name) => [name, systemSetting(scope.view, name)])),
});

/** The rules of intrusion prevention that a scope would have in force, also where the module is off. */
export const effectiveIntrusionRules = (scope: Scope): readonly IntrusionPolicyRule[] =>
  compileIntrusion(
    { state: 'detect', rules: scope.rules('intrusionPrevention') as IntrusionRuleObject[] },
    intrusionObjects(scope),
  ).rules;

function effectiveFirewall(scope: Scope, settings: Record<string, string>): EffectiveFirewall {
  const module = scope.module('firewall');
  const assignments = module['statefulConfigurationAssignments'] as ApiObject | undefined;
  return {
    state: stateOf(scope, 'firewall'),
    rules: scope.rules('firewall') as FirewallRuleObject[],
    globalStatefulConfigurationID: (module['globalStatefulConfigurationID'] as number | undefined) ?? 0,
    statefulConfigurationAssignments:
      (assignments?.['statefulConfigurationAssignments'] as ApiObject[] | undefined) ?? [],
    settings: withContextSettings(scope, settings),
  };
}

function compileIntegrity(scope: Scope, memo: CompileMemo): PolicyDocument['modules']['integrity'] {
  const module = scope.module('integrityMonitoring');
  const own = scope.extra('_integrity') as OwnIntegrity;
  const isRealTime =
    module['state'] === 'real-time' && scope.setting('integrityMonitoringSettingRealtimeEnabled') === 'true';
  const compiled = scope
    .rules('integrityMonitoring')
    .map((rule) => memo.integrity.of(rule, () => compileIntegrityRule(rule)));
  const entities = compiled.flatMap((rule) => rule.entities);
  const exclusions = exclusionsOf(scope).map(({ id, paths, entities: others, until }) => ({
    ...{ id, paths, entities: others, until },
  }));
  return {
    state: module['state'] === 'off' ? 'off' : 'on',
    realTime: isRealTime,
    scanEverySeconds: own.scanEverySeconds ?? scanEverySecondsDefault,
    hashBytesMax: own.hashBytesMax ?? hashBytesMaxDefault,
    ...limitsOf(own, scope.setting('integrityMonitoringSettingCpuUsageLevel')),
    ...environmentOf(scope),
    rules: compiled.flatMap(({ rules }) => rules),
    ...(exclusions.length > 0 ? { exclusions } : {}),
    // What is empty is left out: it makes no new version where nothing of the kind is used.
    ...(entities.length > 0 ? { entities } : {}),
  };
}
type OwnIntegrity = Partial<
  Pick<IntegrityPolicy, 'scanEverySeconds' | 'hashBytesMax' | 'profile' | 'cpuPercentMax' | 'includeMounts'>
>;

/** Percent of one processor; `High` is what the agent takes by itself. */
const cpuPercents: Readonly<Record<string, number>> = { medium: 25, low: 10 };

const limitsOf = ({ profile, cpuPercentMax, includeMounts = [] }: OwnIntegrity, level: string) => {
  const percent = cpuPercentMax ?? cpuPercents[level.toLowerCase()];
  return {
    ...(profile ? { profile } : {}),
    ...(percent ? { cpuPercentMax: percent } : {}),
    ...(includeMounts.length > 0 ? { includeMounts } : {}),
  };
};

/** Lines or pairs `NAME=value`, parted by commas or semicolons: they go before what the host itself has. */
function environmentOf(scope: Scope): { environment?: Record<string, string> } {
  const pairs = scope
    .setting('platformSettingEnvironmentVariableOverrides')
    .split(/[\n,;]/)
    .flatMap((pair): [string, string][] => {
      const [, name, value] = /^\s*([A-Za-z_]\w{0,99})\s*=\s*(.{1,1000}?)\s*$/.exec(pair) ?? [];
      return name && value ? [[name, value]] : [];
    });
  return pairs.length > 0 ? { environment: Object.fromEntries(pairs.slice(0, 100)) } : {};
}

const scanEverySecondsDefault = 86_400;
const hashBytesMaxDefault = 64 * 1024 * 1024;

/** Logs and names that came with a policy document go before those of its rules. */
function compileLogs(scope: Scope): PolicyDocument['modules']['loginspection'] {
  const level = /\((\d+)\)/.exec(scope.setting('logInspectionSettingSeverityClippingAgentEventStoreLevelMin'));
  const own = scope.extra('_logInspection') as Partial<
    Pick<LogInspectionPolicy, 'sources' | 'journal' | 'ruleNamesJa'>
  >;
  const compiled = compileLogInspection(scope.rules('logInspection'), own);
  const { sources, journal, decoderFiles, ruleFiles, sigma, ruleNamesJa } = compiled;
  return {
    state: stateOf(scope, 'logInspection'),
    recordLevel: level ? Math.min(16, Number(level[1])) : recordLevelDefault,
    ...(journal === 'never' ? {} : { journal }),
    ...{ sources, decoderFiles, ruleFiles, ruleNamesJa },
    ...(sigma ? { sigma } : {}),
  };
}
const recordLevelDefault = 3;
