import { readFileSync, rmSync } from 'node:fs';
import { isIP, isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { HostTaskFacts } from '@sakimori/contract/host-task';
import { ownRule } from '@sakimori/contract/rule-names';
import { toInstant } from '../../clock.ts';
import { writeFileAtomically } from '../../write-file.ts';
import type { DetectionDraft, EngineHost } from '../engine.ts';
import type { Endpoint } from './compile/event-key.ts';
import type { Nft } from './nft.ts';

/** The table of a host that is cut off. It stands by itself: rules of the policy come and go beside it. */
export const isolationTable = 'sakimori_isolation';
/** What leaves is asked before everything else; what arrives, when translated addresses are put back (100), so that the manager is known by the address the agent asked for. */
const priorities = { input: 150, output: -300, forward: -300 } as const;
const key = 'isolation';
const probesMax = 2;
const probeMs = 10_000;

type Kept = {
  readonly untilMs: number;
  readonly manager: Endpoint;
  readonly resolvers: readonly string[];
  readonly by: string;
  readonly reason: string;
};

/**
 * Cuts a host off from everything but its manager, for a time. The kernel holds that time itself: when it is over everything passes as before,
 * whatever has become of the agent. A restart of the agent or of the host begins where it was.
 */
export class Isolation {
  readonly #host: EngineHost;
  readonly #nft: Nft;
  #listing: string | undefined;

  constructor(host: EngineHost, nft: Nft) {
    this.#host = host;
    this.#nft = nft;
  }

  /** When it ends; `undefined`: the host is not cut off. */
  get untilMs(): number | undefined {
    const kept = this.#kept;
    return kept && kept.untilMs > this.#host.clock.nowMs() ? kept.untilMs : undefined;
  }

  /**
   * @param facts `minutes`, `dns` (whether the host's own resolvers may be asked), `by`, `reason`
   * @returns a sentence for a person. @throws Error where the manager cannot be reached under it: then it is lifted at once; NftFault
   */
  async isolate(facts: HostTaskFacts): Promise<string> {
    const minutes = Number(facts['minutes'] ?? 60);
    const manager = await this.#host.manager.reach(probeMs);
    const kept: Kept = {
      untilMs: this.#host.clock.nowMs() + minutes * 60_000,
      manager: { address: manager.address, port: manager.port },
      resolvers: facts['dns'] === true ? resolvers() : [],
      by: String(facts['by'] ?? ''),
      reason: String(facts['reason'] ?? ''),
    };
    // Only as long as two attempts to reach the manager take, until one has worked.
    await this.#nft.apply(isolationText(kept, 60));
    const fault = await this.#probe();
    if (fault !== undefined) {
      await this.#nft.apply(removalText);
      throw new Error(`The manager cannot be reached from an isolated host (${fault}), so the isolation was lifted.`);
    }
    await this.#host.report([draftOf('firewall.isolated', kept)], { [key]: JSON.stringify(kept) });
    this.#save(kept);
    await this.#put(kept);
    return `Isolated until ${toInstant(kept.untilMs)}.`;
  }

  /** @returns a sentence for a person. @throws NftFault */
  async release(facts: HostTaskFacts): Promise<string> {
    const kept = this.#kept;
    if (!kept) return 'The host was not isolated.';
    await this.#lift({ ...kept, by: String(facts['by'] ?? ''), reason: String(facts['reason'] ?? '') });
    return 'Everything passes again as before.';
  }

  /** After a start, and every few seconds: what should stand in the kernel stands there, and what is over is told. @throws NftFault */
  async look(): Promise<void> {
    const kept = this.#kept;
    if (!kept) return;
    if (this.untilMs === undefined) return this.#lift({ ...kept, by: '', reason: 'its time is over' });
    const there = await this.#nft.list(isolationTable);
    if (there === undefined || there !== this.#listing) await this.#put(kept);
  }

  get #kept(): Kept | undefined {
    const text = this.#host.recall(key);
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }

  async #put(kept: Kept): Promise<void> {
    const seconds = Math.ceil((kept.untilMs - this.#host.clock.nowMs()) / 1000);
    await this.#nft.apply(isolationText(kept, Math.max(1, seconds)));
    this.#listing = await this.#nft.list(isolationTable);
  }

  /** For the unit that runs before the network of the host is up, long before the agent. */
  #save(kept: Kept): void {
    const [until, saved] = [kept.untilMs, this.#host.clock.nowMs()].map((ms) => Math.ceil(ms / 1000));
    try {
      writeFileAtomically(this.#savedPath, `# until ${until} saved ${saved}\n${isolationText(kept, '@SECONDS@')}`);
    } catch (error) {
      // On a full disk the isolation holds all the same, until a restart; then the agent puts it back a little later.
      this.#host.log(
        'warn',
        `the isolation is not kept for a restart: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  get #savedPath(): string {
    return join(this.#host.dataFolder, 'isolation.nft');
  }

  async #lift(told: Kept): Promise<void> {
    rmSync(this.#savedPath, { force: true });
    await this.#nft.apply(removalText);
    this.#listing = undefined;
    await this.#host.report([draftOf('firewall.released', told)], { [key]: undefined });
  }

  async #probe(): Promise<string | undefined> {
    let fault = 'no answer';
    for (let turn = 0; turn < probesMax; turn += 1) {
      try {
        await this.#host.manager.reach(probeMs);
        return undefined;
      } catch (error) {
        fault = error instanceof Error ? error.message : String(error);
      }
    }
    return fault;
  }
}

const removalText = `table inet ${isolationTable}\ndelete table inet ${isolationTable}\n`;

/** Besides the manager only what an address needs to stay: neighbours (RFC 4861) and DHCP. */
function isolationText({ manager, resolvers: names }: Kept, seconds: number | string): string {
  const family = isIPv4(manager.address) ? 'ip' : 'ip6';
  const toManager = `${family} daddr ${manager.address} tcp dport ${manager.port} accept`;
  const fromManager = `${family} saddr ${manager.address} tcp sport ${manager.port} tcp flags & (syn | ack) != syn accept`;
  const dns = (end: 'saddr' | 'daddr', port: 'sport' | 'dport') =>
    names.flatMap((name) =>
      ['udp', 'tcp'].map((protocol) => `${isIPv4(name) ? 'ip' : 'ip6'} ${end} ${name} ${protocol} ${port} 53 accept`),
    );
  const chain = (hook: keyof typeof priorities, lines: readonly string[]) =>
    [
      `chain ${hook} {`,
      `type filter hook ${hook} priority ${priorities[hook]}; policy accept;`,
      'meta nfproto != @isolated accept',
      ...lines,
      'drop',
      '}',
    ].join('\n');
  const neighbours =
    'icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept';
  return [
    removalText,
    `table inet ${isolationTable} {`,
    `set isolated {\ntypeof meta nfproto\nflags timeout\nelements = { ipv4 timeout ${seconds}s, ipv6 timeout ${seconds}s }\n}`,
    chain('input', [
      'iifname "lo" accept',
      fromManager,
      neighbours,
      'udp dport { 68, 546 } udp sport { 67, 547 } accept',
      ...dns('saddr', 'sport'),
    ]),
    chain('output', [
      'oifname "lo" accept',
      toManager,
      neighbours,
      'udp sport { 68, 546 } udp dport { 67, 547 } accept',
      ...dns('daddr', 'dport'),
    ]),
    chain('forward', []),
    '}',
    '',
  ].join('\n');
}

/** The host's name servers by number; those on loopback ask others, which systemd writes down apart. */
function resolvers(): string[] {
  const found = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'].flatMap((path) => {
    try {
      return [...readFileSync(path, 'utf8').matchAll(/^nameserver\s+(\S+)/gm)].map(([, address]) => address!);
    } catch {
      return [];
    }
  });
  return [...new Set(found)].filter((address) => isIP(address) !== 0 && !/^(127\.|::1$)/.test(address)).slice(0, 10);
}

function draftOf(kind: 'firewall.isolated' | 'firewall.released', kept: Kept): DetectionDraft {
  const isIsolated = kind === 'firewall.isolated';
  return {
    kind,
    rule: ownRule(kind, kind),
    severity: isIsolated ? 'high' : 'medium',
    title: isIsolated ? 'The host is isolated: only its manager is reached' : 'The isolation of the host has ended',
    mode: 'prevent',
    action: isIsolated ? 'isolated' : 'observed',
    actionResult: isIsolated ? 'success' : 'none',
    facts: {
      until: toInstant(kept.untilMs),
      reason: kept.reason.slice(0, 300),
      ...(kept.by ? { by: kept.by.slice(0, 300) } : {}),
    },
  };
}
