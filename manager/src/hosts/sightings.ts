import type { Platform } from '../platform/index.ts';
import { type Sighting, writeSightings } from './store.ts';

export type Recovered = { readonly accountId: string; readonly hostId: string; readonly silentSince: Date };

/**
 * Gathers what heartbeats say and writes it for all hosts in one statement, at most twice a second: ten thousand agents cost the database
 * a few statements, not a few hundred a second. News of one host fold into its newest.
 */
export class SightingWriter {
  readonly #platform: Platform;
  readonly #onRecovered: (host: Recovered) => Promise<void>;
  #waiting = new Map<string, Sighting>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(platform: Platform, onRecovered: (host: Recovered) => Promise<void>) {
    this.#platform = platform;
    this.#onRecovered = onRecovered;
  }

  /** A host was heard. `state` only where something changed since the last time. */
  seen(hostId: string, state: Sighting['state']): void {
    const now = this.#platform.clock.now();
    const due = new Date(now.getTime() + this.#platform.config.SAKIMORI_SILENCE_SECONDS * 1000);
    const earlier = this.#waiting.get(hostId)?.state;
    const kept = state ?? earlier;
    this.#put({
      id: hostId,
      seen_at: now.toISOString(),
      seen: true,
      silence_due_at: due.toISOString(),
      silence_cause: 'no_contact',
      ...(kept ? { state: kept } : {}),
    });
  }

  /** A host's connection ended, or it said good-bye: the wait for its return is short, and the cause is known. */
  ended(hostId: string, cause: 'process_ended' | 'stopped' | 'host_shutdown'): void {
    const now = this.#platform.clock.now();
    const waitSeconds =
      cause === 'host_shutdown'
        ? this.#platform.config.SAKIMORI_SILENCE_SECONDS
        : this.#platform.config.SAKIMORI_ENDED_SECONDS;
    const due = new Date(now.getTime() + waitSeconds * 1000).toISOString();
    const earlier = this.#waiting.get(hostId);
    if (earlier) this.#put({ ...earlier, silence_due_at: due, silence_cause: cause });
    else this.#put({ id: hostId, seen_at: now.toISOString(), seen: false, silence_due_at: due, silence_cause: cause });
  }

  /** Writes what waits. @throws Refusal unavailable — then it still waits. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = this.#writing.then(() => this.#write());
    this.#writing = next.catch(() => undefined);
    return next;
  }

  #put(sighting: Sighting): void {
    this.#waiting.set(sighting.id, sighting);
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: Error) => {
        this.#platform.log.warn({ err: error.message }, 'heartbeats wait: the database does not take them');
        this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), 2000);
      });
    }, 300);
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting;
    this.#waiting = new Map();
    try {
      const recovered = await this.#platform.database.asProvider((tx) => writeSightings(tx, [...batch.values()]));
      for (const row of recovered)
        await this.#onRecovered({ accountId: row.tenant_id, hostId: row.id, silentSince: row.silent_since });
    } catch (error) {
      // Newer news that came meanwhile win over these.
      this.#waiting = new Map([...batch, ...this.#waiting]);
      throw error;
    }
  }
}
