import type { ChainBook } from './chain-book.ts';
import type { LeftOut, Moment, Settings } from './event-key.ts';

/** As they are built in, they are above what the kernel remembers: nobody asked for anything then. */
const builtInMax = { tcp: 1_000_000, udp: 1_000_000, icmp: 10_000 } as const;
type Protocol = keyof typeof builtInMax;

const words: Readonly<Record<Protocol, readonly string[]>> = { tcp: ['tcp'], udp: ['udp'], icmp: ['icmp', 'icmpv6'] };
const asked = ({ connectionsMax }: Settings): Protocol[] =>
  (Object.keys(builtInMax) as Protocol[]).filter((protocol) => connectionsMax[protocol] !== builtInMax[protocol]);

/**
 * Connections of one protocol that there may be at a time in one direction. The kernel goes through all that it
 * counts for each new connection, so a bound of some thousands costs what a packet of that protocol may cost.
 */
export function totalLines(book: ChainBook, settings: Settings, { abilities }: Moment): string[] {
  if (!abilities.has('connectionLimit')) return [];
  return asked(settings).map((protocol) => {
    const max = settings.connectionsMax[protocol];
    const meaning = { key: `state.${protocol}Max`, rule: undefined, isAlert: false, withData: false } as const;
    return `meta l4proto { ${words[protocol].join(', ')} } ct state new ct count over ${max} ${book.refuse(meaning, true)}`;
  });
}

export const leftOutOfTotals = (settings: Settings, { abilities }: Moment): LeftOut[] =>
  asked(settings).length > 0 && !abilities.has('connectionLimit')
    ? [{ kind: 'setting', name: 'firewallSettingEngineOptionConnectionsNum…Max' }]
    : [];
