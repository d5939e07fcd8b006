import type { firewallTimeouts } from '@sakimori/contract/policy-firewall';
import type { ChainBook } from './chain-book.ts';
import type { Direction, LeftOut, Moment, Settings } from './event-key.ts';

type Timeout = (typeof firewallTimeouts)[number];

/** The kernel's names of the states; it has one for both ways of closing. */
const tcpStates: Readonly<Partial<Record<Timeout, string>>> = {
  synSent: 'syn_sent',
  synRcvd: 'syn_recv',
  established: 'established',
  finWait1: 'fin_wait',
  closeWait: 'close_wait',
  lastAck: 'last_ack',
  close: 'close',
};
/** What the policy says of states that the kernel has no own time for, as it is built in: nobody asked for anything then. */
const builtInMs = { closing: 1000, icmp: 60_000 } as const;

/** How long connections are remembered: set on the first packet of each. */
export function timeoutLines(
  book: ChainBook,
  settings: Settings,
  direction: Direction,
  { abilities }: Moment,
): string[] {
  if (!abilities.has('timeouts')) return [];
  const { timeoutMs } = settings;
  const tcp = Object.entries(tcpStates).map(([state, name]) => `${name} : ${seconds(timeoutMs[state as Timeout])}`);
  const udp = [`unreplied : ${seconds(timeoutMs.udp)}`, `replied : ${seconds(timeoutMs.udp)}`];
  return (['ip', 'ip6'] as const).flatMap((family) =>
    Object.entries({ tcp, udp }).map(([protocol, states]) => {
      const name = book.object('ct timeout', `${protocol}_${family}_${direction}`, [
        `protocol ${protocol}`,
        `l3proto ${family}`,
        `policy = { ${states.join(', ')} }`,
      ]);
      const version = family === 'ip' ? 'ipv4' : 'ipv6';
      return `meta nfproto ${version} meta l4proto ${protocol} ct state new ct timeout set "${name}"`;
    }),
  );
}

/** A connection is remembered for a second at least. */
const seconds = (milliseconds: number): number => Math.max(1, Math.round(milliseconds / 1000));

export const leftOutOfTimeouts = (settings: Settings, { abilities }: Moment): LeftOut[] => [
  ...(abilities.has('timeouts') ? [] : [{ kind: 'setting', name: 'firewallSettingEngineOption…Timeout' } as const]),
  ...Object.entries(builtInMs)
    .filter(([state, builtIn]) => settings.timeoutMs[state as Timeout] !== builtIn)
    .map(([state]) => ({ kind: 'setting', name: `firewallSettingEngineOption${capital(state)}Timeout` }) as const),
];

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
