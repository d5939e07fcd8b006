import type {
  FirewallPolicy,
  FirewallPolicyRule,
  FirewallSettings,
  FirewallStateful,
} from '@sakimori/contract/policy-firewall';

/** Policies for tests. The settings are the ones that are built in, as the manager compiles them. */
export const policyOf = (rules: readonly FirewallPolicyRule[], more: Partial<FirewallPolicy> = {}): FirewallPolicy => ({
  state: 'on',
  rules: [...rules],
  interfaces: [],
  settings: settingsOf({}),
  ...more,
});

export const ruleOf = (
  more: Partial<FirewallPolicyRule> & Pick<FirewallPolicyRule, 'id' | 'action'>,
): FirewallPolicyRule => ({
  name: { ja: `ルール ${more.id}`, en: `Rule ${more.id}` },
  priority: 0,
  direction: 'incoming',
  log: false,
  includePacketData: false,
  alert: false,
  source: {},
  destination: {},
  ...more,
});

/** Logged, and of every IP packet but those of the test's own link where nothing else is said. */
export const deny = (more: Partial<FirewallPolicyRule> & Pick<FirewallPolicyRule, 'id'>): FirewallPolicyRule =>
  ruleOf({ action: 'deny', log: true, protocol: { not: false, items: [6, 17] }, ...more });

export const statefulAll: FirewallStateful = {
  name: 'All',
  tcp: { inspect: true, log: false },
  udp: { inspect: true, log: false },
  icmp: { inspect: true, log: false },
  denyFragments: false,
  denyCongestionFlags: false,
};

const probe = { detect: true, notify: true, blockMs: 0 };
export const settingsOf = (more: Partial<FirewallSettings>): FirewallSettings => ({
  networkEngineMode: 'inline',
  failureResponse: { engine: 'open', packetSanity: 'closed' },
  virtualAndContainerNetworks: false,
  reconnaissance: {
    enabled: true,
    ignoredSources: [],
    probes: {
      fingerprintProbe: probe,
      networkOrPortScan: probe,
      tcpNullScan: probe,
      tcpSynFinScan: probe,
      tcpXmasAttack: probe,
    },
  },
  antiEvasion: {
    ...{ paws: 'ignore', tcpPawsZero: 'allow', fragmentedPackets: 'allow', tcpZeroFlags: 'deny' },
    ...{ tcpCongestionFlags: 'allow', tcpUrgentFlags: 'allow', tcpSynFinFlags: 'deny', tcpSynRstFlags: 'deny' },
    ...{ tcpRstFinFlags: 'deny', tcpSynWithData: 'deny', tcpSplitHandshake: 'deny', rstNoConnection: 'allow' },
    ...{ finNoConnection: 'allow', outNoConnection: 'allow', evasiveRetransmit: 'allow', tcpChecksum: 'allow' },
  },
  timeoutMs: {
    ...{ synSent: 20_000, synRcvd: 60_000, established: 10_800_000, finWait1: 120_000, closeWait: 120_000 },
    ...{ closing: 1000, lastAck: 30_000, close: 0, udp: 20_000, icmp: 60_000 },
  },
  connectionsMax: { tcp: 1_000_000, udp: 1_000_000, icmp: 10_000 },
  forceAllow: { icmpFragmentationNeeded: true, dnsQuery: true, dhcpClient: true },
  sanity: {
    ...{ allowNullIp: true, blockSameSourceDestination: true, blockIpv6: false, dropZeroPayload: true },
    ...{ dropTeredoAnomalies: true, drop6To4Bogons: true, dropIpv6Bogons: true, dropIpv6Reserved: true },
    ...{ dropIpv6SiteLocal: false, dropIpv6RoutingType0: true, dropIpv6SmallFragments: true },
  },
  events: {
    outOfAllowedPolicy: true,
    perSecondMax: 100,
    packetBytesMax: 1500,
    allPacketData: false,
    ignoredSources: [],
  },
  interfaceIsolation: { enabled: false, patterns: [], limitToOneActive: false },
  ...more,
});
