import { z } from 'zod';
import { parseAddressRange } from './network-address.ts';

/**
 * The firewall's part of a policy, as an agent gets it: everything that a rule of the Workload Security API only names (lists, schedule, context,
 * stateful configuration) stands in it, so the agent asks nobody. `manager/src/policies/compile/firewall.ts` makes it.
 */
export const firewallActions = ['log-only', 'allow', 'deny', 'force-allow', 'bypass'] as const;
export const firewallTcpFlags = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'] as const;
/** Ranges of one condition, and of one policy: what a kernel loads in a few seconds. */
export const firewallRangesMax = { condition: 50_000, policy: 200_000 } as const;

const RuleName = z.string().trim().min(1).max(300);
const { condition: itemsMax } = firewallRangesMax;

/** One address, network or range, as `formatAddressRange` writes it. */
const AddressText = z.string().max(100).refine(isAddressRange, 'no address, network or range');
function isAddressRange(text: string): boolean {
  try {
    parseAddressRange(text);
    return true;
  } catch {
    return false;
  }
}

const Port = z.number().int().min(0).max(65_535);
const PortRange = z.tuple([Port, Port]).refine(([from, to]) => from <= to, 'ends before it begins');
const Mac = z.string().regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/);

/** A condition that is absent holds for every packet. One with no items holds for none, and with `not` for every packet that has such a field. */
const oneOf = <T extends z.ZodType>(item: T, max: number) =>
  z.object({ not: z.boolean(), items: z.array(item).max(max) });

/** One end of a packet. Source and destination are the packet's, whichever way it goes. */
export const FirewallEnd = z.object({
  addresses: oneOf(AddressText, itemsMax).optional(),
  macs: oneOf(Mac, itemsMax).optional(),
  ports: oneOf(PortRange, itemsMax).optional(),
});
export type FirewallEnd = z.infer<typeof FirewallEnd>;

/**
 * Which packets a rule means: those that meet every condition. A condition on a field that a packet does not have (an address of an ARP frame, a
 * port of ICMP or of a later fragment) is not met, also where it says `not`.
 */
export const FirewallMatch = z.object({
  /** EtherTypes, behind one VLAN tag where there is one. */
  frame: oneOf(z.number().int().min(0x0600).max(0xffff), 16).optional(),
  /** IP protocol numbers; of IPv6 the one behind the extension headers. */
  protocol: oneOf(z.number().int().min(0).max(255), 16).optional(),
  source: FirewallEnd,
  destination: FirewallEnd,
  /**
   * Stands with `protocol` and speaks of TCP alone; what else the rule means is not asked. The six flags must be exactly these: `['syn']` is the first packet of
   * a connection and not its answer, `[]` the null scan.
   */
  tcpFlags: oneOf(z.enum(firewallTcpFlags), firewallTcpFlags.length).optional(),
  /** Of ICMP or ICMPv6; stands with that one protocol. Type and code together are one thing that `not` turns round. */
  icmp: z
    .object({
      not: z.boolean(),
      type: z.number().int().min(0).max(255),
      code: z.number().int().min(0).max(255).optional(),
    })
    .optional(),
});
export type FirewallMatch = z.infer<typeof FirewallMatch>;

/** A rule is in force only where the machine stands like one of these that is true. */
export const FirewallContext = z.object({
  name: RuleName,
  /** The domain controller answers on the local network; through a VPN; not at all; neither it nor the Internet. */
  localConnection: z.boolean(),
  remoteConnection: z.boolean(),
  noConnection: z.boolean(),
  noInternet: z.boolean(),
  /** On interfaces that interface isolation restricts, wherever the machine stands. */
  restrictedInterfaces: z.boolean(),
});

export const FirewallPolicyRule = FirewallMatch.extend({
  /** The rule's ID in the API; what is logged names it. */
  id: z.number().int().min(1).max(2_147_483_647),
  name: z.object({ ja: RuleName, en: RuleName }),
  action: z.enum(firewallActions),
  /** 4 first, 0 last. Of one priority: bypass, log-only, force-allow, deny, allow. */
  priority: z.number().int().min(0).max(4),
  direction: z.enum(['incoming', 'outgoing']),
  log: z.boolean(),
  includePacketData: z.boolean(),
  alert: z.boolean(),
  /** Hours of the week in which the rule is in force, by the host's local time; the first is Sunday from 0:00 to 1:00. Absent: always. */
  hoursOfWeek: z.array(z.boolean()).length(168).optional(),
  context: FirewallContext.optional(),
});
export type FirewallPolicyRule = z.infer<typeof FirewallPolicyRule>;

const Inspection = z.object({ inspect: z.boolean(), log: z.boolean() });
const Count = z.number().int().min(1).max(10_000_000);
export const FirewallStateful = z.object({
  name: RuleName,
  tcp: Inspection,
  udp: Inspection,
  icmp: Inspection,
  denyFragments: z.boolean(),
  denyCongestionFlags: z.boolean(),
  /** For one other computer at a time; absent: no limit. */
  incomingConnectionsMax: Count.optional(),
  outgoingConnectionsMax: Count.optional(),
  halfOpenConnectionsMax: Count.optional(),
});
export type FirewallStateful = z.infer<typeof FirewallStateful>;

/** The first entry whose pattern fits an interface's name holds there, in place of the one for all; `null`: no stateful inspection there. */
const FirewallInterface = z.object({
  /** Names of interfaces; `*` stands for any letters. */
  patterns: z.array(z.string().min(1).max(100)).max(100),
  stateful: FirewallStateful.nullable(),
});

const Milliseconds = z.number().int().min(0).max(604_800_000);
/** Ways of finding out what a host is, by the API's names of the settings (`firewallSettingReconnaissanceDetect…`). */
export const firewallProbes = [
  'fingerprintProbe',
  'networkOrPortScan',
  'tcpNullScan',
  'tcpSynFinScan',
  'tcpXmasAttack',
] as const;
const Probe = z.object({ detect: z.boolean(), notify: z.boolean(), blockMs: Milliseconds });

/** What may be odd about a packet, by the API's names of the settings (`firewallSettingAntiEvasionCheck…`). */
export const firewallEvasions = [
  'paws',
  'tcpPawsZero',
  'fragmentedPackets',
  'tcpZeroFlags',
  'tcpCongestionFlags',
  'tcpUrgentFlags',
  'tcpSynFinFlags',
  'tcpSynRstFlags',
  'tcpRstFinFlags',
  'tcpSynWithData',
  'tcpSplitHandshake',
  'rstNoConnection',
  'finNoConnection',
  'outNoConnection',
  'evasiveRetransmit',
  'tcpChecksum',
] as const;

/** How long a connection is remembered, by the state it is in. */
export const firewallTimeouts = [
  'synSent',
  'synRcvd',
  'established',
  'finWait1',
  'closeWait',
  'closing',
  'lastAck',
  'close',
  'udp',
  'icmp',
] as const;

/** Switches about packets that no sane computer sends. */
export const firewallSanityChecks = [
  'allowNullIp',
  'blockSameSourceDestination',
  'blockIpv6',
  'dropZeroPayload',
  'dropTeredoAnomalies',
  'drop6To4Bogons',
  'dropIpv6Bogons',
  'dropIpv6Reserved',
  'dropIpv6SiteLocal',
  'dropIpv6RoutingType0',
  'dropIpv6SmallFragments',
] as const;

const Bytes = z.number().int().min(0).max(65_535);

/** An address that is asked for, and what its answer must hold; absent: any answer of success will do. */
const ReachTest = z.object({ url: z.url({ protocol: /^https?$/ }).max(2048), expect: z.string().max(200).optional() });
/** How a host finds out where it stands, for rules with a context. */
export const FirewallSurroundings = z.object({
  /** What answers in the organisation's own network alone; absent: its domain controller, which DNS names. */
  intranet: ReachTest.optional(),
  /** What answers on the Internet; absent: a default route is enough. */
  internet: ReachTest.optional(),
  everyMs: Milliseconds,
});
export type FirewallSurroundings = z.infer<typeof FirewallSurroundings>;

/** What the policy's settings say to the engine. */
export const FirewallSettings = z.object({
  /** tap: nothing is held up; what would have been is logged. */
  networkEngineMode: z.enum(['inline', 'tap']),
  /** What happens to traffic when the engine fails, and to a packet that no sane computer sends. */
  failureResponse: z.object({ engine: z.enum(['open', 'closed']), packetSanity: z.enum(['open', 'closed']) }),
  /** Forwarded traffic of containers and virtual machines is ruled too. */
  virtualAndContainerNetworks: z.boolean(),
  reconnaissance: z.object({
    enabled: z.boolean(),
    /** Absent: of every source. */
    sources: z.array(AddressText).max(itemsMax).optional(),
    ignoredSources: z.array(AddressText).max(itemsMax),
    probes: z.record(z.enum(firewallProbes), Probe),
  }),
  antiEvasion: z.record(z.enum(firewallEvasions), z.enum(['allow', 'ignore', 'log-only', 'deny'])),
  timeoutMs: z.record(z.enum(firewallTimeouts), Milliseconds),
  connectionsMax: z.object({ tcp: Count, udp: Count, icmp: Count }),
  /** Allowed whatever the rules say. */
  forceAllow: z.object({ icmpFragmentationNeeded: z.boolean(), dnsQuery: z.boolean(), dhcpClient: z.boolean() }),
  sanity: z.record(z.enum(firewallSanityChecks), z.boolean()),
  events: z.object({
    /** Packets that no allow rule lets in are logged. */
    outOfAllowedPolicy: z.boolean(),
    perSecondMax: z.number().int().min(0).max(1_000_000),
    packetBytesMax: z.number().int().min(0).max(65_535),
    allPacketData: z.boolean(),
    ignoredSources: z.array(AddressText).max(itemsMax),
  }),
  /** Of the interfaces that are up, those that fit the first pattern that any of them fits are used; the others are restricted. */
  interfaceIsolation: z.object({
    enabled: z.boolean(),
    patterns: z.array(z.string().min(1).max(100)).max(100),
    limitToOneActive: z.boolean(),
  }),
  /** So long after the firewall came on, connections that are older than it are not refused for having no beginning. */
  coldStartMs: Milliseconds.optional(),
  /** Each new connection is logged. */
  connectionEvents: z.object({ tcp: z.boolean(), udp: z.boolean(), icmp: z.boolean() }).optional(),
  /** Bytes that a first fragment, and the place of a later one, must have at least; 0: any will do. */
  fragments: z.object({ sizeMin: Bytes, offsetMin: Bytes }).optional(),
  /** Bytes in a segment that the other end of a TCP connection must allow; 0: any will do. */
  tcpMssMin: Bytes.optional(),
  surroundings: FirewallSurroundings.optional(),
});
export type FirewallSettings = z.infer<typeof FirewallSettings>;

/** `{ state: 'off' }` is a whole policy; when it is on, the settings are there. */
export const FirewallPolicy = z.object({
  state: z.enum(['on', 'off']),
  rules: z.array(FirewallPolicyRule).max(2000).optional(),
  /** For interfaces that have no entry of their own; absent: no stateful inspection. */
  stateful: FirewallStateful.optional(),
  interfaces: z.array(FirewallInterface).max(200).optional(),
  settings: FirewallSettings.optional(),
});
export type FirewallPolicy = z.infer<typeof FirewallPolicy>;
