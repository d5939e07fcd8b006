import type { firewallSanityChecks } from '@sakimori/contract/policy-firewall';
import type { ChainBook } from './chain-book.ts';
import type { LeftOut, Moment, Settings } from './event-key.ts';

type Check = Exclude<(typeof firewallSanityChecks)[number], 'allowNullIp' | 'dropIpv6SmallFragments'>;

/** 6to4 addresses (RFC 3056) that hold an IPv4 address nobody can have on the Internet (RFC 6890). */
const bogonsIn6to4 = [
  '2002:0000::/24',
  '2002:0a00::/24',
  '2002:7f00::/24',
  '2002:a9fe::/32',
  '2002:ac10::/28',
  '2002:c0a8::/32',
  '2002:e000::/19',
];
/** Loopback, mapped IPv4, the old ORCHID, documentation, the old 6bone (RFC 6890, RFC 3701); not `::`, which a host has before it has an address. */
const bogons = ['::1', '::ffff:0:0/96', '2001:10::/28', '2001:db8::/32', '3ffe::/16'];
/** What IANA has given to nobody: all but global unicast, unique local, link-local, site-local, multicast and the block of `::`. */
const reserved = [
  '100::-1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  '4000::-fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe00::-fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];

const from = (addresses: readonly string[]): string => `ip6 saddr { ${addresses.join(', ')} }`;
const eleven = Array.from({ length: 11 }, (_, index) => index + 5);

const checks: Readonly<Record<Check, readonly string[]>> = {
  // The source of what arrives from outside is then an address of this host.
  blockSameSourceDestination: ['fib saddr type local'],
  blockIpv6: ['meta nfproto ipv6'],
  dropZeroPayload: [
    ...eleven.map((words) => `ip hdrlength ${words} ip length ${words * 4}`),
    'ip6 length 0 ip6 nexthdr != 0',
  ],
  // RFC 4380: behind the head of UDP comes IPv6, or one of two indications.
  dropTeredoAnomalies: ['udp dport 3544 udp length > 12 @th,64,4 != 6 @th,64,16 != { 0, 1 }'],
  drop6To4Bogons: [from(bogonsIn6to4)],
  dropIpv6Bogons: [from(bogons)],
  dropIpv6Reserved: [from(reserved)],
  dropIpv6SiteLocal: [from(['fec0::/10'])],
  dropIpv6RoutingType0: ['rt type 0'],
};

/** Packets that no sane computer sends, of those that arrive. The policy says whether they are refused or only told. */
export function sanityLines(book: ChainBook, settings: Settings, { abilities }: Moment): string[] {
  const lines = Object.entries(checks)
    .filter(([check]) => settings.sanity[check as Check])
    .filter(([check]) => check !== 'blockSameSourceDestination' || abilities.has('localAddress'))
    .filter(([check]) => check !== 'dropIpv6RoutingType0' || abilities.has('routing'))
    .flatMap(([check, matches]) => matches.map((match) => `${match} ${verdictOn(book, settings, check as Check)}`));
  return settings.sanity.allowNullIp ? lines : [...nullLines(book, settings), ...lines];
}

/** A host that asks for its address by DHCP has none yet. */
const nullLines = (book: ChainBook, settings: Settings): string[] => [
  `ip saddr 0.0.0.0 udp dport != 67 ${verdictOn(book, settings, 'allowNullIp')}`,
  `ip saddr 0.0.0.0 meta l4proto != { udp, igmp } ${verdictOn(book, settings, 'allowNullIp')}`,
];

/** Fragments below the smallest size that IPv6 lets a link have, but for the last; asked before they are put together. */
export const smallFragmentLines = (book: ChainBook, settings: Settings): string[] =>
  settings.sanity.dropIpv6SmallFragments
    ? [`frag more-fragments 1 ip6 length < 1240 ${verdictOn(book, settings, 'dropIpv6SmallFragments')}`]
    : [];

/** Places of a fragment are counted in units of eight bytes. */
const unitBytes = 8;

/**
 * First fragments too small to hold what rules ask for, and later ones that would write over it; asked before they are put together. Of IPv6, `length` is
 * what follows the head of 40 bytes.
 */
export function fragmentBoundLines(book: ChainBook, settings: Settings): string[] {
  const { sizeMin = 0, offsetMin = 0 } = settings.fragments ?? {};
  const last = Math.ceil(offsetMin / unitBytes) - 1;
  const size = verdictOn(book, settings, 'fragmentSize');
  const offset = verdictOn(book, settings, 'fragmentOffset');
  return [
    ...(sizeMin > 0 ? [`ip frag-off & 0x3fff == 0x2000 ip length < ${sizeMin} ${size}`] : []),
    ...(sizeMin > 40 ? [`frag more-fragments 1 frag frag-off 0 ip6 length < ${sizeMin - 40} ${size}`] : []),
    ...(last > 0 ? [`ip frag-off & 0x1fff { 1-${last} } ${offset}`, `frag frag-off 1-${last} ${offset}`] : []),
  ];
}

/** A peer that allows next to nothing in a segment makes much work of little. */
export const segmentLines = (book: ChainBook, settings: Settings): string[] =>
  settings.tcpMssMin
    ? [
        `tcp flags & (syn | rst) == syn tcp option maxseg size < ${settings.tcpMssMin} ${verdictOn(book, settings, 'tcpMss')}`,
      ]
    : [];

type AnyCheck = (typeof firewallSanityChecks)[number] | 'fragmentSize' | 'fragmentOffset' | 'tcpMss';

function verdictOn(book: ChainBook, settings: Settings, check: AnyCheck): string {
  const meaning = { key: `sanity.${check}`, rule: undefined, isAlert: false, withData: false } as const;
  return settings.failureResponse.packetSanity === 'open' && check !== 'blockIpv6'
    ? book.tell(meaning)
    : book.refuse(meaning, true);
}

export const leftOutOfSanity = (settings: Settings, { abilities }: Moment): LeftOut[] => [
  ...(settings.sanity.blockSameSourceDestination && !abilities.has('localAddress')
    ? [{ kind: 'setting', name: 'firewallSettingEngineOptionBlockSameSrcDstIpEnabled' } as const]
    : []),
  ...(settings.sanity.dropIpv6RoutingType0 && !abilities.has('routing')
    ? [{ kind: 'setting', name: 'firewallSettingEngineOptionDropIpv6ExtType0Enabled' } as const]
    : []),
];
