import { isIPv4 } from 'node:net';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import { ChainBook, type Letter } from './chain-book.ts';
import { evasionLines, fragmentLines, fragmentMatches, leftOutOfEvasion } from './evasion.ts';
import type { Direction, Endpoint, EventKey, EventMeaning, LeftOut, Moment, Settings } from './event-key.ts';
import { blockedLines, reconnaissanceLines } from './reconnaissance.ts';
import { countInForce, isolationLines, leftOutOfRules, ruleLines } from './rules.ts';
import { fragmentBoundLines, leftOutOfSanity, sanityLines, segmentLines, smallFragmentLines } from './sanity.ts';
import { interfaceMatch, leftOutOfStateful, wheresOf, writeStateful } from './stateful.ts';
import { leftOutOfTimeouts, timeoutLines } from './timeouts.ts';
import { leftOutOfTotals, totalLines } from './totals.ts';

/** A policy as chains of nftables, all of whose names begin with one letter. */
export type RuleSet = {
  readonly letter: Letter;
  readonly text: string;
  readonly meanings: ReadonlyMap<EventKey, EventMeaning>;
  readonly leftOut: readonly LeftOut[];
  /** Rules of the policy that are in it: neither left out nor out of their hours. */
  readonly rules: number;
  /** Forwarded traffic of containers and virtual machines is ruled too. */
  readonly rulesForwarded: boolean;
};

/** Logged for each rule where the policy sets no bound. */
const eventsPerSecondMax = 1000;

/** @param policy one that is on */
export function compileRuleSet(policy: FirewallPolicy, letter: Letter, moment: Moment): RuleSet {
  const { settings } = policy;
  const book = new ChainBook({
    letter,
    isTap: settings?.networkEngineMode === 'tap',
    // Without the log, what happens is still counted and told as numbers.
    eventsPerSecondMax: moment.abilities.has('packetLog') ? (settings?.events.perSecondMax ?? eventsPerSecondMax) : 0,
    packetBytesMax: settings?.events.packetBytesMax ?? 0,
  });
  book.chain('fragments', fragmentChain(book, policy, moment));
  for (const direction of ['incoming', 'outgoing'] as const)
    book.chain(direction, directionLines(book, policy, direction, moment));
  return {
    letter,
    text: book.text,
    meanings: book.meanings,
    leftOut: leftOutOf(policy, moment),
    rules: countInForce(policy, moment),
    rulesForwarded: settings?.virtualAndContainerNetworks ?? false,
  };
}

function directionLines(book: ChainBook, policy: FirewallPolicy, direction: Direction, moment: Moment): string[] {
  const { settings } = policy;
  const chains = writeStateful(book, policy, direction, moment);
  return [
    ...managerLines(direction, moment.manager),
    ...testLines(direction, moment.surroundings.tested),
    ...(settings && direction === 'incoming' ? arrivalLines(book, settings, moment) : []),
    ...(settings ? timeoutLines(book, settings, direction, moment) : []),
    ...(settings ? evasionLines(book, settings, direction, moment) : []),
    ...(settings ? totalLines(book, settings, moment) : []),
    ...isolationLines(book, policy, direction, chains, moment),
    ...(settings ? forcedLines(settings, direction) : []),
    ...ruleLines(book, policy, direction, chains, moment),
  ];
}

function arrivalLines(book: ChainBook, settings: Settings, moment: Moment): string[] {
  return [
    ...blockedLines(book, moment),
    ...sanityLines(book, settings, moment),
    ...segmentLines(book, settings),
    ...reconnaissanceLines(book, settings, moment),
  ];
}

/** The agent's way to its manager, and nothing else of that computer. */
function managerLines(direction: Direction, manager: Endpoint | undefined): string[] {
  if (!manager) return [];
  const family = isIPv4(manager.address) ? 'ip' : 'ip6';
  return direction === 'outgoing'
    ? [`${family} daddr ${manager.address} tcp dport ${manager.port} accept`]
    : [`${family} saddr ${manager.address} tcp sport ${manager.port} tcp flags & (syn | ack) != syn accept`];
}

/** The agent's own questions, by which it finds out where the host stands. */
function testLines(direction: Direction, tested: readonly Endpoint[]): string[] {
  const user = process.getuid?.() ?? 0;
  return tested.map(({ address, port }) => {
    const family = isIPv4(address) ? 'ip' : 'ip6';
    return direction === 'outgoing'
      ? `${family} daddr ${address} tcp dport ${port} meta skuid ${user} accept`
      : `${family} saddr ${address} tcp sport ${port} ct state established ct direction reply accept`;
  });
}

/** Allowed whatever the rules say. */
function forcedLines({ forceAllow }: Settings, direction: Direction): string[] {
  const isIncoming = direction === 'incoming';
  return [
    ...(forceAllow.icmpFragmentationNeeded ? ['icmp type destination-unreachable icmp code 4 accept'] : []),
    ...(forceAllow.dnsQuery
      ? [
          isIncoming
            ? 'meta l4proto { tcp, udp } th sport 53 ct state established ct direction reply accept'
            : 'meta l4proto { tcp, udp } th dport 53 accept',
        ]
      : []),
    ...(forceAllow.dhcpClient
      ? [
          isIncoming
            ? 'meta nfproto ipv4 udp sport 67 udp dport 68 accept'
            : 'meta nfproto ipv4 udp sport 68 udp dport 67 accept',
        ]
      : []),
  ];
}

/** Before connection tracking puts fragments together. What is here goes for everything that arrives, forwarded traffic too. */
function fragmentChain(book: ChainBook, policy: FirewallPolicy, moment: Moment): string[] {
  const { settings } = policy;
  const settingsLines = (own: Settings) => [
    ...fragmentLines(book, own),
    ...smallFragmentLines(book, own),
    ...fragmentBoundLines(book, own),
  ];
  const refused = wheresOf(policy, moment.interfaces).map(({ names, stateful }, index) => {
    const meaning = { key: 'state.fragment', rule: undefined, isAlert: false, withData: false } as const;
    const lines = stateful?.denyFragments
      ? fragmentMatches.map((match) => `${match} ${book.refuse(meaning, stateful.tcp.log)}`)
      : [];
    return `${interfaceMatch('incoming', names)}goto ${book.chain(`fragments_${index}`, lines)}`;
  });
  return [...(settings ? settingsLines(settings) : []), ...refused];
}

function leftOutOf(policy: FirewallPolicy, moment: Moment): LeftOut[] {
  const { settings } = policy;
  return [
    ...leftOutOfRules(policy),
    ...leftOutOfStateful(policy, moment),
    ...(settings
      ? [
          ...leftOutOfEvasion(settings),
          ...leftOutOfSanity(settings, moment),
          ...leftOutOfTimeouts(settings, moment),
          ...leftOutOfTotals(settings, moment),
        ]
      : []),
  ];
}
