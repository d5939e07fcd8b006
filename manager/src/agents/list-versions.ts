import { listsAnnounced, listsDigest } from '../antimalware/index.ts';
import type { Platform } from '../platform/index.ts';

/** Which version of its hashes and signatures each account has: heartbeats name it, and ask the database for it once. */
export class ListVersions {
  readonly #platform: Platform;
  readonly #known = new Map<string, Promise<string>>();

  /** @param onChange told of accounts whose agents shall ask again */
  constructor(platform: Platform, onChange: (accountId: string) => void) {
    this.#platform = platform;
    platform.live.subscribe((event) => {
      const accountId = listsAnnounced(event);
      if (accountId === undefined) return;
      this.#known.delete(accountId);
      onChange(accountId);
    });
    platform.live.onGap(() => this.#known.clear());
  }

  /** The same promise as long as the version stands. */
  of(accountId: string): Promise<string> {
    const known = this.#known.get(accountId);
    if (known) return known;
    const version = listsDigest(this.#platform, accountId);
    this.#known.set(accountId, version);
    version.catch(() => {
      if (this.#known.get(accountId) === version) this.#known.delete(accountId);
    });
    return version;
  }
}
