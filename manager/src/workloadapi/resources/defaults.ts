import type { ApiObject } from '@sakimori/contract/workload-security/index';

/** What real managers give back for what was not sent. Observed on them; a property that is missing there is missing here. */
const versions = { minimumAgentVersion: '6.0.0.0', minimumManagerVersion: '6.0.0' };

const frameNumbers: Readonly<Record<string, number>> = {
  arp: 0x0806,
  revarp: 0x8035,
  ip: 0x0800,
  ipv4: 0x0800,
  ipv6: 0x86dd,
};

const matchDefaults = (side: 'source' | 'destination'): ApiObject => ({
  [`${side}IPType`]: 'any',
  [`${side}IPNot`]: false,
  [`${side}MACType`]: 'any',
  [`${side}MACNot`]: false,
  [`${side}PortType`]: 'any',
  [`${side}PortNot`]: false,
});

export function firewallRule(rule: ApiObject): ApiObject {
  const frameType = (rule['frameType'] as string | undefined) ?? 'ip';
  return {
    ...{ action: 'deny', priority: '0', direction: 'incoming', frameType, frameNot: false },
    ...(frameType in frameNumbers ? { frameNumber: frameNumbers[frameType] } : {}),
    ...{ protocol: 'any', protocolNot: false },
    ...matchDefaults('source'),
    ...matchDefaults('destination'),
    ...{ anyFlags: true, TCPNot: false, ICMPNot: false },
    ...{ logDisabled: false, includePacketData: false, alertEnabled: false },
    ...rule,
  };
}

export function intrusionPreventionRule(rule: ApiObject): ApiObject {
  const isOwn = rule['identifier'] === undefined;
  return {
    ...{ priority: 'normal', severity: 'medium', detectOnly: false, eventLoggingDisabled: false },
    ...{
      generateEventOnPacketDrop: true,
      alwaysIncludePacketData: false,
      debugModeEnabled: false,
      alertEnabled: false,
    },
    ...(isOwn
      ? { template: 'custom', action: 'drop', caseSensitive: false }
      : {
          minimumAgentVersion: versions.minimumAgentVersion,
          recommendationsMode: 'enabled',
          canBeAssignedAlone: true,
        }),
    ...rule,
  };
}

const listsOf = (rule: ApiObject, names: readonly string[]): ApiObject =>
  Object.fromEntries(names.map((name) => [name, (rule[name] as string[] | undefined)?.length ? rule[name] : ['']]));
const attributesOf = (rule: ApiObject, name: string): ApiObject => ({
  [name]: (rule[name] as string[] | undefined)?.length ? rule[name] : ['STANDARD'],
});

export function integrityMonitoringRule(rule: ApiObject): ApiObject {
  const template = (rule['template'] as string | undefined) ?? 'file';
  const shared: ApiObject = {
    ...versions,
    ...{ severity: 'medium', template, alertEnabled: false, realTimeMonitoringEnabled: true },
    ...(rule['identifier'] === undefined ? {} : { type: 'Defined', recommendationsMode: 'enabled' }),
    ...rule,
  };
  if (template === 'registry')
    return {
      ...{
        registryKeyRoot: 'HKEY_CLASSES_ROOT',
        registryKeyValue: '\\',
        registryIncludeSubKeys: false,
        registryIncludeDefaultValue: true,
      },
      ...shared,
      ...listsOf(rule, ['registryIncludedValues', 'registryExcludedValues']),
      ...attributesOf(rule, 'registryAttributes'),
    };
  if (template === 'file')
    return {
      ...{ fileBaseDirectory: '', fileIncludeSubDirectories: false },
      ...shared,
      ...listsOf(rule, ['fileIncludedValues', 'fileExcludedValues']),
      ...attributesOf(rule, 'fileAttributes'),
    };
  return shared;
}

export function logInspectionRule(rule: ApiObject): ApiObject {
  const isOwn = rule['identifier'] === undefined;
  return {
    ...versions,
    ...(isOwn
      ? { template: 'basic-rule', level: 0, dependency: 'none' }
      : { type: 'Defined', recommendationsMode: 'enabled', canBeAssignedAlone: true }),
    ...{ sortOrder: 15_000, alertEnabled: false, alertMinimumSeverity: 4 },
    ...rule,
    ...(Array.isArray(rule['logFiles']) ? { logFiles: { logFiles: rule['logFiles'] } } : {}),
  };
}

const scanActions = [
  ...['scanActionForVirus', 'scanActionForTrojans', 'scanActionForPacker', 'scanActionForSpyware'],
  ...['scanActionForOtherThreats', 'scanActionForCookies', 'scanActionForCVE', 'scanActionForHeuristics'],
  'scanActionForPossibleMalware',
];

/** Actions of one's own are there only while they are switched on. */
export function antiMalwareConfiguration(configuration: ApiObject): ApiObject {
  const scanType = (configuration['scanType'] as string | undefined) ?? 'real-time';
  const isRealTime = scanType === 'real-time';
  const shown: ApiObject = {
    ...{ scanType, documentExploitProtectionEnabled: true, documentExploitProtection: 'critical-only' },
    ...{ documentExploitHeuristicLevel: 'default', spywareEnabled: true, alertEnabled: true },
    ...{ directoriesToScan: 'all-directories', filesToScan: 'all-files', scanCompressedEnabled: false },
    ...{
      microsoftOfficeEnabled: true,
      microsoftOfficeLayers: 3,
      customRemediationActionsEnabled: false,
      cpuUsage: 'medium',
    },
    ...(isRealTime
      ? {
          ...{ behaviorMonitoringEnabled: false, intelliTrapEnabled: false, memoryScanEnabled: false },
          ...{ networkDirectoriesEnabled: false, realTimeScan: 'read-write' },
        }
      : {}),
    ...configuration,
  };
  if (!isRealTime) delete shown['realTimeScan'];
  if (!shown['customRemediationActionsEnabled']) for (const action of scanActions) delete shown[action];
  return shown;
}

export const applicationType = (type: ApiObject): ApiObject => ({
  ...{ direction: 'incoming', protocol: 'tcp', portType: 'any', recommendationsMode: 'enabled' },
  ...type,
});

export const statefulConfiguration = (configuration: ApiObject): ApiObject => ({
  ...{ denyFragmentedPacketsEnabled: false, denyPacketsContainingCwrOrEceEnabled: false },
  ...{ tcpstatefulInspectionEnabled: true, tcpstatefulLoggingEnabled: false, udpstatefulInspectionEnabled: true },
  ...{ udpstatefulLoggingEnabled: false, icmpstatefulInspectionEnabled: true, icmpstatefulLoggingEnabled: false },
  ...configuration,
});

export const withItems = (list: ApiObject): ApiObject => ({ items: [], ...list });

export const context = (value: ApiObject): ApiObject => ({
  ...{ localConnectionsEnabled: false, remoteConnectionsEnabled: false, noConnectionEnabled: false },
  ...{ noInternetEnabled: false, restrictedInterfacesEnabled: false },
  ...value,
});
