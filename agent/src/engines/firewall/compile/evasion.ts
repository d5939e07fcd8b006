import type { firewallEvasions } from '@sakimori/contract/policy-firewall';
import type { ChainBook } from './chain-book.ts';
import type { Direction, LeftOut, Moment, Settings } from './event-key.ts';

type Evasion = (typeof firewallEvasions)[number];

/** A SYN that carries data, for every length that the two headers can have: nftables compares and does not add. */
const synWithData: readonly string[] = Array.from({ length: 11 }, (_, index) => index + 5).flatMap((words) => [
  ...Array.from({ length: 11 }, (_, index) => index + 5).map(
    (header) => `tcp doff ${words} ip hdrlength ${header} ip length > ${(words + header) * 4}`,
  ),
  `tcp doff ${words} meta nfproto ipv6 ip6 nexthdr tcp ip6 length > ${words * 4}`,
]);

/** Packets that arrive. A fragment is put together before anything else is asked, so it is looked at in a chain of its own. */
const incoming: Readonly<Partial<Record<Evasion, readonly string[]>>> = {
  tcpZeroFlags: ['meta l4proto tcp tcp flags & (fin | syn | rst | psh | ack | urg) == 0'],
  tcpCongestionFlags: ['tcp flags & (ecn | cwr) != 0'],
  tcpUrgentFlags: ['tcp flags & urg == urg'],
  tcpSynFinFlags: ['tcp flags & (syn | fin) == (syn | fin)'],
  tcpSynRstFlags: ['tcp flags & (syn | rst) == (syn | rst)'],
  tcpRstFinFlags: ['tcp flags & (rst | fin) == (rst | fin)'],
  // The other side answers a SYN with a SYN of its own.
  tcpSplitHandshake: ['ct direction reply tcp flags & (syn | ack) == syn'],
  rstNoConnection: ['tcp flags & rst == rst ct state { new, invalid }'],
  finNoConnection: ['tcp flags & fin == fin ct state { new, invalid }'],
  tcpChecksum: ['meta l4proto tcp ct state invalid'],
};
const outgoing: Readonly<Partial<Record<Evasion, readonly string[]>>> = {
  outNoConnection: ['meta l4proto tcp ct state invalid', 'tcp flags & (fin | syn | rst | ack) != syn ct state new'],
};

/** Fragments, as they are before connection tracking puts them together. */
export const fragmentMatches = ['ip frag-off & 0x3fff != 0', 'exthdr frag exists'] as const;

export function evasionLines(book: ChainBook, settings: Settings, direction: Direction, moment: Moment): string[] {
  const checks = direction === 'incoming' ? incoming : outgoing;
  // What has no beginning yet may only be older than the firewall.
  const skipped = moment.isSettling ? ['rstNoConnection', 'finNoConnection', 'outNoConnection'] : [];
  const lines = Object.entries(checks)
    .filter(([check]) => !skipped.includes(check))
    .flatMap(([check, matches]) => linesOf(book, settings, check as Evasion, matches));
  return direction === 'incoming' ? [...lines, ...synLines(book, settings)] : lines;
}

/** In a chain of its own: only a SYN is asked for all those lengths. */
function synLines(book: ChainBook, settings: Settings): string[] {
  const lines = linesOf(book, settings, 'tcpSynWithData', synWithData);
  if (lines.length === 0) return [];
  return [`tcp flags & (syn | ack) == syn jump ${book.chain('syn_with_data', lines)}`];
}

export const fragmentLines = (book: ChainBook, settings: Settings): string[] =>
  linesOf(book, settings, 'fragmentedPackets', fragmentMatches);

function linesOf(book: ChainBook, settings: Settings, check: Evasion, matches: readonly string[]): string[] {
  const answer = settings.antiEvasion[check];
  if (answer === 'allow' || answer === 'ignore') return [];
  const meaning = { key: `evasion.${check}`, rule: undefined, isAlert: false, withData: false } as const;
  const verdict = answer === 'deny' ? book.refuse(meaning, true) : book.tell(meaning);
  return matches.map((match) => `${match} ${verdict}`);
}

/** The kernel's own TCP sees to these, silently: nothing of it can be asked from outside. */
const unseen = ['paws', 'tcpPawsZero', 'evasiveRetransmit'] as const;

export const leftOutOfEvasion = (settings: Settings): LeftOut[] =>
  unseen
    .filter((check) => ['deny', 'log-only'].includes(settings.antiEvasion[check]))
    .map((check) => ({ kind: 'setting', name: `firewallSettingAntiEvasionCheck${capital(check)}` }));

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
