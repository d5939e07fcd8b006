import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ownRule } from '@sakimori/contract/rule-names';
import { errorText } from '../../log.ts';
import {
  isForwarding,
  PacketQueue,
  type QueueFault,
  type QueueJump,
  QueueWatchdog,
  readerOf,
  type WatchdogState,
} from '../../packet-queue/index.ts';
import type { DetectionDraft, EngineHost } from '../engine.ts';

/** Ours among the queues of the host; 0, which most others take, is left to them. */
const firstQueue = 41_190;
const managerKey = 'manager';
/** Kept while packets are led to us: an agent that comes after a killed one knows it by this. */
export const jumpKey = 'jump';
const reachMs = 1500;

/** The way of packets through Suricata, and what is told of it. */
export class InlineWay {
  readonly #host: EngineHost;
  readonly #queue = new PacketQueue('intrusion');
  readonly #watchdog: QueueWatchdog;
  #bypassedWhy: string | undefined;
  /** What was told of this incident; a reader that hangs is ended, and then nobody reads. */
  #told: 'passes' | 'stands' | undefined;
  #failure: 'open' | 'closed' = 'open';
  /** Why packets cannot be led into a queue here. */
  fault: QueueFault | undefined;

  /** @param isWell whether Suricata answers */
  constructor(host: EngineHost, isWell: () => Promise<boolean>) {
    this.#host = host;
    this.#watchdog = new QueueWatchdog({
      ...{ clock: host.clock, queue: this.#queue, isWell },
      onState: (state, why) => this.#tellState(state, why),
      onTampered: (isHealed) => this.#tell(tamperedDraft(isHealed)),
      onFault: (error) => host.log('error', `the way of packets cannot be looked after: ${errorText(error)}`),
    });
  }

  /** One queue for each two processors, four at most. */
  get queues(): number[] {
    const count = Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
    return Array.from({ length: count }, (_, index) => firstQueue + index);
  }

  get state(): WatchdogState {
    return this.#watchdog.state;
  }

  /** Why packets go past Suricata, while they do. */
  get bypassedWhy(): string | undefined {
    return this.#bypassedWhy;
  }

  /** Whether traffic stands still, because the policy fails closed and nobody says what becomes of packets. */
  get standsStill(): boolean {
    return this.#failure === 'closed' && (this.state === 'stuck' || this.state === 'unread');
  }

  /** Whether packets can be led into a queue at all; `fault` says why not. */
  async isPossible(): Promise<boolean> {
    try {
      await this.#queue.findWay();
      this.fault = undefined;
      return true;
    } catch (error) {
      this.fault = error as QueueFault;
      return false;
    }
  }

  /** Another program that reads our queue; undefined: none but `ours`. */
  async otherReader(ours: number | undefined): Promise<{ pid: number; name: string; queue: number } | undefined> {
    for (const queue of this.queues) {
      const reader = await readerOf(queue);
      if (reader && reader.pid !== ours && !isOurs(reader.pid, this.#host.dataFolder)) return { ...reader, queue };
    }
    return undefined;
  }

  /** @throws QueueFault */
  async open(failure: 'open' | 'closed', withForwarded: boolean): Promise<void> {
    this.#failure = failure;
    const jump = await this.#jumpFor(failure, withForwarded);
    if (JSON.stringify(jump) === JSON.stringify(this.#queue.jump) && this.#watchdog.state !== 'off') return;
    if (this.#host.recall(jumpKey) === undefined) await this.#host.report([], { [jumpKey]: 'there' });
    await this.#watchdog.start(jump);
  }

  /** Whether the host passes packets on by now and did not before, or the other way round. */
  async isOutdated(withForwarded: boolean): Promise<boolean> {
    const { jump } = this.#queue;
    return jump !== undefined && jump.hooks.includes('forward') !== (withForwarded || (await isForwarding()));
  }

  /** Packets go past Suricata from now on. @throws QueueFault */
  async close(): Promise<void> {
    this.#bypassedWhy = undefined;
    await this.#watchdog.stop();
    if (this.#host.recall(jumpKey) !== undefined) await this.#host.report([], { [jumpKey]: undefined });
  }

  takeOut(why: string): Promise<void> {
    return this.#watchdog.takeOut(why);
  }

  async #jumpFor(failure: 'open' | 'closed', withForwarded: boolean): Promise<QueueJump> {
    const isForwarded = withForwarded || (await isForwarding());
    const manager = await this.#manager();
    const { queues } = this;
    return {
      ...{ owner: 'intrusion', queue: queues[0]!, queueCount: queues.length, stage: 'late', failure },
      hooks: isForwarded ? ['input', 'output', 'forward'] : ['input', 'output'],
      // An engine that fails must not part the agent from its manager.
      except: manager ? [manager] : [],
    };
  }

  async #manager(): Promise<{ address: string; port: number } | undefined> {
    try {
      const { address, port } = await this.#host.manager.reach(reachMs);
      const text = JSON.stringify({ address, port });
      if (this.#host.recall(managerKey) !== text) await this.#host.report([], { [managerKey]: text });
      return { address, port };
    } catch {
      const kept = this.#host.recall(managerKey);
      return kept ? (JSON.parse(kept) as { address: string; port: number }) : undefined;
    }
  }

  #tellState(state: WatchdogState, why: string): void {
    this.#bypassedWhy = state === 'inPlace' || state === 'off' ? undefined : why;
    // That nobody reads is told by whoever looks after the program, but not what it means for traffic.
    if (state === 'takenOut' || this.standsStill) {
      const now = state === 'takenOut' ? 'passes' : 'stands';
      if (this.#told !== now) this.#tell(bypassedDraft(now === 'passes', why));
      this.#told = now;
    } else if (state === 'inPlace' && this.#told) {
      this.#told = undefined;
      this.#tell(restoredDraft());
    }
  }

  #tell(draft: DetectionDraft): void {
    this.#host.report([draft]).catch((error) => this.#host.log('error', `could not be reported: ${errorText(error)}`));
  }
}

/** What an agent before us left running works in the same folder; it is ended when ours starts. */
function isOurs(pid: number, dataFolder: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataFolder);
  } catch {
    return true;
  }
}

const base = { mode: 'prevent', action: 'observed', actionResult: 'none', subject: 'packet queue' } as const;

const bypassedDraft = (passes: boolean, why: string): DetectionDraft => ({
  ...base,
  kind: 'intrusion.bypassed',
  rule: ownRule('intrusion.bypassed', 'intrusion.bypassed'),
  severity: 'high',
  action: passes ? 'observed' : 'denied',
  title: passes
    ? `Traffic goes past intrusion prevention, for its engine hangs: ${why}`
    : `Traffic stands still, for the engine of intrusion prevention fails and the policy lets nothing pass then: ${why}`,
  facts: { cause: why.slice(0, 500), passes },
});

const restoredDraft = (): DetectionDraft => ({
  ...base,
  kind: 'intrusion.restored',
  rule: ownRule('intrusion.restored', 'intrusion.restored'),
  severity: 'informational',
  title: 'Traffic goes through intrusion prevention again',
});

const tamperedDraft = (isHealed: boolean): DetectionDraft => ({
  ...base,
  kind: 'intrusion.tampered',
  rule: ownRule('intrusion.tampered', 'intrusion.tampered'),
  severity: 'high',
  title: `The way of packets into intrusion prevention was changed by another program${isHealed ? ' and is in force again' : ''}`,
  action: isHealed ? 'denied' : 'observed',
  actionResult: isHealed ? 'success' : 'failure',
  facts: { healed: isHealed },
});
