import { Refusal } from '@sakimori/contract';
import { announce, type Platform } from '../platform/index.ts';
import { writeBaselines } from './baseline-store.ts';
import { type Sighting, writeSightings } from './store.ts';

export type Recovered = { readonly accountId: string; readonly hostId: string; readonly silentSince: Date };

/** Ends that the manager sees or is told of. */
export type EndCause = 'process_ended' | 'stopped' | 'uninstalled' | 'upgrading' | 'host_shutdown';

const writeEveryMs = 300;
const retryEveryMs = 2000;

/**
 * Gathers what heartbeats say and writes it for all hosts in one statement, a few times a second: ten thousand agents cost the database
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

  /**
   * A host was heard. `state` only where something changed since the last time.
   * @param toldAccount the host's account, where what it applies has changed
   */
  seen(hostId: string, state: Sighting['state'], toldAccount?: string): void {
    this.#put({
      id: hostId,
      seen: true,
      ...this.#due('silence'),
      silence_cause: 'no_contact',
      ...(state ? { state } : {}),
      ...(toldAccount ? { told_account: toldAccount } : {}),
    });
  }

  /** A host's connection ended, or it said good-bye: the wait for its return is short, and the cause is known. */
  ended(hostId: string, cause: EndCause): void {
    // A machine that starts again, and a new version, need longer than a process.
    const wait = cause === 'host_shutdown' || cause === 'upgrading' ? 'silence' : 'ended';
    this.#put({ id: hostId, seen: false, ...this.#due(wait), silence_cause: cause });
  }

  #due(wait: Sighting['wait']): Pick<Sighting, 'seen_at' | 'silence_due_at' | 'wait' | 'wait_seconds'> {
    const { clock, config } = this.#platform;
    const now = clock.now();
    const seconds = wait === 'ended' ? config.SAKIMORI_ENDED_SECONDS : config.SAKIMORI_SILENCE_SECONDS;
    const due = new Date(now.getTime() + seconds * 1000);
    return { seen_at: now.toISOString(), silence_due_at: due.toISOString(), wait, wait_seconds: seconds };
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
    this.#waiting.set(sighting.id, fold(this.#waiting.get(sighting.id), sighting));
    this.#schedule(writeEveryMs);
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: Error) =>
        this.#platform.log.warn({ err: error.message }, 'heartbeats wait: the database does not take them'),
      );
    }, delayMs).unref();
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting;
    this.#waiting = new Map();
    try {
      await this.#writeAll([...batch.values()]);
    } catch (error) {
      for (const [hostId, later] of this.#waiting) batch.set(hostId, fold(batch.get(hostId), later));
      this.#waiting = batch;
      this.#schedule(retryEveryMs);
      throw error;
    }
  }

  /** One host's news that the database will never take must not make all the others seem silent. */
  async #writeAll(sightings: readonly Sighting[]): Promise<void> {
    try {
      const recovered = await this.#platform.database.asProvider(async (tx) => {
        const told = new Set(sightings.flatMap(({ told_account }) => told_account ?? []));
        await announce(tx, ...[...told].map((accountId) => ({ topic: 'host', accountId }) as const));
        const back = await writeSightings(tx, sightings);
        await writeBaselines(
          tx,
          sightings.map(({ id, state }) => ({ id, modules: state?.modules })),
        );
        return back;
      });
      for (const row of recovered)
        await this.#onRecovered({ accountId: row.tenant_id, hostId: row.id, silentSince: row.silent_since });
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unavailable') throw error;
      if (sightings.length === 1) {
        this.#platform.log.error({ hostId: sightings[0]!.id, err: (error as Error).message }, 'a heartbeat was lost');
        return;
      }
      for (const sighting of sightings) await this.#writeAll([sighting]);
    }
  }
}

/** Two pieces of news of one host as one: nothing that the earlier one told is lost where the later one is silent about it. */
function fold(earlier: Sighting | undefined, later: Sighting): Sighting {
  if (!earlier) return later;
  const state = later.state ?? earlier.state;
  const toldAccount = later.told_account ?? earlier.told_account;
  return {
    ...later,
    seen: earlier.seen || later.seen,
    seen_at: later.seen || !earlier.seen ? later.seen_at : earlier.seen_at,
    ...(state ? { state } : {}),
    ...(toldAccount ? { told_account: toldAccount } : {}),
  };
}
