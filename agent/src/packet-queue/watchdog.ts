import type { Clock } from '../clock.ts';
import { type QueueCounters, readQueueCounters } from './counters.ts';
import { type QueueJump, queuesOf } from './jump.ts';
import type { PacketQueue } from './packet-queue.ts';

/**
 * `inPlace`: packets go through the reader. `unread`: nobody reads the queue, so the kernel lets them pass, or drops them where the jump fails
 * closed. `takenOut`: the reader hangs, and the jump was taken away. `stuck`: it hangs, and the jump stays, because it fails closed.
 * `off`: there is no jump, and there should be none.
 */
export type WatchdogState = 'off' | 'inPlace' | 'unread' | 'takenOut' | 'stuck';

export type WatchdogParts = {
  readonly clock: Clock;
  readonly queue: PacketQueue;
  /** Whether the reader answers, where it can be asked. Never rejects; a question that is not answered within a second counts as no. */
  readonly isWell?: () => Promise<boolean>;
  /** The state changed. `why`: what was seen. */
  readonly onState: (state: WatchdogState, why: string) => void;
  /** Somebody else flushed or changed the jump; it stands again where `isHealed`. */
  readonly onTampered: (isHealed: boolean) => void;
  readonly onFault: (error: unknown) => void;
  /** For tests. */
  readonly read?: () => ReadonlyMap<number, QueueCounters>;
};

const lookMs = 200;
/** So long may packets wait while nothing moves. With a look and the programs that take the jump out it stays below two seconds. */
const stallMs = 1000;
/** So long must all be well before the jump is put back; twice as long after each stall that follows soon. */
const calmMs = 1000;
const calmMsMax = 300_000;
const forgetStallsMs = 600_000;
/** The jump itself is looked at this often. */
const standingMs = 5000;

/** Watches the reader of a queue and the jump that leads there. */
export class QueueWatchdog {
  readonly #parts: WatchdogParts;
  #jump: QueueJump | undefined;
  #state: WatchdogState = 'off';
  #cancel: (() => void) | undefined;
  #last = new Map<number, number>();
  #movedAtMs = 0;
  #calmSinceMs: number | undefined;
  #calmNeededMs = calmMs;
  #stalledAtMs = Number.NEGATIVE_INFINITY;
  #lookedAtMs = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: WatchdogParts) {
    this.#parts = parts;
  }

  get state(): WatchdogState {
    return this.#state;
  }

  /** Puts the jump in force and watches it from then on; a jump that was taken out stays out until the reader is well. @throws QueueFault */
  start(jump: QueueJump): Promise<void> {
    return this.#inTurn(async () => {
      this.#jump = jump;
      if (this.#state !== 'takenOut') {
        await this.#parts.queue.install(jump);
        if (this.#state === 'off') this.#enter('inPlace', '');
      }
      this.#movedAtMs = this.#lookedAtMs = this.#parts.clock.monotonicMs();
      this.#last.clear();
      this.#cancel ??= this.#parts.clock.after(lookMs, () => this.#look());
    });
  }

  /** Takes the jump away. @throws QueueFault */
  stop(): Promise<void> {
    return this.#inTurn(async () => {
      this.#jump = undefined;
      this.#cancel?.();
      this.#cancel = undefined;
      this.#state = 'off';
      await this.#parts.queue.remove();
    });
  }

  /** Takes the jump out at once: whoever knows that the reader is unwell need not wait. It comes back as after a stall. */
  takeOut(why: string): Promise<void> {
    return this.#inTurn(() => this.#takeOut(why));
  }

  #look(): void {
    void this.#inTurn(() => this.#judge())
      .catch((error) => this.#parts.onFault(error))
      .finally(() => {
        if (this.#cancel) this.#cancel = this.#parts.clock.after(lookMs, () => this.#look());
      });
  }

  async #judge(): Promise<void> {
    const jump = this.#jump;
    if (!jump) return;
    const counters = (this.#parts.read ?? readQueueCounters)();
    const queues = queuesOf(jump).flatMap((number) => counters.get(number) ?? []);
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#state === 'takenOut') return this.#seekCalm(jump, queues, nowMs);
    const isRead = queues.length === queuesOf(jump).length;
    if (!isRead) this.#enter('unread', 'nobody reads the queue');
    else if (this.#hasMoved(queues)) this.#movedAtMs = nowMs;
    else if (nowMs - this.#movedAtMs >= stallMs) return this.#takeOut(waitingText(queues, nowMs - this.#movedAtMs));
    if (isRead) this.#enter('inPlace', 'packets move');
    else this.#movedAtMs = nowMs;
    if (nowMs - this.#lookedAtMs >= standingMs) await this.#lookAtJump(jump, nowMs);
  }

  /** Packets that got their word, or no packet that waits for one. */
  #hasMoved(queues: readonly QueueCounters[]): boolean {
    return queues.map((one) => this.#noteProgress(one)).every(Boolean);
  }

  #noteProgress({ queue, waiting, arrived, lost }: QueueCounters): boolean {
    const done = (arrived - waiting - lost) >>> 0;
    const before = this.#last.get(queue);
    this.#last.set(queue, done);
    return waiting === 0 || before !== done;
  }

  async #takeOut(why: string): Promise<void> {
    const jump = this.#jump;
    if (!jump || this.#state === 'takenOut') return;
    const nowMs = this.#parts.clock.monotonicMs();
    if (jump.failure === 'closed') return this.#enter('stuck', why);
    await this.#parts.queue.remove();
    this.#calmNeededMs =
      nowMs - this.#stalledAtMs < forgetStallsMs ? Math.min(this.#calmNeededMs * 2, calmMsMax) : calmMs;
    this.#stalledAtMs = nowMs;
    this.#calmSinceMs = undefined;
    this.#enter('takenOut', why);
  }

  async #seekCalm(jump: QueueJump, queues: readonly QueueCounters[], nowMs: number): Promise<void> {
    const isCalm =
      queues.length === queuesOf(jump).length &&
      queues.every(({ waiting }) => waiting === 0) &&
      (await (this.#parts.isWell?.() ?? true));
    if (!isCalm) this.#calmSinceMs = undefined;
    else this.#calmSinceMs ??= nowMs;
    if (this.#calmSinceMs === undefined || nowMs - this.#calmSinceMs < this.#calmNeededMs) return;
    await this.#parts.queue.install(jump);
    this.#movedAtMs = this.#lookedAtMs = this.#parts.clock.monotonicMs();
    this.#last.clear();
    this.#enter('inPlace', 'the reader is well again');
  }

  async #lookAtJump(jump: QueueJump, nowMs: number): Promise<void> {
    this.#lookedAtMs = nowMs;
    if (await this.#parts.queue.isStanding()) return;
    try {
      await this.#parts.queue.install(jump);
      this.#parts.onTampered(true);
    } catch (error) {
      this.#parts.onTampered(false);
      throw error;
    }
  }

  #enter(state: WatchdogState, why: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#parts.onState(state, why);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const waitingText = (queues: readonly QueueCounters[], ms: number): string =>
  `${queues.reduce((sum, { waiting }) => sum + waiting, 0)} packets have waited for ${Math.round(ms)} ms`;
