import { BlockList, isIPv4 } from 'node:net';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import type { EngineHost } from '../../engine.ts';
import { keyOfPrefix, logGroup } from '../compile/chain-book.ts';
import type { EventKey } from '../compile/event-key.ts';
import type { RuleSet } from '../compile/rule-set.ts';
import { InterfaceNames } from '../interfaces.ts';
import { type LoggedPacket, openPacketLog, type PacketLog } from '../netlink/packet-log.ts';
import type { Nft } from '../nft.ts';
import { decodePacket, protocolName } from './decode.ts';
import { draftOf, type SeenEvent } from './describe.ts';
import { EventFold } from './fold.ts';
import { ScanWatch, scanPortsMin } from './scan-watch.ts';

export type PacketEventsParts = {
  readonly host: EngineHost;
  readonly nft: Nft;
  /** A source is found out to be scanning. */
  readonly onScan: (source: string) => Promise<void>;
};

const tickMs = 5000;
/** Packets that were logged when the counters were read are there after this time. */
const drainMs = 250;
/** The kernel's counters are asked this often. */
const countTicks = 12;

/** From packets in the kernel's log to detections. */
export class PacketEvents {
  readonly #parts: PacketEventsParts;
  readonly #fold = new EventFold();
  readonly #scans = new ScanWatch();
  readonly #interfaces = new InterfaceNames();
  #log: PacketLog | undefined;
  #problem: string | undefined;
  #ruleSet: RuleSet | undefined;
  #policy: FirewallPolicy | undefined;
  #ignored = new BlockList();
  /** Counted before our time: of a rule set that the agent before us has put in force. */
  #base: ReadonlyMap<EventKey, number> = new Map();
  #lost = 0;
  #ticks = 0;
  #cancelTick: (() => void) | undefined;

  constructor(parts: PacketEventsParts) {
    this.#parts = parts;
  }

  /** Why packets cannot be heard of; `undefined`: they can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  async start(): Promise<void> {
    if (this.#log) return;
    try {
      this.#log = await openPacketLog(
        logGroup,
        (packet) => this.#take(packet),
        () => {
          this.#lost += 1;
        },
      );
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#cancelTick ??= this.#parts.host.clock.after(tickMs, () => void this.#tick());
  }

  /**
   * From now on this rule set's events count.
   * @param isNew its counters begin at zero
   */
  async use(ruleSet: RuleSet, policy: FirewallPolicy, isNew: boolean): Promise<void> {
    this.#fold.restart();
    this.#ruleSet = ruleSet;
    this.#policy = policy;
    this.#ignored = listOf(policy.settings?.events.ignoredSources ?? []);
    this.#base = isNew ? new Map() : await this.#count();
  }

  /** Tells all that waits: before another rule set takes the place of this one, and at the end. */
  async finish(): Promise<void> {
    await this.#tellUnlogged(true);
    this.#ruleSet = undefined;
  }

  stop(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#log?.close();
    this.#log = undefined;
  }

  async #tick(): Promise<void> {
    this.#ticks += 1;
    await this.#report(this.#fold.due(this.#parts.host.clock.nowMs()));
    if (this.#ticks % countTicks === 0) await this.#tellUnlogged(false);
    if (this.#cancelTick) this.#cancelTick = this.#parts.host.clock.after(tickMs, () => void this.#tick());
  }

  async #tellUnlogged(isLast: boolean): Promise<void> {
    const ruleSet = this.#ruleSet;
    if (!ruleSet) return;
    const counted = await this.#count();
    await new Promise((done) => setTimeout(done, drainMs));
    if (isLast) await this.#report(this.#fold.due(0, true));
    const since = new Map([...counted].map(([key, packets]) => [key, packets - (this.#base.get(key) ?? 0)]));
    await this.#report(this.#fold.unlogged(tellable(since), ruleSet.meanings));
  }

  async #count(): Promise<ReadonlyMap<EventKey, number>> {
    const ruleSet = this.#ruleSet;
    if (!ruleSet) return new Map();
    try {
      const counters = await this.#parts.nft.counters();
      const nameOf = (key: EventKey) => `${ruleSet.letter}_e_${key.replaceAll('.', '_')}`;
      return new Map([...ruleSet.meanings.keys()].map((key) => [key, counters.get(nameOf(key)) ?? 0]));
    } catch (error) {
      this.#parts.host.log('warn', `the counters cannot be read: ${error instanceof Error ? error.message : error}`);
      return new Map();
    }
  }

  #take(packet: LoggedPacket): void {
    const named = keyOfPrefix(packet.prefix);
    const meaning = named?.letter === this.#ruleSet?.letter ? this.#ruleSet?.meanings.get(named!.key) : undefined;
    const seen = decodePacket(packet.payload);
    if (!meaning || !seen) return;
    const direction = packet.inInterface === 0 ? 'outgoing' : 'incoming';
    const event: SeenEvent = {
      ...{ meaning, packet: seen, direction, hardware: packet.hardware, uid: packet.uid },
      interfaceName: this.#interfaces.nameOf(packet.inInterface || packet.outInterface),
      data: meaning.withData ? packet.payload.toString('hex', 0, dataBytesMax) : undefined,
    };
    const isIgnored = this.#ignored.check(seen.source, isIPv4(seen.source) ? 'ipv4' : 'ipv6');
    if (meaning.key === 'probe.networkOrPortScan') this.#noteScan(event);
    else if (isIgnored) this.#fold.ignore(meaning);
    else void this.#report(this.#fold.add(event, this.#parts.host.clock.nowMs()));
  }

  /** New connections are no events; only many of one source to many ports are. */
  #noteScan(event: SeenEvent): void {
    const { source, destinationPort, protocol } = event.packet;
    const nowMs = this.#parts.host.clock.nowMs();
    const ports = this.#scans.note(source, `${protocolName(protocol)}/${destinationPort ?? 0}`, nowMs);
    const probe = this.#policy?.settings?.reconnaissance.probes.networkOrPortScan;
    if (ports === undefined || !probe) return;
    const draft = draftOf({ ...event, meaning: { ...event.meaning, isAlert: probe.notify } }, ports);
    const isShutOut = probe.blockMs > 0 && this.#policy?.settings?.networkEngineMode === 'inline';
    const facts = { ...draft.facts, ports: scanPortsMin, ...(isShutOut ? { blockSeconds: probe.blockMs / 1000 } : {}) };
    void this.#report([{ ...draft, facts }]);
    if (isShutOut) void this.#parts.onScan(source);
  }

  async #report(drafts: Parameters<EngineHost['report']>[0]): Promise<void> {
    if (drafts.length > 0) await this.#parts.host.report(drafts);
  }

  /** Times that the kernel had more packets to tell of than there was room for. */
  get lost(): number {
    return this.#lost;
  }
}

/** A detection's raw text holds 16,384 characters. */
const dataBytesMax = 8000;

/** What is only counted to find scans tells nobody anything. */
const tellable = (counted: ReadonlyMap<EventKey, number>): ReadonlyMap<EventKey, number> =>
  new Map([...counted].filter(([key]) => key !== 'probe.networkOrPortScan'));

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of addresses) {
    const [first = '', second = ''] = text.split(/[-/]/);
    const family = isIPv4(first) ? 'ipv4' : 'ipv6';
    if (text.includes('-')) list.addRange(first, second, family);
    else if (text.includes('/')) list.addSubnet(first, Number(second), family);
    else list.addAddress(first, family);
  }
  return list;
}
