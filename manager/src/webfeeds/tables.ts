import { createHash } from 'node:crypto';
import { Refusal } from '@sakimori/contract';
import { WebTable } from '@sakimori/contract/web-reputation/table';
import type { AnnouncedTables } from '@sakimori/contract/web-table-protocol';
import { providerTenant } from '../audit/index.ts';
import { type Announcement, announce, type Platform, type Tx } from '../platform/index.ts';
import { deleteTable, selectContents, selectTable, selectTableContent, type TableRow, upsertTable } from './store.ts';
import { work } from './work.ts';

/** Tables in the memory of this process: the shared one, and those of accounts that asked lately. */
const keptMax = 12;
const announcement = 'web-tables';

/** Makes the table of the provider's feeds, or of one account's, where what it is made of has changed. */
export async function rebuildTable(platform: Platform, tenantId: string): Promise<void> {
  const { database, clock } = platform;
  const { contents, before } = await database.as(tenantId, async (tx) => ({
    contents: await selectContents(tx, tenantId),
    before: await selectTable(tx, tenantId),
  }));
  const digest = createHash('sha256');
  for (const one of contents) digest.update(`${one.name}\0${one.digest}\0`);
  const sourceDigest = digest.digest('hex');
  if (before?.source_digest === sourceDigest) return;
  if (contents.length === 0) {
    await database.as(tenantId, async (tx) => {
      await deleteTable(tx, tenantId);
      await tellTables(tx, tenantId);
    });
    return;
  }
  const made = await work({ do: 'build', contents: contents.map(({ name, content }) => ({ feed: name, content })) });
  await database.as(tenantId, async (tx) => {
    await upsertTable(tx, tenantId, { ...made, sourceDigest, at: clock.now() });
    await tellTables(tx, tenantId);
  });
}

const tellTables = (tx: Tx, tenantId: string): Promise<void> => announce(tx, { internal: announcement, id: tenantId });

/** Whose table changed, where that is what is announced. */
export const tablesAnnounced = (event: Announcement): string | undefined =>
  'internal' in event && event.internal === announcement ? event.id : undefined;

type Kept = { readonly version: string; readonly bytes: Buffer; readonly table: WebTable };

/** What heartbeats name and hosts fetch, read once however many ask. */
export class WebTables {
  readonly #platform: Platform;
  readonly #heads = new Map<string, Promise<TableRow | undefined>>();
  readonly #kept = new Map<string, Promise<Kept | undefined>>();

  constructor(platform: Platform) {
    this.#platform = platform;
    platform.live.subscribe((event) => {
      const tenantId = tablesAnnounced(event);
      if (tenantId !== undefined) this.#forget(tenantId);
    });
    platform.live.onGap(() => {
      this.#heads.clear();
      this.#kept.clear();
    });
  }

  /** @param hosts agents that are connected: the more there are, the longer they take turns */
  async announced(accountId: string, hosts: number): Promise<AnnouncedTables> {
    const [shared, own] = await Promise.all([this.head(providerTenant), this.head(accountId)]);
    const named = (row: TableRow | undefined) => row && { version: row.version, bytes: row.bytes };
    return {
      ...(shared ? { shared: named(shared)! } : {}),
      ...(own ? { own: named(own)! } : {}),
      spreadSeconds: Math.min(600, Math.floor(hosts / 20)),
    };
  }

  head(tenantId: string): Promise<TableRow | undefined> {
    const known = this.#heads.get(tenantId);
    if (known) return known;
    const row = this.#platform.database.as(tenantId, (tx) => selectTable(tx, tenantId));
    this.#heads.set(tenantId, row);
    row.catch(() => this.#heads.delete(tenantId));
    return row;
  }

  /** The bytes of this version. @throws Refusal not_found: it is another one now */
  async bytes(tenantId: string, version: string): Promise<Buffer> {
    const kept = await this.#keep(tenantId);
    if (kept?.version !== version) throw new Refusal('not_found', { what: 'table' });
    return kept.bytes;
  }

  /** For who wants to look something up here. */
  async table(tenantId: string): Promise<WebTable | undefined> {
    return (await this.#keep(tenantId))?.table;
  }

  #keep(tenantId: string): Promise<Kept | undefined> {
    const known = this.#kept.get(tenantId);
    const kept = known ?? this.#read(tenantId);
    this.#kept.delete(tenantId);
    this.#kept.set(tenantId, kept);
    if (this.#kept.size > keptMax) this.#kept.delete(this.#kept.keys().next().value!);
    kept.catch(() => this.#kept.delete(tenantId));
    return kept;
  }

  async #read(tenantId: string): Promise<Kept | undefined> {
    const row = await this.#platform.database.as(tenantId, (tx) => selectTableContent(tx, tenantId));
    return row && { version: row.version, bytes: row.content, table: new WebTable(row.content) };
  }

  #forget(tenantId: string): void {
    this.#heads.delete(tenantId);
    this.#kept.delete(tenantId);
  }
}
