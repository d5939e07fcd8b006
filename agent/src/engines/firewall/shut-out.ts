import { isIPv4 } from 'node:net';
import type { EngineHost } from '../engine.ts';
import { type Letter, tableName } from './compile/chain-book.ts';
import type { Nft } from './nft.ts';

const addressesMax = 10_000;

/** Addresses that are shut out for a while because they have been found scanning. The kernel forgets them by itself. */
export class ShutOut {
  readonly #host: EngineHost;
  readonly #nft: Nft;
  readonly #untilMs = new Map<string, number>();

  constructor(host: EngineHost, nft: Nft) {
    this.#host = host;
    this.#nft = nft;
  }

  get size(): number {
    return this.secondsLeft().size;
  }

  /** So that it stays shut out when other rules come in force, and is counted. */
  note(address: string, durationMs: number): void {
    if (this.#untilMs.size < addressesMax) this.#untilMs.set(address, this.#host.clock.monotonicMs() + durationMs);
  }

  async tellKernel(address: string, durationMs: number, letter: Letter): Promise<void> {
    const set = `${letter}_blocked_${isIPv4(address) ? 'ip' : 'ip6'}`;
    const seconds = Math.ceil(durationMs / 1000);
    try {
      await this.#nft.apply(`add element inet ${tableName} ${set} { ${address} timeout ${seconds}s }\n`);
    } catch (error) {
      this.#host.log('warn', `${address} could not be shut out: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Address → seconds that are left. */
  secondsLeft(): ReadonlyMap<string, number> {
    const nowMs = this.#host.clock.monotonicMs();
    for (const [address, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(address);
    return new Map([...this.#untilMs].map(([address, untilMs]) => [address, Math.ceil((untilMs - nowMs) / 1000)]));
  }
}
