import { type NeutralEvent, short } from '@sakimori/contract/intake/index';
import { ensureRemoteHosts, type RemoteSighting, touchRemoteHosts } from '../hosts/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import type { Bound, Sender } from './bindings.ts';

/** Which host an event is of. The number that the manager gave it is its name: hostnames change and collide. */
export function hostOf(event: NeutralEvent, { trend_tenant: bound, id }: Bound, sender: Sender): RemoteSighting {
  const own = bound ?? event.tenant_id ?? '';
  // The only tenant of a manager of one's own; its agents do not name it.
  const tenant = own === '0' || own === 'Primary' ? '' : own;
  const isTarget =
    event.module === 'system' && /^host$/i.test(event.target_type ?? '') && event.target_id !== undefined;
  if (isTarget) return named(`id:${tenant}:${event.target_id}`, event.target ?? `#${event.target_id}`);
  if (event.host_id !== undefined && event.module !== 'system')
    return named(`id:${tenant}:${event.host_id}`, event.host ?? event.syslog_host ?? `#${event.host_id}`);
  if (event.module === 'system') {
    const manager =
      event.syslog_host ?? textOf(event.extra?.['ManagerHostname']) ?? textOf(event.extra?.['ManagerNodeName']);
    return named(`manager:${manager?.toLowerCase() ?? id}`, manager ?? `${sender.identity ?? sender.address}`);
  }
  const name = event.host ?? event.syslog_host ?? sender.address;
  return named(`name:${tenant}:${name.toLowerCase()}`, name);
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** SNS writes `name (display name) [i-0123]`; a target of a system event `name (address)`. */
const named = (key: string, name: string): RemoteSighting => ({
  key: short(key, 300),
  name: short(name.split(' (', 1)[0]!.trim() || name, 255),
});

const cachedMax = 50_000;
const touchMs = 60_000;

/** Ids of remote hosts by account and key, so that a line of a known host asks nobody. */
export class HostIndex {
  readonly #platform: Platform;
  readonly #ids = new Map<string, string>();
  readonly #touched = new Map<string, number>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async find(accountId: string, sightings: readonly RemoteSighting[]): Promise<(key: string) => string> {
    const missing = new Map(
      sightings.filter(({ key }) => !this.#ids.has(`${accountId}|${key}`)).map((sighting) => [sighting.key, sighting]),
    );
    if (missing.size > 0) {
      const found = await this.#platform.database.as(accountId, (tx) =>
        ensureRemoteHosts(tx, this.#platform, accountId, [...missing.values()]),
      );
      if (this.#ids.size + found.size > cachedMax) this.#ids.clear();
      for (const [key, id] of found) this.#ids.set(`${accountId}|${key}`, id);
      // What was known before the cache was emptied is asked for again.
      if (sightings.some(({ key }) => !this.#ids.has(`${accountId}|${key}`))) return this.find(accountId, sightings);
    }
    return (key) => this.#ids.get(`${accountId}|${key}`)!;
  }

  /** Notes at most once a minute that records of these came. */
  async touch(tx: Tx, accountId: string, hostIds: Iterable<string>): Promise<void> {
    const now = this.#platform.clock.now();
    const due = [...new Set(hostIds)].filter((id) => now.getTime() - (this.#touched.get(id) ?? 0) >= touchMs);
    if (due.length === 0) return;
    if (this.#touched.size > cachedMax) this.#touched.clear();
    for (const id of due) this.#touched.set(id, now.getTime());
    await touchRemoteHosts(tx, accountId, due, now);
  }
}
