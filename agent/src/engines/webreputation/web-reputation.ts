import { networkInterfaces } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import type { ModuleStatus } from '@sakimori/contract/module';
import type { ActiveWebPolicy } from '@sakimori/contract/web-reputation/judge';
import type { AnnouncedTables } from '@sakimori/contract/web-table-protocol';
import { errorText } from '../../log.ts';
import {
  isForwarding,
  PacketQueue,
  QueueFault,
  QueueWatchdog,
  readUplinks,
  type WatchdogState,
} from '../../packet-queue/index.ts';
import type { DetectionDraft, EngineHost } from '../engine.ts';
import { bypassedDraft, draftOf, restoredDraft, tamperedDraft } from './describe.ts';
import { FilterProcess } from './filter-process.ts';
import { type Forwarded, jumpFor } from './jump.ts';
import { jumpKey } from './left-over.ts';
import { statusOf } from './status.ts';
import { TableKeeper } from './table-keeper.ts';

const managerKey = 'manager';
const reachMs = 1500;
const firstAnswerMs = 20_000;
/** How often it is looked whether this host passes traffic on by now. */
const roundMs = 5000;

/** The module while it is on: the filter, the way of packets to it, its tables, and what is told of it. */
export class WebReputation {
  readonly #host: EngineHost;
  readonly #filter: FilterProcess;
  readonly #tables: TableKeeper;
  readonly #queue = new PacketQueue('webrep');
  readonly #watchdog: QueueWatchdog;
  #policy: ActiveWebPolicy | undefined;
  #queueFault: QueueFault | undefined;
  #filterFault: string | undefined;
  #bypassedWhy: string | undefined;
  #isStopped = false;
  #forwarded: Forwarded | undefined;
  #cancelRound: (() => void) | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
    this.#tables = new TableKeeper(host, () => this.#use());
    this.#filter = new FilterProcess(host, {
      onSeen: (sighting) =>
        this.#tell(
          draftOf(
            sighting,
            this.#policy?.securityLevel ?? '',
            this.#policy?.alert ?? false,
            !isOwn(sighting.seen.local.address),
          ),
        ),
      onFault: ({ code, detail }) => {
        this.#filterFault = `${code === 'EBUSY' || code === 'EPERM' ? `${code}: ` : ''}${detail}`;
      },
      onRunning: () => {
        this.#filterFault = undefined;
      },
      onHung: () => this.#watchdog.takeOut('the filter does not answer'),
    });
    this.#watchdog = new QueueWatchdog({
      ...{ clock: host.clock, queue: this.#queue, isWell: () => this.#filter.isWell() },
      onState: (state, why) => this.#heedState(state, why),
      onTampered: (isHealed) => this.#tell(tamperedDraft(isHealed)),
      onFault: (error) => host.log('error', `the way of packets cannot be looked after: ${errorText(error)}`),
    });
  }

  announce(tables: AnnouncedTables): void {
    this.#tables.announce(tables);
  }

  async apply(policy: ActiveWebPolicy): Promise<void> {
    const before = this.#policy;
    if (isDeepStrictEqual(before, policy) && !this.#queueFault) return;
    this.#policy = policy;
    this.#use();
    if (!before) {
      if (!(await this.#isPossible())) return;
      this.#tables.start();
      await this.#filter.start();
      await this.#filter.running(firstAnswerMs).catch((error) => this.#host.log('warn', errorText(error)));
    }
    if (!before || !isDeepStrictEqual(before.ports, policy.ports)) await this.#lead(policy);
  }

  status(): ModuleStatus {
    return statusOf({
      child: this.#queueFault ? undefined : this.#filter.report(),
      filter: this.#filter.state,
      ...{ queueFault: this.#queueFault, filterFault: this.#filterFault, bypassedWhy: this.#bypassedWhy },
      tableFault: this.#tables.fault,
    });
  }

  /** The way of packets goes first: nothing must wait for a filter that is ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRound?.();
    this.#tables.stop();
    try {
      await this.#watchdog.stop();
      if (this.#host.recall(jumpKey) !== undefined) await this.#host.report([], { [jumpKey]: undefined });
    } catch (error) {
      if (!this.#queueFault) this.#host.log('error', `the way of packets could not be taken away: ${errorText(error)}`);
    }
    await this.#filter.stop();
  }

  async #isPossible(): Promise<boolean> {
    try {
      await this.#queue.findWay();
      this.#queueFault = undefined;
      return true;
    } catch (error) {
      if (!(error instanceof QueueFault)) throw error;
      this.#queueFault = error;
      return false;
    }
  }

  async #lead(policy: ActiveWebPolicy): Promise<void> {
    if (this.#host.recall(jumpKey) === undefined) await this.#host.report([], { [jumpKey]: 'there' });
    this.#forwarded = await readForwarded();
    await this.#watchdog.start(jumpFor(policy, await this.#manager(), this.#forwarded));
    this.#cancelRound ??= this.#host.clock.after(roundMs, () => this.#round());
  }

  /** Containers may have come, or another way out. */
  #round(): void {
    const follow = async () => {
      const policy = this.#policy;
      if (policy && !this.#isStopped && !isDeepStrictEqual(await readForwarded(), this.#forwarded))
        await this.#lead(policy);
    };
    void follow()
      .catch((error) => this.#host.log('error', `what is passed on cannot be followed: ${errorText(error)}`))
      .finally(() => {
        if (!this.#isStopped) this.#cancelRound = this.#host.clock.after(roundMs, () => this.#round());
      });
  }

  /** Policy and tables as they are now. */
  #use(): void {
    const policy = this.#policy;
    if (!policy) return;
    const { name } = this.#host.manager;
    this.#filter.use({ do: 'use', policy, tables: this.#tables.paths, spared: name ? [name] : [] });
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

  #heedState(state: WatchdogState, why: string): void {
    const wasBypassed = this.#bypassedWhy !== undefined;
    this.#bypassedWhy = state === 'inPlace' || state === 'off' ? undefined : why;
    // That nobody reads is told by whoever looks after the program.
    if (state === 'takenOut') this.#tell(bypassedDraft(why));
    else if (state === 'inPlace' && wasBypassed) this.#tell(restoredDraft());
  }

  #tell(draft: DetectionDraft): void {
    if (this.#isStopped) return;
    this.#host.report([draft]).catch((error) => this.#host.log('error', `could not be reported: ${errorText(error)}`));
  }
}

const readForwarded = async (): Promise<Forwarded | undefined> =>
  (await isForwarding()) ? { uplinks: await readUplinks() } : undefined;

/** Whether it is an address of this host itself, and not of a container behind it. */
const isOwn = (address: string): boolean =>
  Object.values(networkInterfaces()).some((ones) => ones?.some((one) => one.address === address));
