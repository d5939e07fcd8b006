import {
  type FirewallSettings,
  type FirewallSurroundings,
  firewallEvasions,
  firewallProbes,
  firewallSanityChecks,
  firewallTimeouts,
} from '@sakimori/contract/policy-firewall';
import { isCarriedOut } from '@sakimori/contract/workload-security/setting-support';
import type { ListReader } from './firewall-objects.ts';
import { SettingReader, type SettingValues } from './firewall-setting-reader.ts';

/** @throws FirewallFault where a setting has a value that means nothing, or names a list that does not exist */
export function compileFirewallSettings(values: SettingValues, lists: ListReader): FirewallSettings {
  const read = new SettingReader(values);
  const builtIn = new SettingReader({});
  // Options of the engine count only where somebody has opened them; before that they are as they were built in.
  const options = read.boolean('firewallSettingEngineOptionsEnabled') ? read : builtIn;
  return {
    networkEngineMode: read.choice('firewallSettingNetworkEngineMode', { inline: 'inline', tap: 'tap' }),
    failureResponse: {
      engine: read.choice('firewallSettingFailureResponseEngineSystem', failures),
      packetSanity: read.choice('firewallSettingFailureResponsePacketSanityCheck', failures),
    },
    virtualAndContainerNetworks: read.boolean('firewallSettingVirtualAndContainerNetworkScanEnabled'),
    reconnaissance: compileReconnaissance(read, lists),
    antiEvasion: compileAntiEvasion(read, builtIn),
    ...compileEngineOptions(options),
    events: {
      outOfAllowedPolicy: read.boolean('firewallSettingEventsOutOfAllowedPolicyEnabled'),
      perSecondMax: options.number(`${option}LogEventsPerSecondMax`),
      packetBytesMax: options.number(`${option}LogPacketLengthMax`),
      allPacketData: options.boolean(`${option}LogAllPacketDataEnabled`),
      ignoredSources: addressesOf('firewallSettingEventLogFileIgnoreSourceIpListId', read, lists) ?? [],
    },
    interfaceIsolation: {
      enabled: read.boolean('firewallSettingInterfaceIsolationEnabled'),
      patterns: read.words('firewallSettingInterfacePatterns'),
      limitToOneActive: read.boolean('firewallSettingInterfaceLimitOneActiveEnabled'),
    },
  };
}

const option = 'firewallSettingEngineOption';
export const failures = { 'fail open': 'open', 'fail closed': 'closed' } as const;
const capital = <T extends string>(name: T) => (name.charAt(0).toUpperCase() + name.slice(1)) as Capitalize<T>;

function fromEntries<K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;
}

function addressesOf(name: string, read: SettingReader, lists: ListReader): string[] | undefined {
  const id = read.listId(name);
  return id === undefined ? undefined : [...lists.addresses(id, `The setting ${name}`)];
}

function compileReconnaissance(read: SettingReader, lists: ListReader): FirewallSettings['reconnaissance'] {
  const prefix = 'firewallSettingReconnaissance';
  const sources = addressesOf(`${prefix}IncludeIpListId`, read, lists);
  return {
    enabled: read.boolean(`${prefix}Enabled`),
    ...(sources ? { sources } : {}),
    ignoredSources: addressesOf(`${prefix}ExcludeIpListId`, read, lists) ?? [],
    probes: fromEntries(firewallProbes, (probe) => ({
      detect: read.boolean(`${prefix}Detect${capital(probe)}Enabled`),
      notify: read.boolean(`${prefix}Notify${capital(probe)}Enabled`),
      blockMs: read.durationMs(`${prefix}Block${capital(probe)}Duration`),
    })),
  };
}

const answers = { allow: 'allow', deny: 'deny', ignore: 'ignore', 'log only': 'log-only' } as const;

/** The single checks speak in the posture `Custom` alone: `Normal` is what they are built in with, `Strict` denies whatever may be evasion. */
function compileAntiEvasion(read: SettingReader, builtIn: SettingReader): FirewallSettings['antiEvasion'] {
  const prefix = 'firewallSettingAntiEvasion';
  const posture = read.choice(`${prefix}SecurityPosture`, { normal: 'normal', strict: 'strict', custom: 'custom' });
  const checks = posture === 'custom' ? read : builtIn;
  return fromEntries(firewallEvasions, (check) => {
    const name = `${prefix}Check${capital(check)}`;
    return posture === 'strict' && !usual.has(check) && isCarriedOut(name) ? 'deny' : checks.choice(name, answers);
  });
}

/** Sane computers send these too. */
const usual: ReadonlySet<string> = new Set(['fragmentedPackets', 'tcpCongestionFlags', 'tcpPawsZero']);

const sanitySettings: Readonly<Record<(typeof firewallSanityChecks)[number], string>> = {
  allowNullIp: 'AllowNullIpEnabled',
  blockSameSourceDestination: 'BlockSameSrcDstIpEnabled',
  blockIpv6: 'BlockIpv6Agent9AndLaterEnabled',
  dropZeroPayload: 'DropIpZeroPayloadEnabled',
  dropTeredoAnomalies: 'DropTeredoAnomaliesEnabled',
  drop6To4Bogons: 'Drop6To4BogonsAddressesEnabled',
  dropIpv6Bogons: 'DropIpv6BogonsAddressesEnabled',
  dropIpv6Reserved: 'DropIpv6ReservedAddressesEnabled',
  dropIpv6SiteLocal: 'DropIpv6SiteLocalAddressesEnabled',
  dropIpv6RoutingType0: 'DropIpv6ExtType0Enabled',
  dropIpv6SmallFragments: 'DropIpv6FragmentsLowerThanMinMtuEnabled',
};

type EngineOptions = Omit<
  FirewallSettings,
  | ('networkEngineMode' | 'failureResponse' | 'virtualAndContainerNetworks' | 'reconnaissance' | 'antiEvasion')
  | ('events' | 'interfaceIsolation' | 'surroundings')
>;

function compileEngineOptions(read: SettingReader): EngineOptions {
  const force = read.text(`${option}ForceAllowDhcpDns`);
  return {
    timeoutMs: fromEntries(firewallTimeouts, (state) => read.durationMs(`${option}${capital(state)}Timeout`)),
    connectionsMax: {
      tcp: read.number(`${option}ConnectionsNumTcpMax`),
      udp: read.number(`${option}ConnectionsNumUdpMax`),
      icmp: read.number(`${option}ConnectionsNumIcmpMax`),
    },
    forceAllow: {
      icmpFragmentationNeeded: /add/i.test(read.text(`${option}ForceAllowIcmpType3Code4`)),
      dnsQuery: /dns/i.test(force),
      dhcpClient: /dhcp/i.test(force),
    },
    sanity: fromEntries(firewallSanityChecks, (check) => read.boolean(`${option}${sanitySettings[check]}`)),
    coldStartMs: read.durationMs(`${option}ColdStartTimeout`),
    connectionEvents: {
      tcp: read.boolean(`${option}GenerateConnectionEventsTcpEnabled`),
      udp: read.boolean(`${option}GenerateConnectionEventsUdpEnabled`),
      icmp: read.boolean(`${option}GenerateConnectionEventsIcmpEnabled`),
    },
    fragments: {
      sizeMin: read.numberOrNone(`${option}FragmentSizeMin`),
      offsetMin: read.numberOrNone(`${option}FragmentOffsetMin`),
    },
    tcpMssMin: read.numberOrNone(`${option}TcpMssLimit`),
  };
}

/**
 * What the account's settings say of contexts.
 * @throws FirewallFault
 */
export function compileSurroundings(values: SettingValues): FirewallSurroundings {
  const read = new SettingReader(values);
  const test = (what: string) => {
    const url = read.text(`firewallSetting${what}ConnectivityTestUrl`);
    const expect = read.text(`firewallSetting${what}ConnectivityTestExpectedContentRegex`);
    return url === '' ? undefined : { url, ...(expect === '' ? {} : { expect }) };
  };
  const [intranet, internet] = [test('Intranet'), test('Internet')];
  return {
    ...(intranet ? { intranet } : {}),
    ...(internet ? { internet } : {}),
    everyMs: read.durationMs('firewallSettingInternetConnectivityTestInterval'),
  };
}
