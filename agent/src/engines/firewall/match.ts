/**
 * The compiler of rule matches to nftables: what packets a firewall rule means, in the kernel's words. It knows nothing of chains, priorities,
 * verdicts or connections; `compile/rule-set.ts` makes those.
 *
 * What it writes holds at an ingress or egress hook of a device (`netdev`), where every frame can be seen, and loads in `inet` chains too.
 */
import { formatAddressRange, parseAddressRange } from '@sakimori/contract/network-address';
import { type FirewallEnd, type FirewallMatch, firewallTcpFlags } from '@sakimori/contract/policy-firewall';
import { allowedSpans, isEvery, type Span } from './spans.ts';

type Condition<T> = { readonly not: boolean; readonly items: readonly T[] };
type End = 'source' | 'destination';
/** One version of IP, by what the kernel calls it and by its EtherType. */
type Family = {
  readonly version: 4 | 6;
  readonly word: 'ip' | 'ip6';
  readonly etherType: number;
  readonly last: bigint;
};

const families: readonly Family[] = [
  { version: 4, word: 'ip', etherType: 0x0800, last: (1n << 32n) - 1n },
  { version: 6, word: 'ip6', etherType: 0x86dd, last: (1n << 128n) - 1n },
];
const lastMac = (1n << 48n) - 1n;
const lastPort = 65_535n;
const ends: readonly End[] = ['source', 'destination'];
const tcp = 6;
/** TCP, UDP, DCCP, SCTP, UDP-Lite: their headers begin with two ports. */
const withPorts: readonly number[] = [tcp, 17, 33, 132, 136];

/**
 * The matches of one rule, each the left part of a rule of nftables (`meta protocol ip meta l4proto 6 th dport 22`). A packet that the rule means
 * meets exactly one of them, any other none; no match at all: the rule means no packet. An empty text means every frame.
 */
export function compileMatch(rule: FirewallMatch): string[] {
  const macs = both((end) => macMatch(end, rule[end].macs));
  if (!macs) return [];
  if (!asksIp(rule)) return isEmpty(rule.frame) ? [] : [join(oneOf('meta protocol', hexOf(rule.frame)), macs)];
  return families
    .filter(({ etherType }) => !rule.frame || rule.frame.items.includes(etherType) !== rule.frame.not)
    .flatMap((family) => {
      const addresses = both((end) => addressMatch(family, end, rule[end].addresses));
      if (!addresses) return [];
      const before = [`meta protocol ${family.word}`, ...macs, ...addresses];
      return transportMatches(rule, family).map((parts) => join(before, parts));
    });
}

/** Words for both ends of a packet; undefined where no packet can meet those of one end. */
function both(match: (end: End) => string[] | undefined): string[] | undefined {
  const [source, destination] = ends.map(match);
  return source && destination && [...source, ...destination];
}

const join = (...parts: readonly (readonly string[])[]): string => parts.flat().join(' ');
/** A condition that nothing meets. */
const isEmpty = (condition: Condition<unknown> | undefined): boolean =>
  condition !== undefined && condition.items.length === 0 && !condition.not;
const asksIp = ({ protocol, source, destination, tcpFlags, icmp }: FirewallMatch): boolean =>
  [protocol, source.addresses, destination.addresses, source.ports, destination.ports, tcpFlags, icmp].some(Boolean);

/** `key` is one of these, or none of them; nothing where that says nothing. Not for what stands in a packet: there `spans.ts` says why. */
function oneOf(key: string, condition: Condition<number | string> | undefined): string[] {
  if (!condition || condition.items.length === 0) return [];
  return [key, ...(condition.not ? ['!='] : []), setOf(condition.items)];
}

const setOf = (items: readonly (number | string)[]): string => {
  const [first, ...more] = new Set(items);
  return more.length === 0 ? `${first}` : `{ ${[first, ...more].join(', ')} }`;
};

const hexOf = (condition: Condition<number> | undefined): Condition<string> | undefined =>
  condition && { not: condition.not, items: condition.items.map((type) => `0x${type.toString(16).padStart(4, '0')}`) };

/** @returns undefined where no frame can meet the condition */
function macMatch(end: End, macs: FirewallEnd['macs']): string[] | undefined {
  if (!macs) return [];
  const items = macs.items.map((mac) => BigInt(`0x${mac.replaceAll(':', '')}`)).map((mac): Span => [mac, mac]);
  const spans = allowedSpans(items, macs.not, lastMac);
  if (spans.length === 0) return undefined;
  if (isEvery(spans, lastMac)) return [];
  return [
    end === 'source' ? 'ether saddr' : 'ether daddr',
    setOf(spans.map((span) => span.map(macText)).map(spanText)),
  ];
}

const macText = (mac: bigint): string =>
  mac
    .toString(16)
    .padStart(12, '0')
    .replace(/..(?!$)/g, '$&:');
const spanText = ([from, to]: readonly unknown[]): string => (from === to ? `${from}` : `${from}-${to}`);

/** @returns undefined where no packet of this family can meet the condition */
function addressMatch(family: Family, end: End, addresses: FirewallEnd['addresses']): string[] | undefined {
  if (!addresses) return [];
  const ranges = addresses.items.map(parseAddressRange).filter((range) => range.family === family.version);
  const spans = allowedSpans(
    ranges.map(({ from, to }): Span => [from, to]),
    addresses.not,
    family.last,
  );
  if (spans.length === 0) return undefined;
  if (isEvery(spans, family.last)) return [];
  const items = spans.map(([from, to]) => formatAddressRange({ family: family.version, from, to }));
  return [`${family.word} ${end === 'source' ? 'saddr' : 'daddr'}`, setOf(items)];
}

/** Protocol, ports, flags: one list of words for every way in which a packet can meet them. */
function transportMatches(rule: FirewallMatch, family: Family): string[][] {
  const { source, destination, tcpFlags, icmp } = rule;
  const asksPorts = source.ports !== undefined || destination.ports !== undefined;
  const protocol = asksPorts ? only(withPorts, rule.protocol) : rule.protocol;
  const ports = both((end) => portMatch(end, rule[end].ports));
  if (isEmpty(protocol) || !ports) return [];
  if (tcpFlags) return flagMatches(protocol, tcpFlags, family, ports);
  const asked = [...ports, ...icmpMatch(icmp)];
  return withHeader(family, asked.length > 0, [...protocolMatch(protocol), ...asked]);
}

/** TCP packets are asked for their flags, the others of the rule are not. */
function flagMatches(
  protocol: FirewallMatch['protocol'],
  flags: NonNullable<FirewallMatch['tcpFlags']>,
  family: Family,
  ports: readonly string[],
): string[][] {
  const isTcpMeant = !protocol || protocol.items.includes(tcp) !== protocol.not;
  const others = withoutTcp(protocol);
  const tcpParts = [...protocolMatch({ not: false, items: [tcp] }), ...ports, ...flagMatch(flags)];
  return [
    ...(isTcpMeant ? withHeader(family, true, tcpParts) : []),
    ...(isEmpty(others) ? [] : withHeader(family, ports.length > 0, [...protocolMatch(others), ...ports])),
  ];
}

/**
 * Only what has the transport header can be asked for what stands in it: whole packets and first fragments. The kernel (6.18) does not see to that:
 * of a later fragment it takes other bytes for the header. In IPv6 there are two ways to be no later fragment, and a match for each.
 */
const wholeOrFirst = ({ version }: Family): readonly string[] =>
  version === 4 ? ['ip frag-off & 0x1fff == 0'] : ['exthdr frag missing', 'frag frag-off 0'];

const withHeader = (family: Family, asksHeader: boolean, parts: readonly string[]): string[][] =>
  asksHeader ? wholeOrFirst(family).map((guard) => [guard, ...parts]) : [[...parts]];

const only = (
  possible: readonly number[],
  protocol: FirewallMatch['protocol'],
): NonNullable<FirewallMatch['protocol']> => ({
  not: false,
  items: possible.filter((number) => !protocol || protocol.items.includes(number) !== protocol.not),
});

function withoutTcp(protocol: FirewallMatch['protocol']): NonNullable<FirewallMatch['protocol']> {
  if (!protocol) return { not: true, items: [tcp] };
  if (protocol.not) return { not: true, items: [...protocol.items, tcp] };
  return { not: false, items: protocol.items.filter((number) => number !== tcp) };
}

const protocolMatch = (protocol: FirewallMatch['protocol']): string[] => oneOf('meta l4proto', protocol);

/** @returns undefined where no packet can meet the condition */
function portMatch(end: End, ports: FirewallEnd['ports']): string[] | undefined {
  if (!ports) return [];
  const items = ports.items.map(([from, to]): Span => [BigInt(from), BigInt(to)]);
  const spans = allowedSpans(items, ports.not, lastPort);
  // Said also where every port will do: the packet must have one.
  return spans.length === 0 ? undefined : [end === 'source' ? 'th sport' : 'th dport', setOf(spans.map(spanText))];
}

/** Byte 13 of the TCP header; the two bits above the six are congestion control. */
function flagMatch({ not, items }: NonNullable<FirewallMatch['tcpFlags']>): string[] {
  const bits = firewallTcpFlags.reduce((sum, flag, index) => sum | (items.includes(flag) ? 1 << index : 0), 0);
  return ['@th,104,8 & 0x3f', not ? '!=' : '==', `0x${bits.toString(16).padStart(2, '0')}`];
}

/** Type and code are the first two bytes, of ICMP and of ICMPv6, and are asked as one number: that is what `not` turns round. */
function icmpMatch(icmp: FirewallMatch['icmp']): string[] {
  if (!icmp) return [];
  const { not, type, code } = icmp;
  return [
    code === undefined ? '@th,0,8' : '@th,0,16',
    not ? '!=' : '==',
    String(code === undefined ? type : type * 256 + code),
  ];
}
