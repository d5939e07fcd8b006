import { agentPaths, BatchReply } from '@sakimori/contract/agent-protocol';
import { Backoff } from './backoff.ts';
import { Bell } from './bell.ts';
import type { Clock } from './clock.ts';
import { errorText, type Log } from './log.ts';
import type { Lease, Spool } from './spool/index.ts';
import { ManagerRefusal, type Transport } from './transport.ts';

export type SenderParts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly spool: Spool;
  /** The transport now; a rotated certificate brings another. */
  readonly transport: () => Transport;
  /** Gathers what comes within this time into one batch. */
  readonly lingerMs: number;
  /** The manager does not take this host's certificate: nobody sends until that changes. */
  readonly onLockedOut: (code: string) => void;
  readonly isLockedOut: () => boolean;
};

const batchDetections = 500;
const batchBytes = 4 * 1024 * 1024;
/** Within this after a batch the next is one of many. */
const steadyMs = 500;
const steadyFactor = 4;
/** A manager that is away is asked again by the heartbeat, which rings; this is for one that is there and refuses. */
const backoffFirstMs = 500;
const backoffMsMax = 30_000;
/** Answers with which a smaller batch may do better: too large, or one malformed detection spoils the whole. */
const statusesToHalve = [400, 413, 422];

/** Sends what waits in the spool, as soon as there is something, oldest first, one batch after the other. */
export class Sender {
  /** Detections that the manager will never store: told in the local log and given up. */
  refused = 0;
  readonly #parts: SenderParts;
  readonly #bell: Bell;
  readonly #backoff = new Backoff(backoffFirstMs, backoffMsMax);
  #sentMs = Number.NEGATIVE_INFINITY;
  #countMax = batchDetections;
  #bytesMax = batchBytes;
  #isStopped = false;
  #running: Promise<void> | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#bell = new Bell(parts.clock);
  }

  start(): void {
    this.#parts.spool.onAppend = () => this.#bell.ring();
    this.#running = this.#run();
    this.#bell.ring();
  }

  /** The way is free (again): no reason to wait any longer. */
  retryNow(): void {
    this.#backoff.reset();
    this.#bell.ring();
  }

  /** Stops after the batch that is on its way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#bell.ring();
    await this.#running;
  }

  /** Sends what waits until nothing does or the time is over: for the end of the agent. */
  async drain(untilMs: number): Promise<void> {
    await this.stop();
    while (this.#parts.clock.monotonicMs() < untilMs && !this.#parts.isLockedOut()) {
      const lease = this.#parts.spool.lease(this.#countMax, this.#bytesMax);
      if (!lease || !(await this.#send(lease, untilMs - this.#parts.clock.monotonicMs()))) return;
    }
  }

  async #run(): Promise<void> {
    const { spool } = this.#parts;
    let waitMs = Number.MAX_SAFE_INTEGER;
    while (!this.#isStopped) {
      await this.#bell.wait(waitMs);
      waitMs = Number.MAX_SAFE_INTEGER;
      if (this.#isStopped) return;
      if (spool.pending < batchDetections) await this.#linger();
      if (!(await this.#sendAll())) waitMs = this.#backoff.nextMs();
    }
  }

  /** Where one batch follows another, each is worth a little more waiting: a request costs more than the detections in it. */
  async #linger(): Promise<void> {
    const { clock, lingerMs } = this.#parts;
    const isSteady = clock.monotonicMs() - this.#sentMs < steadyMs;
    await new Promise<void>((done) => clock.after(isSteady ? lingerMs * steadyFactor : lingerMs, done));
  }

  /** @returns false when something waits still and now is not the time */
  async #sendAll(): Promise<boolean> {
    while (!this.#isStopped) {
      if (this.#parts.isLockedOut()) return true;
      const lease = this.#parts.spool.lease(this.#countMax, this.#bytesMax);
      if (!lease) return true;
      if (!(await this.#send(lease, 60_000))) return false;
      this.#backoff.reset();
      // What came meanwhile has the bell rung: it is a batch of its own, after its wait.
      if (this.#parts.spool.pending < batchDetections) {
        if (this.#parts.spool.pending > 0) this.#bell.ring();
        return true;
      }
    }
    return true;
  }

  async #send(lease: Lease, timeoutMs: number): Promise<boolean> {
    const { spool, transport } = this.#parts;
    const detections = lease.rows.map(({ body }) => JSON.parse(body) as unknown);
    try {
      const answer = await transport().call(
        'POST',
        agentPaths.detections,
        { detections },
        { compressed: true, timeoutMs },
      );
      const reply = BatchReply.parse(answer);
      this.#noteRefused(reply.refused);
      spool.commit(lease);
      this.#sentMs = this.#parts.clock.monotonicMs();
      this.#growBatches();
      return true;
    } catch (error) {
      return this.#dealWith(error, lease);
    }
  }

  /** @returns true when the next try may come at once */
  #dealWith(error: unknown, lease: Lease): boolean {
    const { spool, log } = this.#parts;
    if (error instanceof ManagerRefusal && statusesToHalve.includes(error.status)) {
      if (lease.rows.length === 1) {
        this.#noteRefused([{ id: lease.rows[0]!.id, code: error.code, detail: error.message }]);
        spool.commit(lease);
        return true;
      }
      this.#countMax = Math.max(1, Math.floor(lease.rows.length / 2));
      this.#bytesMax = Math.max(64 * 1024, Math.floor(this.#bytesMax / 2));
      spool.rollback(lease);
      return true;
    }
    spool.rollback(lease);
    if (error instanceof ManagerRefusal && error.code.startsWith('certificate_')) this.#parts.onLockedOut(error.code);
    if (this.#backoff.failures === 0) log('warn', `detections wait: ${errorText(error)}`, { pending: spool.pending });
    return false;
  }

  #noteRefused(refused: readonly { id: string; code: string; detail: string }[]): void {
    this.refused += refused.length;
    for (const { id, code, detail } of refused.slice(0, 10)) {
      this.#parts.log('error', 'the manager will not store a detection; it is given up', { id, code, detail });
    }
  }

  /** Back to full size step by step, so that a limit on the way is not hit by every other batch. */
  #growBatches(): void {
    this.#countMax = Math.min(batchDetections, this.#countMax * 2);
    this.#bytesMax = Math.min(batchBytes, this.#bytesMax * 2);
  }
}
