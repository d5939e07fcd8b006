import { networkInterfaces } from 'node:os';
import { allowedBy, covers, entriesOfFacts, overlap, readBlockSource } from '@sakimori/contract/block-source';
import type { HostTaskFacts } from '@sakimori/contract/host-task';
import type { ModuleStatus } from '@sakimori/contract/module';
import { type AddressRange, parseAddressRange } from '@sakimori/contract/network-address';
import { ownRule } from '@sakimori/contract/rule-names';
import { toInstant } from '../../clock.ts';
import type { DetectionDraft, EngineHost } from '../engine.ts';
import type { Endpoint } from './compile/event-key.ts';
import type { Nft } from './nft.ts';

/** The table of sources that are blocked for a time. It stands by itself: rules of the policy come and go beside it, and it needs none. */
export const blocksTable = 'sakimori_blocks';
/** Before connection tracking (-200) and the raw tables of others (-300): also connections that exist are cut. */
const priority = -310;
const key = 'blocks';
const blocksMax = 500;
const notedMax = 15;
const probeMs = 10_000;

type Block = { readonly source: string; readonly untilMs: number; readonly by: string; readonly reason: string };
type Kept = { readonly manager: Endpoint; readonly blocks: readonly Block[] };

/**
 * Denies all packets from and to some sources, each for a time that the kernel holds itself (S75). A restart of the agent or of the host begins where it
 * was. The manager, the host's own addresses, loopback and what the account never wants blocked are refused here too, whatever the manager asks.
 */
export class SourceBlocks {
  readonly #host: EngineHost;
  readonly #nft: Nft;
  #listing: string | undefined;

  constructor(host: EngineHost, nft: Nft) {
    this.#host = host;
    this.#nft = nft;
  }

  /** Whether anything has to be looked after. */
  get isAny(): boolean {
    return this.#kept !== undefined;
  }

  /** What the module's status says of them: the figure of all, notes of those that end first. */
  notes(): { readonly notes: NonNullable<ModuleStatus['notes']>; readonly figures: ModuleStatus['figures'] } {
    const blocks = this.#standing();
    const notes = [...blocks]
      .sort((a, b) => a.untilMs - b.untilMs)
      .slice(0, notedMax)
      .map(({ source, untilMs, reason }) => ({
        code: 'firewall_source_blocked',
        facts: { source, until: toInstant(untilMs), reason },
      }));
    return { notes, figures: blocks.length > 0 ? { sourceBlocks: blocks.length } : {} };
  }

  /**
   * @param facts `source`, `minutes`, `by`, `reason`, `allow0`…: what is never blocked
   * @returns a sentence for a person. @throws Error where it must not or cannot be blocked; NftFault
   */
  async block(facts: HostTaskFacts): Promise<string> {
    const { text: source, range } = readBlockSource(String(facts['source'] ?? ''));
    const minutes = Number(facts['minutes'] ?? 60);
    const manager = await this.#host.manager.reach(probeMs);
    const own = [manager.address, ...ownAddresses()];
    const guarded = allowedBy(range, own) ?? allowedBy(range, entriesOfFacts(facts));
    if (guarded !== undefined) throw new Error(`${source} is not blocked: ${guarded} is never blocked on this host.`);
    const untilMs = this.#host.clock.nowMs() + minutes * 60_000;
    const before = this.#standing();
    const others = withRoomFor(before, range, source, untilMs);
    if (others.length >= blocksMax) throw new Error(`This host blocks ${others.length} sources already.`);
    const block = { source, untilMs, by: String(facts['by'] ?? ''), reason: String(facts['reason'] ?? '') };
    const kept: Kept = { manager: { address: manager.address, port: manager.port }, blocks: [...others, block] };
    await this.#put(kept);
    try {
      await this.#host.manager.reach(probeMs);
    } catch (error) {
      await this.#put({ ...kept, blocks: before });
      throw new Error(`The manager cannot be reached under this block (${textOf(error)}), so it was taken back.`);
    }
    await this.#host.report([draftOf('firewall.source_blocked', block)], { [key]: JSON.stringify(kept) });
    return `${source} is blocked until ${toInstant(untilMs)}.`;
  }

  /** @returns a sentence for a person. @throws NftFault */
  async unblock(facts: HostTaskFacts): Promise<string> {
    const { text: source } = readBlockSource(String(facts['source'] ?? ''));
    const kept = this.#kept;
    const block = this.#standing().find((one) => one.source === source);
    if (!kept || !block) return `${source} was not blocked.`;
    const left: Kept = { ...kept, blocks: this.#standing().filter((one) => one.source !== source) };
    await this.#put(left);
    const told = { ...block, by: String(facts['by'] ?? ''), reason: String(facts['reason'] ?? '') };
    await this.#host.report([draftOf('firewall.source_unblocked', told)], { [key]: memoryOf(left) });
    return `${source} is blocked no longer.`;
  }

  /** After a start, and every few seconds: what should stand in the kernel stands there. @throws NftFault */
  async look(): Promise<void> {
    const kept = this.#kept;
    if (!kept) return;
    const blocks = this.#standing();
    if (blocks.length < kept.blocks.length) {
      const left = { ...kept, blocks };
      await this.#put(left);
      await this.#host.report([], { [key]: memoryOf(left) });
      return;
    }
    const there = await this.#nft.list(blocksTable);
    if (there === undefined || there !== this.#listing) await this.#put(kept);
  }

  get #kept(): Kept | undefined {
    const text = this.#host.recall(key);
    return text === undefined ? undefined : (JSON.parse(text) as Kept);
  }

  #standing(): Block[] {
    const nowMs = this.#host.clock.nowMs();
    return (this.#kept?.blocks ?? []).filter(({ untilMs }) => untilMs > nowMs);
  }

  async #put({ manager, blocks }: Kept): Promise<void> {
    await this.#nft.apply(blocks.length > 0 ? blocksText(manager, blocks, this.#host.clock.nowMs()) : removalText);
    this.#listing = blocks.length > 0 ? await this.#nft.list(blocksTable) : undefined;
  }
}

const memoryOf = (kept: Kept): string | undefined => (kept.blocks.length > 0 ? JSON.stringify(kept) : undefined);

/**
 * A set of the kernel holds no two networks that overlap. What the new one covers and outlasts gives way to it.
 * @throws Error where what stands already would be cut short
 */
function withRoomFor(blocks: readonly Block[], range: AddressRange, source: string, untilMs: number): Block[] {
  return blocks.filter((block) => {
    const other = parseAddressRange(block.source);
    if (block.source === source) return false;
    if (!overlap(other, range)) return true;
    if (covers(range, other) && block.untilMs <= untilMs) return false;
    throw new Error(
      `${source} overlaps ${block.source}, which is blocked until ${toInstant(block.untilMs)}: end that first.`,
    );
  });
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address.split('%')[0]!));
}

const removalText = `table inet ${blocksTable}\ndelete table inet ${blocksTable}\n`;

function blocksText(manager: Endpoint, blocks: readonly Block[], nowMs: number): string {
  const set = (name: string, type: string, of: readonly Block[]) => {
    const elements = of.map(
      ({ source, untilMs }) => `${source} timeout ${Math.max(1, Math.ceil((untilMs - nowMs) / 1000))}s`,
    );
    const filled = elements.length > 0 ? `elements = { ${elements.join(', ')} }\n` : '';
    return `set ${name} {\ntype ${type}\nflags interval, timeout\n${filled}}`;
  };
  const family = manager.address.includes(':') ? 'ip6' : 'ip';
  const chain = (name: string, hook: string, end: 'saddr' | 'daddr', port: 'sport' | 'dport', loopback: string) =>
    [
      `chain ${name} {`,
      `type filter hook ${hook} priority ${priority}; policy accept;`,
      `${loopback} "lo" accept`,
      `${family} ${end} ${manager.address} tcp ${port} ${manager.port} accept`,
      `ip ${end} @four drop`,
      `ip6 ${end} @six drop`,
      '}',
    ].join('\n');
  const [six, four] = [true, false].map((isSix) => blocks.filter(({ source }) => source.includes(':') === isSix));
  return [
    removalText,
    `table inet ${blocksTable} {`,
    set('four', 'ipv4_addr', four!),
    set('six', 'ipv6_addr', six!),
    chain('arriving', 'prerouting', 'saddr', 'sport', 'iifname'),
    chain('leaving', 'output', 'daddr', 'dport', 'oifname'),
    '}',
    '',
  ].join('\n');
}

function draftOf(kind: 'firewall.source_blocked' | 'firewall.source_unblocked', block: Block): DetectionDraft {
  const isBlocked = kind === 'firewall.source_blocked';
  return {
    kind,
    rule: ownRule(kind, kind),
    severity: 'low',
    title: isBlocked ? `${block.source} is blocked on this host` : `${block.source} is blocked no longer`,
    mode: 'prevent',
    action: isBlocked ? 'denied' : 'observed',
    actionResult: isBlocked ? 'success' : 'none',
    subject: block.source,
    facts: {
      source: block.source,
      until: toInstant(block.untilMs),
      reason: block.reason.slice(0, 300),
      ...(block.by ? { by: block.by.slice(0, 300) } : {}),
    },
  };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
