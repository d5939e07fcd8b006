import { hash } from 'node:crypto';
import { agentPaths } from '@sakimori/contract/agent-protocol';
import type { HostInventory } from '@sakimori/contract/host-inventory';
import type { Clock } from '../clock.ts';
import { errorText, type Log } from '../log.ts';
import { ManagerRefusal, type Transport } from '../transport.ts';

export type ReporterParts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly transport: () => Transport;
  readonly take: () => Promise<HostInventory>;
  /** What was kept of the last report, over restarts. */
  readonly recall: (key: string) => string | undefined;
  readonly keep: (values: Readonly<Record<string, string>>) => Promise<void>;
};

const dayMs = 86_400_000;
/** Many hosts start, or hear of their manager again, at the same moment: not all of them report at once. */
const startMsMax = 2000;
const retryMsMin = 5000;
const retryMsMax = 600_000;

/** Sends the inventory: after the start where it changed, once a day, and whenever it is asked for. */
export class InventoryReporter {
  readonly #parts: ReporterParts;
  #cancel: (() => void) | undefined;
  #failures = 0;
  #isStarted = false;
  #isStopped = false;
  /** Never two at once. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  /** The manager can be reached. Called as often as it comes back. */
  connected(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#later(Math.random() * startMsMax);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Takes the inventory and sends it, whether it changed or not. @throws Error when the manager does not have it */
  async report(): Promise<HostInventory> {
    const inventory = await this.#inTurn(() => this.#send(true));
    this.#later(dayMs);
    return inventory;
  }

  /** A tenth earlier or later, so that hosts that began together drift apart. */
  #later(delayMs: number): void {
    this.#cancel?.();
    if (this.#isStopped) return;
    this.#cancel = this.#parts.clock.after(delayMs * (0.9 + Math.random() * 0.2), () => void this.#routine());
  }

  async #routine(): Promise<void> {
    try {
      await this.#inTurn(() => this.#send(this.#isDue()));
      this.#failures = 0;
      this.#later(dayMs);
    } catch (error) {
      // A manager that is older than inventories has no place for them; tomorrow it may have.
      const isUnknown = error instanceof ManagerRefusal && error.code === 'not_found';
      if (this.#failures === 0) this.#parts.log('warn', `the inventory waits: ${errorText(error)}`);
      this.#failures += 1;
      this.#later(isUnknown ? dayMs : Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#failures, 10)));
    }
  }

  #isDue(): boolean {
    const sentMs = Number(this.#parts.recall('sentMs') ?? Number.NaN);
    const ageMs = this.#parts.clock.nowMs() - sentMs;
    return !(ageMs >= 0 && ageMs < dayMs * 0.85);
  }

  async #send(always: boolean): Promise<HostInventory> {
    const { clock, keep, recall, take, transport } = this.#parts;
    const inventory = await take();
    const digest = hash('sha256', JSON.stringify({ ...inventory, takenAt: undefined }), 'base64url');
    if (!always && recall('digest') === digest) return inventory;
    await transport().call('POST', agentPaths.inventory, inventory, { compressed: true });
    await keep({ digest, sentMs: String(clock.nowMs()) });
    return inventory;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
