import { isIPv4 } from 'node:net';
import type { firewallProbes } from '@sakimori/contract/policy-firewall';
import type { ChainBook } from './chain-book.ts';
import type { Moment, Settings } from './event-key.ts';

type Probe = (typeof firewallProbes)[number];

const flags = 'tcp flags & (fin | syn | rst | psh | ack | urg)';
/** Single packets that give a probe away. */
const signs: Readonly<Partial<Record<Probe, readonly string[]>>> = {
  tcpNullScan: [`meta l4proto tcp ${flags} == 0`],
  // The same flags with more of them are how a system is told by its answer, below.
  tcpSynFinScan: [`${flags} == (syn | fin)`],
  tcpXmasAttack: [`${flags} == (fin | psh | urg)`],
  fingerprintProbe: [`${flags} == (fin | syn | psh | urg)`, 'icmp type echo-request icmp code 9'],
};
/** One source's ports are told once in this time, so that an ordinary client costs one event. */
const portSeconds = 60;

/** Looked at before anything is refused: what a scan finds closed is what it is known by. */
export function reconnaissanceLines(book: ChainBook, settings: Settings, moment: Moment): string[] {
  const { reconnaissance } = settings;
  if (!reconnaissance.enabled) return [];
  const lines = [
    ...Object.entries(signs).flatMap(([probe, matches]) => signLines(book, settings, moment, probe as Probe, matches)),
    ...(reconnaissance.probes.networkOrPortScan.detect ? scanLines(book) : []),
  ];
  if (lines.length === 0) return [];
  const chain = book.chain('probes', lines);
  return sourceMatches(reconnaissance).map((match) => `${match} jump ${chain}`.trim());
}

function signLines(
  book: ChainBook,
  { reconnaissance }: Settings,
  moment: Moment,
  probe: Probe,
  matches: readonly string[],
): string[] {
  const { detect, notify, blockMs } = reconnaissance.probes[probe];
  if (!detect) return [];
  const meaning = { key: `probe.${probe}`, rule: undefined, isAlert: notify, withData: false } as const;
  const told = book.tell(meaning, blockMs > 0 && !book.isTap ? blocks(book, blockMs, moment) : []);
  return matches.map((match) => `${match} ${told}`);
}

/** A new connection to a port that this source has not asked for lately; the agent counts the ports. */
function scanLines(book: ChainBook): string[] {
  const meaning = { key: 'probe.networkOrPortScan', rule: undefined, isAlert: false, withData: false } as const;
  const told = book.tell(meaning);
  return (['ip', 'ip6'] as const).map((family) => {
    const type = family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
    const set = book.set(`ports_${family}`, [
      `type ${type} . inet_proto . inet_service`,
      'size 65535',
      'flags dynamic,timeout',
      `timeout ${portSeconds}s`,
    ]);
    const key = `${family} saddr . meta l4proto . th dport`;
    return `meta l4proto { tcp, udp } ct state new ${key} != @${set} add @${set} { ${key} } ${told}`;
  });
}

/** Of which sources probes are looked for: one match for each family, none of them twice. */
function sourceMatches({ sources, ignoredSources }: Settings['reconnaissance']): string[] {
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const own = (addresses: readonly string[]) =>
      addresses.filter((address) => isIPv4(address.split(/[-/]/)[0] ?? '') === (family === 'ip'));
    const [wanted, ignored] = [sources && own(sources), own(ignoredSources)];
    if (wanted?.length === 0) return [];
    return [
      [
        `meta nfproto ${family === 'ip' ? 'ipv4' : 'ipv6'}`,
        ...(wanted ? [`${family} saddr { ${wanted.join(', ')} }`] : []),
        ...(ignored.length > 0 ? [`${family} saddr != { ${ignored.join(', ')} }`] : []),
      ].join(' '),
    ];
  });
}

/** The manager is not shut out, whoever writes its address on a packet. */
function blocks(book: ChainBook, blockMs: number, { manager }: Moment): string[] {
  const seconds = Math.max(1, Math.ceil(blockMs / 1000));
  const spared = (family: 'ip' | 'ip6') =>
    manager && isIPv4(manager.address) === (family === 'ip') ? `${family} saddr != ${manager.address} ` : '';
  return [
    `${spared('ip')}add @${book.name('blocked_ip')} { ip saddr timeout ${seconds}s }`,
    `${spared('ip6')}add @${book.name('blocked_ip6')} { ip6 saddr timeout ${seconds}s }`,
  ];
}

/** Sources that are shut out for a while; the first thing that is asked. */
export function blockedLines(book: ChainBook, { blocked }: Moment): string[] {
  const meaning = { key: 'blocked.source', rule: undefined, isAlert: false, withData: false } as const;
  return (['ip', 'ip6'] as const).map((family) => {
    const own = [...blocked].filter(([address]) => isIPv4(address) === (family === 'ip'));
    const elements = own.map(([address, seconds]) => `${address} timeout ${seconds}s`).join(', ');
    const set = book.set(`blocked_${family}`, [
      `type ${family === 'ip' ? 'ipv4_addr' : 'ipv6_addr'}`,
      'size 65535',
      'flags dynamic,timeout',
      ...(elements ? [`elements = { ${elements} }`] : []),
    ]);
    return `${family} saddr @${set} ${book.refuse(meaning, true)}`;
  });
}
