import { BlockList, isIPv4 } from 'node:net';
import type { FirewallPolicy, firewallProbes } from '@sakimori/contract/policy-firewall';
import { InterfaceNames } from '../../../surroundings/index.ts';
import type { EngineHost } from '../../engine.ts';
import { counterName, keyOfPrefix, type Letter, logGroup } from '../compile/chain-book.ts';
import type { EventKey } from '../compile/event-key.ts';
import type { RuleSet } from '../compile/rule-set.ts';
import { type LoggedPacket, openPacketLog, type PacketLog } from '../netlink/packet-log.ts';
import type { Nft } from '../nft.ts';
import { decodePacket, protocolName } from './decode.ts';
import { draftOf, type SeenEvent } from './describe.ts';
import { EventFold } from './fold.ts';
import { ScanWatch } from './scan-watch.ts';

export type PacketEventsParts = {
  readonly host: EngineHost;
  readonly nft: Nft;
  /**
   * A source is found out, and the policy shuts such sources out.
   * @param isShutOut the kernel has done so already
   */
  readonly onProbe: (source: string, blockMs: number, isShutOut: boolean) => void;
};

const tickMs = 5000;
/** Packets that were logged when the counters were read are there after this time. */
const drainMs = 250;
/** The kernel's counters are asked this often. */
const countTicks = 12;

/** What is going on under one rule set: two of them while one is on trial. */
type Book = {
  readonly ruleSet: RuleSet;
  readonly settings: FirewallPolicy['settings'];
  readonly ignored: BlockList;
  readonly fold: EventFold;
  /** Counted before our time: of a rule set that the agent before us has put in force. */
  base: ReadonlyMap<EventKey, number>;
};

/** From packets in the kernel's log to detections. */
export class PacketEvents {
  readonly #parts: PacketEventsParts;
  readonly #scans = new ScanWatch();
  readonly #interfaces = new InterfaceNames();
  readonly #books = new Map<Letter, Book>();
  #log: PacketLog | undefined;
  #problem: string | undefined;
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
    const { host } = this.#parts;
    try {
      this.#log = await openPacketLog(
        logGroup,
        (packet) => this.#take(packet),
        // They are counted all the same, and told as a number.
        () => host.log('warn', 'packets were logged faster than they could be taken'),
      );
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#cancelTick ??= host.clock.after(tickMs, () => void this.#tick());
  }

  /**
   * From now on this rule set's events count. Called before it is put in force, so that none is missed.
   * @param isNew its counters begin at zero
   */
  async begin(ruleSet: RuleSet, policy: FirewallPolicy, isNew: boolean): Promise<void> {
    const { settings } = policy;
    const ignored = listOf(settings?.events.ignoredSources ?? []);
    const book: Book = { ruleSet, settings, ignored, fold: new EventFold(), base: new Map() };
    if (!isNew) book.base = await this.#count(book);
    this.#books.set(ruleSet.letter, book);
  }

  /** Tells all that waits of a rule set. Called when it meets no more packets, and while its counters are still there. @param letter absent: of all */
  async end(letter?: Letter): Promise<void> {
    for (const [own, book] of [...this.#books])
      if (letter === undefined || own === letter) {
        await this.#tellUnlogged(book, true);
        this.#books.delete(own);
      }
  }

  stop(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    this.#log?.close();
    this.#log = undefined;
  }

  async #tick(): Promise<void> {
    this.#ticks += 1;
    for (const book of [...this.#books.values()]) {
      await this.#report(book.fold.due(this.#parts.host.clock.nowMs()));
      if (this.#ticks % countTicks === 0) await this.#tellUnlogged(book, false);
    }
    if (this.#cancelTick) this.#cancelTick = this.#parts.host.clock.after(tickMs, () => void this.#tick());
  }

  async #tellUnlogged(book: Book, isLast: boolean): Promise<void> {
    const counted = await this.#count(book);
    await new Promise((done) => setTimeout(done, drainMs));
    if (isLast) await this.#report(book.fold.due(0, true));
    const since = new Map([...counted].map(([key, packets]) => [key, packets - (book.base.get(key) ?? 0)]));
    await this.#report(book.fold.unlogged(tellable(since), book.ruleSet.meanings));
  }

  async #count({ ruleSet }: Book): Promise<ReadonlyMap<EventKey, number>> {
    try {
      const counters = await this.#parts.nft.counters();
      return new Map(
        [...ruleSet.meanings.keys()].map((key) => [key, counters.get(counterName(ruleSet.letter, key)) ?? 0]),
      );
    } catch (error) {
      this.#parts.host.log('warn', `the counters cannot be read: ${error instanceof Error ? error.message : error}`);
      return new Map();
    }
  }

  #take(packet: LoggedPacket): void {
    const named = keyOfPrefix(packet.prefix);
    const book = named && this.#books.get(named.letter);
    const meaning = named && book?.ruleSet.meanings.get(named.key);
    const seen = decodePacket(packet.payload);
    if (!book || !meaning || !seen) return;
    const event: SeenEvent = {
      ...{ meaning, packet: seen, hardware: packet.hardware, uid: packet.uid },
      direction: packet.inInterface === 0 ? 'outgoing' : 'incoming',
      interfaceName: this.#interfaces.nameOf(packet.inInterface || packet.outInterface),
      data: meaning.withData ? packet.payload.toString('hex', 0, dataBytesMax) : undefined,
    };
    this.#noteSign(event, book);
    if (meaning.key === 'probe.networkOrPortScan') this.#noteScan(event, book);
    else if (book.ignored.check(seen.source, isIPv4(seen.source) ? 'ipv4' : 'ipv6')) book.fold.ignore(meaning);
    else void this.#report(book.fold.add(event, this.#parts.host.clock.nowMs()));
  }

  /** A single packet that gives a probe away: the kernel has shut its source out where the policy wants it. */
  #noteSign({ meaning, packet }: SeenEvent, { settings }: Book): void {
    const name = meaning.key.startsWith('probe.') ? meaning.key.slice('probe.'.length) : undefined;
    if (!name || name === 'networkOrPortScan' || settings?.networkEngineMode === 'tap') return;
    const blockMs = settings?.reconnaissance.probes[name as (typeof firewallProbes)[number]].blockMs ?? 0;
    if (blockMs > 0) this.#parts.onProbe(packet.source, blockMs, true);
  }

  /** New connections are no events; only many of one source to many ports are. */
  #noteScan(event: SeenEvent, { settings }: Book): void {
    const { source, destinationPort, protocol } = event.packet;
    const nowMs = this.#parts.host.clock.nowMs();
    const ports = this.#scans.note(source, `${protocolName(protocol)}/${destinationPort ?? 0}`, nowMs);
    const probe = settings?.reconnaissance.probes.networkOrPortScan;
    if (ports === undefined || !probe) return;
    const draft = draftOf({ ...event, meaning: { ...event.meaning, isAlert: probe.notify } }, ports);
    const isShutOut = probe.blockMs > 0 && settings?.networkEngineMode === 'inline';
    const facts = { ...draft.facts, ports, ...(isShutOut ? { blockSeconds: probe.blockMs / 1000 } : {}) };
    void this.#report([{ ...draft, facts }]);
    if (isShutOut) this.#parts.onProbe(source, probe.blockMs, false);
  }

  async #report(drafts: Parameters<EngineHost['report']>[0]): Promise<void> {
    if (drafts.length > 0) await this.#parts.host.report(drafts);
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
