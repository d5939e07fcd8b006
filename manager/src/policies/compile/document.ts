import type { PolicyDocument } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView, Scope } from '../../configuration/index.ts';
import { compileFirewall, type EffectiveFirewall, type FirewallObjects, type FirewallRuleObject } from './firewall.ts';
import { compileIntegrityRule } from './integrity.ts';
import { compileInterimLogInspection } from './interim.ts';

export type CompileOptions = {
  /** Longest hold of a heartbeat where nobody set the interval. */
  readonly heartbeatSeconds: number;
};

/**
 * What the agents of a scope must do, from its effective modules, rules and settings. Pure: equal configuration gives equal documents, so a change
 * that means nothing to agents makes no new version.
 * @throws the faults of the modules' compilers, each with a sentence that names the rule, list or setting
 */
export function compileDocument(scope: Scope, options: CompileOptions): PolicyDocument {
  return {
    heartbeatSeconds: heartbeatOf(scope) ?? options.heartbeatSeconds,
    modules: {
      antimalware: { state: scope.module('antiMalware')['state'] === 'on' ? 'on' : 'off' },
      webreputation: { state: scope.module('webReputation')['state'] === 'on' ? 'on' : 'off' },
      firewall: compileFirewall(effectiveFirewall(scope), firewallObjects(scope.view)),
      intrusion: { state: scope.module('intrusionPrevention')['state'] === 'off' ? 'off' : 'on' },
      integrity: compileIntegrity(scope),
      loginspection: compileInterimLogInspection(scope),
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

function effectiveFirewall(scope: Scope): EffectiveFirewall {
  const module = scope.module('firewall');
  const assignments = module['statefulConfigurationAssignments'] as ApiObject | undefined;
  return {
    state: module['state'] === 'on' ? 'on' : 'off',
    rules: scope.rules('firewall') as FirewallRuleObject[],
    globalStatefulConfigurationID: (module['globalStatefulConfigurationID'] as number | undefined) ?? 0,
    statefulConfigurationAssignments:
      (assignments?.['statefulConfigurationAssignments'] as ApiObject[] | undefined) ?? [],
    settings: Object.fromEntries(Object.entries(scope.settings()).map(([name, { value }]) => [name, value])),
  };
}

const byId = <T>(view: ConfigurationView, kind: string): ReadonlyMap<number, T> =>
  new Map(view.list(kind).map((object) => [object['ID'] as number, object as T]));

export const firewallObjects = (view: ConfigurationView): FirewallObjects => ({
  ipLists: byId(view, 'IpList'),
  macLists: byId(view, 'MacList'),
  portLists: byId(view, 'PortList'),
  schedules: byId(view, 'Schedule'),
  contexts: byId(view, 'Context'),
  statefulConfigurations: byId(view, 'StatefulConfiguration'),
  interfaceTypes: byId(view, 'InterfaceType'),
  interfaces: new Map(),
});

function compileIntegrity(scope: Scope): PolicyDocument['modules']['integrity'] {
  const module = scope.module('integrityMonitoring');
  const own = scope.extra('_integrity') as { scanEverySeconds?: number; hashBytesMax?: number };
  const isRealTime =
    module['state'] === 'real-time' && scope.setting('integrityMonitoringSettingRealtimeEnabled') === 'true';
  return {
    state: module['state'] === 'off' ? 'off' : 'on',
    realTime: isRealTime,
    scanEverySeconds: own.scanEverySeconds ?? scanEverySecondsDefault,
    hashBytesMax: own.hashBytesMax ?? hashBytesMaxDefault,
    rules: scope.rules('integrityMonitoring').flatMap((rule) => compileIntegrityRule(rule).rules),
  };
}
const scanEverySecondsDefault = 86_400;
const hashBytesMaxDefault = 64 * 1024 * 1024;
