import { agentPaths } from '@sakimori/contract/agent-protocol';
import type { Clock } from './clock.ts';
import type { Engine } from './engines/engine.ts';
import { errorText, type Log } from './log.ts';
import type { Transport } from './transport.ts';

type Parts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly engine: Engine<'antimalware'>;
  readonly transport: () => Transport;
};

/** Changes within this time are told together. */
const gatherMs = 300;
const [retryMs, retryMsMax] = [5000, 300_000];

/** Tells the manager what the quarantine holds: when the link comes up, and after each change. */
export class QuarantineReporter {
  readonly #parts: Parts;
  #cancel: (() => void) | undefined;
  #isSending = false;
  #isDirty = false;
  #isStopped = false;
  #waitMs = retryMs;

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.engine.quarantine?.onChange(() => this.#soon(gatherMs));
  }

  connected(): void {
    this.#waitMs = retryMs;
    this.#soon(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #soon(ms: number): void {
    if (this.#isStopped || !this.#parts.engine.quarantine) return;
    this.#isDirty = true;
    this.#cancel?.();
    this.#cancel = this.#parts.clock.after(ms, () => void this.#send());
  }

  async #send(): Promise<void> {
    const { engine, transport, log } = this.#parts;
    if (this.#isSending || !engine.quarantine) return;
    this.#isSending = true;
    this.#isDirty = false;
    let waitMs = gatherMs;
    try {
      await transport().call('POST', agentPaths.quarantine, await engine.quarantine.report(), { compressed: true });
      this.#waitMs = retryMs;
    } catch (error) {
      log('warn', `what the quarantine holds could not be told: ${errorText(error)}`);
      this.#isDirty = true;
      waitMs = this.#waitMs;
      this.#waitMs = Math.min(retryMsMax, this.#waitMs * 2);
    } finally {
      this.#isSending = false;
    }
    if (this.#isDirty) this.#soon(waitMs);
  }
}
