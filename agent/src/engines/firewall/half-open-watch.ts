import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import { readAddress } from '../../inventory/proc-net.ts';
import { interfaceNames, readText } from '../../surroundings/index.ts';
import type { EngineHost } from '../engine.ts';
import { type Letter, tableName } from './compile/chain-book.ts';
import { halfOpenLimits, halfOpenSet } from './compile/stateful.ts';
import type { Nft } from './nft.ts';

const lookMs = 1000;
/** A source that has too many begins nothing for so long; it is named again as long as it has. */
const heldSeconds = 5;
const namedMax = 1000;
/** Connections of proc_net_tcp(5) that wait for the other end's last word. */
const halfOpenState = '03';

/**
 * Keeps connections that one other computer begins and does not finish below a number. nftables counts whole connections alone, so once a second the
 * kernel's own table of sockets is looked at, and who has too many is put in a set that the rules know.
 */
export class HalfOpenWatch {
  readonly #host: EngineHost;
  readonly #nft: Nft;
  #cancel: (() => void) | undefined;

  constructor(host: EngineHost, nft: Nft) {
    this.#host = host;
    this.#nft = nft;
  }

  /** @param policy the one in force, under this letter */
  follow(policy: FirewallPolicy, letter: Letter): void {
    this.stop();
    const limits = halfOpenLimits(policy, interfaceNames());
    if (limits.length === 0) return;
    const look = async (): Promise<void> => {
      const lines = elements(limits, letter, countHalfOpen());
      if (lines.length > 0)
        await this.#nft.apply(lines.join('')).catch((error: Error) => this.#host.log('warn', error.message));
      if (this.#cancel) this.#cancel = this.#host.clock.after(lookMs, () => void look());
    };
    this.#cancel = this.#host.clock.after(lookMs, () => void look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

function elements(
  limits: ReturnType<typeof halfOpenLimits>,
  letter: Letter,
  counted: ReadonlyMap<string, number>,
): string[] {
  return limits.flatMap(({ index, max }) =>
    (['ip', 'ip6'] as const).flatMap((family) => {
      const found = [...counted]
        .filter(([address, count]) => count >= max && address.includes(':') === (family === 'ip6'))
        .slice(0, namedMax)
        .map(([address]) => `${address} timeout ${heldSeconds}s`);
      const set = `${letter}_${halfOpenSet(index, family)}`;
      return found.length > 0 ? [`add element inet ${tableName} ${set} { ${found.join(', ')} }\n`] : [];
    }),
  );
}

/** Address → connections that it has begun and not finished. */
export function countHalfOpen(read = readText): Map<string, number> {
  const counted = new Map<string, number>();
  for (const path of ['/proc/net/tcp', '/proc/net/tcp6'])
    for (const line of read(path).split('\n')) {
      const [, , remote, state] = line.trim().split(/\s+/);
      if (state !== halfOpenState || !remote) continue;
      const address = readAddress(remote.split(':')[0]!);
      counted.set(address, (counted.get(address) ?? 0) + 1);
    }
  return counted;
}
