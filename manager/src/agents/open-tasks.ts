import type { HostTask } from '@sakimori/contract';
import { hostsAnnounced, selectHostsWithOpenTasks, takeTasks } from '../hosts/index.ts';
import type { Platform } from '../platform/index.ts';

/** Stands for the news that a host has something to do: another one each time there is more. */
export type News = object;

/** Hosts that ask within this time are looked up together: all of an account may have been given something at the same moment. */
const gatherMs = 10;
const hostsPerLookUp = 1000;
const retryMs = 5000;

/**
 * Knows which hosts have something to do, so that the heartbeat of all the others costs the database nothing. A host stays here until a
 * look-up finds nothing open for it.
 */
export class OpenTasks {
  readonly #platform: Platform;
  readonly #news = new Map<string, News>();
  #asking = new Map<string, PromiseWithResolvers<HostTask[]>>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onNews told of hosts that were just given something */
  constructor(platform: Platform, onNews: (hostIds: readonly string[]) => void) {
    this.#platform = platform;
    platform.live.subscribe((event) => {
      const hostIds = hostsAnnounced(event, 'task');
      if (!hostIds) return;
      for (const hostId of hostIds) this.#news.set(hostId, {});
      onNews(hostIds);
    });
    platform.live.onGap(() => void this.load());
  }

  /** Learns what was given while nobody listened. Never throws: it is tried again. */
  async load(): Promise<void> {
    try {
      const hostIds = await this.#platform.database.asProvider(selectHostsWithOpenTasks);
      for (const hostId of hostIds) if (!this.#news.has(hostId)) this.#news.set(hostId, {});
    } catch (error) {
      this.#platform.log.warn({ err: (error as Error).message }, 'open tasks could not be looked up');
      setTimeout(() => void this.load(), retryMs).unref();
    }
  }

  /** Undefined where there is nothing to do. */
  newsOf(hostId: string): News | undefined {
    return this.#news.get(hostId);
  }

  /** What a host has to do now; from now on it counts as sent. Nothing while the database is away: the next heartbeat asks again. */
  take(hostId: string): Promise<HostTask[]> {
    let asking = this.#asking.get(hostId);
    if (!asking) {
      asking = Promise.withResolvers();
      this.#asking.set(hostId, asking);
    }
    this.#timer ??= setTimeout(() => void this.#lookUp(), gatherMs);
    return asking.promise;
  }

  async #lookUp(): Promise<void> {
    this.#timer = undefined;
    const asking = [...this.#asking];
    this.#asking = new Map(asking.splice(hostsPerLookUp));
    if (this.#asking.size > 0) this.#timer = setTimeout(() => void this.#lookUp(), 0);
    const seen = new Map(asking.map(([hostId]) => [hostId, this.#news.get(hostId)]));
    try {
      const tasks = await takeTasks(this.#platform, [...seen.keys()]);
      for (const [hostId, { resolve }] of asking) {
        const open = tasks.get(hostId) ?? [];
        // What was announced during the look-up may not be in it.
        if (open.length === 0 && this.#news.get(hostId) === seen.get(hostId)) this.#news.delete(hostId);
        resolve(open);
      }
    } catch (error) {
      this.#platform.log.warn({ err: (error as Error).message }, 'tasks wait: the database does not give them');
      for (const [, { resolve }] of asking) resolve([]);
    }
  }
}
