import type { FirewallPolicy, FirewallStateful } from '@sakimori/contract/policy-firewall';
import type { ChainBook } from './chain-book.ts';
import type { Direction, EventKey, LeftOut, Moment } from './event-key.ts';
import { fits } from './name-pattern.ts';

/**
 * What is asked of a packet that a rule has allowed, or that no rule refuses: whether it belongs to a connection. The kernel's connection tracking
 * answers. A policy has one configuration for all interfaces and others for some of them.
 */
export type StatefulChains = {
  /** Where an allowed packet goes on; ends with accept. */
  readonly allowed: string;
  /** The same for a packet that a rule without a port of this side allows: of UDP and ICMP only answers pass. */
  readonly answers: string;
  /** Matches of packets that answer what this host has sent; they pass although no allow rule means them. */
  readonly replies: readonly string[];
};

type Where = { readonly names: readonly string[]; readonly stateful: FirewallStateful | null };

export function writeStateful(
  book: ChainBook,
  policy: FirewallPolicy,
  direction: Direction,
  moment: Moment,
): StatefulChains {
  const wheres = wheresOf(policy, moment.interfaces);
  const told = connectionEvents(book, policy);
  const names = wheres.map((where, index) => writeOne(book, where.stateful, direction, moment, index, told));
  const dispatch = (which: 'allowed' | 'answers') =>
    wheres.map((where, index) => `${interfaceMatch(direction, where.names)}goto ${names[index]![which]}`);
  return {
    allowed: book.chain(`allowed_${direction}`, dispatch('allowed')),
    answers: book.chain(`answers_${direction}`, dispatch('answers')),
    replies: repliesOf(wheres, direction),
  };
}

/** Interfaces with an entry of their own, and at the end all others. */
export const wheresOf = (policy: FirewallPolicy, present: readonly string[]): Where[] => [
  ...namedOf(policy, present),
  { names: [], stateful: policy.stateful ?? null },
];

/** The first entry whose pattern fits an interface's name holds there. Patterns are worked out against the interfaces that there are. */
function namedOf({ interfaces = [] }: FirewallPolicy, present: readonly string[]): Where[] {
  const left = new Set(present);
  return interfaces.flatMap(({ patterns, stateful }) => {
    const names = [...left].filter((name) => patterns.some((pattern) => fits(pattern, name)));
    for (const name of names) left.delete(name);
    return names.length > 0 ? [{ names, stateful }] : [];
  });
}

export function interfaceMatch(direction: Direction, names: readonly string[]): string {
  if (names.length === 0) return '';
  const word = direction === 'incoming' ? 'iifname' : 'oifname';
  return `${word} { ${names.map((name) => `"${name}"`).join(', ')} } `;
}

function writeOne(
  book: ChainBook,
  stateful: FirewallStateful | null,
  direction: Direction,
  moment: Moment,
  index: number,
  told: readonly string[],
): { allowed: string; answers: string } {
  const plain = `state_${direction}_${index}`;
  const lines = stateful
    ? [
        ...connectionLines(book, stateful, direction, moment),
        ...halfOpenLines(book, stateful, direction, index),
        ...limitLines(book, stateful, direction, moment, index),
      ]
    : [];
  const allowed = book.chain(plain, [...lines, ...told, 'accept']);
  const asks = stateful && direction === 'incoming' ? answerLines(book, stateful) : [];
  return { allowed, answers: book.chain(`${plain}_answers`, [...asks, `goto ${allowed}`]) };
}

/** Each new connection that is let through is told, where the settings ask for it. */
function connectionEvents(book: ChainBook, { settings }: FirewallPolicy): string[] {
  const events = settings?.connectionEvents;
  const matches = { tcp: 'meta l4proto tcp', udp: 'meta l4proto udp', icmp: 'meta l4proto { icmp, icmpv6 }' } as const;
  return (['tcp', 'udp', 'icmp'] as const)
    .filter((protocol) => events?.[protocol])
    .map((protocol) => {
      const meaning = { key: `connection.${protocol}`, rule: undefined, isAlert: false, withData: false } as const;
      return `${matches[protocol]} ct state new ${book.tell(meaning)}`;
    });
}

const refusal = (book: ChainBook, key: EventKey, isLogged: boolean): string =>
  book.refuse({ key, rule: undefined, isAlert: false, withData: false }, isLogged);

/** What this host sends without a connection is a matter of the setting about evasion; what comes in is looked at here. */
function connectionLines(
  book: ChainBook,
  { tcp, udp, icmp, denyCongestionFlags }: FirewallStateful,
  direction: Direction,
  { isSettling }: Moment,
): string[] {
  const congestion = denyCongestionFlags
    ? [`tcp flags & (ecn | cwr) != 0 ${refusal(book, 'state.congestion', tcp.log)}`]
    : [];
  if (direction === 'outgoing') return congestion;
  const beginning = 'tcp flags & (fin | syn | rst | ack) != syn ct state new';
  return [
    ...congestion,
    ...(tcp.inspect ? [`meta l4proto tcp ct state invalid ${refusal(book, 'state.tcp', tcp.log)}`] : []),
    ...(tcp.inspect && !isSettling ? [`${beginning} ${refusal(book, 'state.tcp', tcp.log)}`] : []),
    ...(udp.inspect ? [`meta l4proto udp ct state invalid ${refusal(book, 'state.udp', udp.log)}`] : []),
    ...(icmp.inspect
      ? [`meta l4proto { icmp, icmpv6 } ct state invalid ${refusal(book, 'state.icmp', icmp.log)}`]
      : []),
  ];
}

const answerLines = (book: ChainBook, { udp, icmp }: FirewallStateful): string[] => [
  ...(udp.inspect ? [`meta l4proto udp ct state new ${refusal(book, 'state.udp', udp.log)}`] : []),
  ...(icmp.inspect ? [`meta l4proto icmp ct state new ${refusal(book, 'state.icmp', icmp.log)}`] : []),
];

/** Connections of TCP with one other computer at a time. */
function limitLines(
  book: ChainBook,
  { incomingConnectionsMax, outgoingConnectionsMax, tcp }: FirewallStateful,
  direction: Direction,
  { abilities }: Moment,
  index: number,
): string[] {
  const max = direction === 'incoming' ? incomingConnectionsMax : outgoingConnectionsMax;
  if (max === undefined || !abilities.has('connectionLimit')) return [];
  const end = direction === 'incoming' ? 'saddr' : 'daddr';
  return (['ip', 'ip6'] as const).map((family) => {
    const type = family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
    const set = book.set(`peers_${direction}_${index}_${family}`, [`type ${type}`, 'size 65535', 'flags dynamic']);
    const match = `${newTcp} add @${set} { ${family} ${end} ct count over ${max} }`;
    return `${match} ${refusal(book, `state.${direction}Max`, tcp.log)}`;
  });
}

/** The set of addresses that have too many connections waiting to be finished, of the configuration at this place of `wheresOf`. */
export const halfOpenSet = (index: number, family: 'ip' | 'ip6'): string => `half_open_${index}_${family}`;

/** How many one other computer may have waiting, by the place of the configuration. */
export const halfOpenLimits = (
  policy: FirewallPolicy,
  interfaces: readonly string[],
): { index: number; max: number }[] =>
  wheresOf(policy, interfaces).flatMap(({ stateful }, index) =>
    stateful?.halfOpenConnectionsMax === undefined ? [] : [{ index, max: stateful.halfOpenConnectionsMax }],
  );

const newTcp = 'tcp flags & (fin | syn | rst | ack) == syn ct state new';

/** The agent counts who has how many connections waiting, and names those that have too many in a set. */
function halfOpenLines(book: ChainBook, stateful: FirewallStateful, direction: Direction, index: number): string[] {
  if (stateful.halfOpenConnectionsMax === undefined || direction === 'outgoing') return [];
  return (['ip', 'ip6'] as const).map((family) => {
    const type = family === 'ip' ? 'ipv4_addr' : 'ipv6_addr';
    const set = book.set(halfOpenSet(index, family), [`type ${type}`, 'size 65535', 'flags timeout']);
    return `${newTcp} ${family} saddr @${set} ${refusal(book, 'state.halfOpenMax', stateful.tcp.log)}`;
  });
}

/** Where a protocol is not inspected, nothing is known of its connections. */
function repliesOf(wheres: readonly Where[], direction: Direction): string[] {
  // An interface with an entry of its own is not meant by the one for all.
  const named = wheres.flatMap(({ names }) => names);
  return wheres.flatMap(({ names, stateful }) => {
    const protocols = [
      ...(stateful?.tcp.inspect ? ['tcp'] : []),
      ...(stateful?.udp.inspect ? ['udp'] : []),
      ...(stateful?.icmp.inspect ? ['icmp', 'icmpv6'] : []),
    ];
    if (protocols.length === 0) return [];
    const others = interfaceMatch(direction, named).replace('{', '!= {');
    const where = names.length > 0 ? interfaceMatch(direction, names) : others;
    const what = `meta l4proto { ${protocols.join(', ')} }`;
    return [
      `${where}${what} ct state established ct direction reply`,
      // An error that ICMP tells about such a packet.
      ...(stateful?.icmp.inspect ? [`${where}meta l4proto { icmp, icmpv6 } ct state related`] : []),
    ];
  });
}

/** What of these configurations the kernel cannot do. */
export function leftOutOfStateful(policy: FirewallPolicy, { abilities }: Moment): LeftOut[] {
  const all = [policy.stateful, ...(policy.interfaces ?? []).map(({ stateful }) => stateful)];
  const asks = (what: (one: FirewallStateful) => unknown) => all.some((one) => one && what(one) !== undefined);
  const isLimited = asks((one) => one.incomingConnectionsMax) || asks((one) => one.outgoingConnectionsMax);
  return [
    ...(isLimited && !abilities.has('connectionLimit')
      ? [{ kind: 'setting', name: 'maxIncomingConnections, maxOutgoingConnections' } as const]
      : []),
  ];
}
