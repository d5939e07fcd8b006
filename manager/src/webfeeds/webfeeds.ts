import {
  type Actor,
  type NewWebFeed,
  ownEntriesMax,
  ownFeedsMax,
  Refusal,
  type RouteReply,
  type routes,
  sharedEntriesMax,
  type WebFeed,
  type WebFeedReplacement,
  webFeedsMax,
} from '@sakimori/contract';
import { canonicalAddress, shownAddress } from '@sakimori/contract/web-reputation/address';
import { note, providerTenant } from '../audit/index.ts';
import { getAccount } from '../customers/index.ts';
import { defineJob, enqueue, newId, type Platform, type Tx } from '../platform/index.ts';
import { fetchFeed } from './fetch-feed.ts';
import { FeedProblem } from './problem.ts';
import {
  deleteFeed,
  type FeedRow,
  insertFeed,
  selectFeed,
  selectFeeds,
  type TableRow,
  updateContent,
  updateProblem,
  updateUrl,
} from './store.ts';
import type { WebTables } from './tables.ts';
import { work } from './work.ts';

const sealPurpose = 'webfeeds.url';

export const buildTable = defineJob<{ tenantId: string }>('webfeeds.build');

/** The provider's feeds, and one account's. @throws Refusal not_found */
export async function listFeeds(
  platform: Platform,
  tables: WebTables,
  actor: Actor,
  asked: string | undefined,
): Promise<RouteReply<typeof routes.listWebFeeds>> {
  const accountId = asked ?? actor.accountId;
  if (accountId) await platform.database.for(actor, (tx) => getAccount(tx, accountId));
  const [shared, own] = [
    await platform.database.as(providerTenant, (tx) => selectFeeds(tx, [providerTenant])),
    accountId ? await platform.database.as(accountId, (tx) => selectFeeds(tx, [accountId])) : [],
  ];
  const [sharedTable, ownTable] = [
    await tables.head(providerTenant),
    accountId ? await tables.head(accountId) : undefined,
  ];
  return {
    // From where the provider has its feeds is the provider's own affair.
    feeds: [
      ...shared.map(toFeed).map(({ url, ...feed }) => (actor.accountId || url === undefined ? feed : { ...feed, url })),
      ...own.map(toFeed),
    ],
    ...(sharedTable ? { shared: toState(sharedTable) } : {}),
    ...(ownTable ? { own: toState(ownTable) } : {}),
  };
}

const toState = ({ version, entries, bytes, built_at }: TableRow) => ({
  version,
  entries,
  bytes,
  builtAt: built_at.toISOString(),
});

export function toFeed(row: FeedRow): WebFeed {
  return {
    ...{ id: row.id, name: row.name, format: row.format, category: row.category, score: row.score },
    ...(row.tenant_id === providerTenant ? {} : { accountId: row.tenant_id }),
    ...(row.shown_url === null ? {} : { url: row.shown_url }),
    ...(row.interval_minutes === null ? {} : { intervalMinutes: row.interval_minutes }),
    ...{
      isShipped: row.is_shipped,
      entries: row.entries,
      faultCount: row.fault_count,
      faults: row.faults,
      version: row.version,
    },
    ...(row.tried_at ? { triedAt: row.tried_at.toISOString() } : {}),
    ...(row.good_at ? { goodAt: row.good_at.toISOString() } : {}),
    ...(row.problem === null ? {} : { problem: row.problem }),
  };
}

/** @throws Refusal not_found, limit_reached, malformed where the list cannot be read */
export async function addFeed(platform: Platform, actor: Actor, input: NewWebFeed): Promise<WebFeed> {
  const tenantId = await tenantOf(platform, actor, input.accountId);
  const { name, format, category, score, url, intervalMinutes, text } = input;
  const read =
    text === undefined
      ? undefined
      : await orMalformed(() => work({ do: 'read', text, feed: input, entriesMax: roomFor(tenantId) }));
  const id = newId(platform.clock);
  const now = platform.clock.now();
  await platform.database.as(tenantId, async (tx) => {
    const others = await selectFeeds(tx, [tenantId]);
    checkRoom(tenantId, others, read?.entries ?? 0);
    const sealed = url === undefined ? null : platform.vault.seal(sealPurpose, url);
    await insertFeed(tx, {
      ...{ tenant_id: tenantId, id, name, format, category, score, is_shipped: false },
      ...{ sealed_url: sealed, shown_url: url === undefined ? null : shownUrl(url) },
      ...{ interval_minutes: url === undefined ? null : intervalMinutes, due_at: url === undefined ? null : now },
    });
    if (read) await updateContent(tx, { tenant_id: tenantId, id }, read, now, null);
    await noteFeed(tx, platform, actor, 'webfeed.added', { tenant_id: tenantId, id, name });
    await enqueue(tx, buildTable, { tenantId }, tenantId);
  });
  return url === undefined ? show(platform, tenantId, id) : fetchNow(platform, tenantId, id);
}

/**
 * Another list, or another address, which is fetched at once; what was there stays where the new one cannot be read.
 * @throws Refusal not_found, limit_reached, malformed
 */
export async function replaceFeed(
  platform: Platform,
  actor: Actor,
  id: string,
  { text, url }: WebFeedReplacement,
): Promise<WebFeed> {
  const row = await find(platform, actor, id);
  if (text === undefined) return replaceUrl(platform, actor, row, url!);
  if (row.sealed_url !== null || row.is_shipped)
    throw new Refusal('malformed', { detail: 'this feed is not an uploaded list: give another address' });
  const read = await orMalformed(() => work({ do: 'read', text, feed: row, entriesMax: roomFor(row.tenant_id) }));
  await platform.database.as(row.tenant_id, async (tx) => {
    const others = (await selectFeeds(tx, [row.tenant_id])).filter((one) => one.id !== id);
    checkRoom(row.tenant_id, others, read.entries);
    await updateContent(tx, row, read, platform.clock.now(), null);
    await noteFeed(tx, platform, actor, 'webfeed.replaced', row);
    await enqueue(tx, buildTable, { tenantId: row.tenant_id }, row.tenant_id);
  });
  return show(platform, row.tenant_id, id);
}

async function replaceUrl(platform: Platform, actor: Actor, row: FeedRow, url: string): Promise<WebFeed> {
  if (row.sealed_url === null) throw new Refusal('malformed', { detail: 'this list was uploaded: give another list' });
  await platform.database.as(row.tenant_id, async (tx) => {
    await updateUrl(tx, row, platform.vault.seal(sealPurpose, url), shownUrl(url));
    await noteFeed(tx, platform, actor, 'webfeed.replaced', row);
  });
  return fetchNow(platform, row.tenant_id, row.id);
}

/** @throws Refusal not_found, malformed for a list that was uploaded */
export async function refreshFeed(platform: Platform, actor: Actor, id: string): Promise<WebFeed> {
  const row = await find(platform, actor, id);
  if (row.sealed_url === null)
    throw new Refusal('malformed', { detail: 'this list was uploaded: there is nothing to fetch' });
  await platform.database.as(row.tenant_id, (tx) => noteFeed(tx, platform, actor, 'webfeed.refreshed', row));
  return fetchNow(platform, row.tenant_id, id);
}

/** @throws Refusal not_found */
export async function removeFeed(platform: Platform, actor: Actor, id: string): Promise<void> {
  const row = await find(platform, actor, id);
  if (row.is_shipped) throw new Refusal('malformed', { detail: 'this list comes with the product' });
  await platform.database.as(row.tenant_id, async (tx) => {
    await deleteFeed(tx, row);
    await noteFeed(tx, platform, actor, 'webfeed.removed', row);
    await enqueue(tx, buildTable, { tenantId: row.tenant_id }, row.tenant_id);
  });
}

/** Fetches, reads and keeps it; where it is not well, what was there stays. */
export async function fetchNow(platform: Platform, tenantId: string, id: string): Promise<WebFeed> {
  const row = await platform.database.as(tenantId, (tx) => selectFeed(tx, id));
  if (!row?.sealed_url) throw new Refusal('not_found', { what: 'feed' });
  const dueAt = () => new Date(platform.clock.now().getTime() + (row.interval_minutes ?? 60) * 60_000);
  try {
    const text = await fetchFeed(
      platform.vault.open(sealPurpose, row.sealed_url),
      platform.config.SAKIMORI_FEEDS_PRIVATE,
    );
    const read = await work({ do: 'read', text, feed: row, entriesMax: sharedEntriesMax });
    await platform.database.as(tenantId, async (tx) => {
      const others = (await selectFeeds(tx, [tenantId])).filter((one) => one.id !== id);
      const entries = others.reduce((sum, one) => sum + one.entries, read.entries);
      if (entries > sharedEntriesMax) throw new FeedProblem('too_many', sharedEntriesMax);
      await updateContent(tx, row, read, platform.clock.now(), dueAt());
      if (read.digest !== row.digest) await enqueue(tx, buildTable, { tenantId }, tenantId);
    });
  } catch (error) {
    if (!(error instanceof FeedProblem)) throw error;
    await platform.database.as(tenantId, (tx) => updateProblem(tx, row, error, platform.clock.now(), dueAt()));
  }
  return show(platform, tenantId, id);
}

async function show(platform: Platform, tenantId: string, id: string): Promise<WebFeed> {
  const row = await platform.database.as(tenantId, (tx) => selectFeed(tx, id));
  if (!row) throw new Refusal('not_found', { what: 'feed' });
  return toFeed(row);
}

async function find(platform: Platform, actor: Actor, id: string): Promise<FeedRow> {
  const row = await platform.database.for(actor, (tx) => selectFeed(tx, id));
  if (!row) throw new Refusal('not_found', { what: 'feed' });
  return row;
}

/** The provider's feeds are nothing for somebody who belongs to an account. */
async function tenantOf(platform: Platform, actor: Actor, accountId: string | undefined): Promise<string> {
  const tenantId = accountId ?? actor.accountId;
  if (tenantId === undefined) return providerTenant;
  await platform.database.for(actor, (tx) => getAccount(tx, tenantId));
  return tenantId;
}

const roomFor = (tenantId: string): number => (tenantId === providerTenant ? sharedEntriesMax : ownEntriesMax);

function checkRoom(tenantId: string, others: readonly FeedRow[], entries: number): void {
  const feedsMax = tenantId === providerTenant ? webFeedsMax : ownFeedsMax;
  if (others.length >= feedsMax) throw new Refusal('limit_reached', { max: feedsMax, what: 'feed' });
  const all = others.reduce((sum, one) => sum + one.entries, entries);
  if (all > roomFor(tenantId)) throw new Refusal('limit_reached', { max: roomFor(tenantId), what: 'entry' });
}

async function orMalformed<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FeedProblem) throw new Refusal('malformed', { detail: error.message });
    throw error;
  }
}

function noteFeed(
  tx: Tx,
  platform: Platform,
  actor: Actor,
  action: 'webfeed.added' | 'webfeed.replaced' | 'webfeed.refreshed' | 'webfeed.removed',
  row: Pick<FeedRow, 'tenant_id' | 'id' | 'name'>,
): Promise<void> {
  const isOwn = row.tenant_id !== providerTenant;
  return note(tx, platform.clock, {
    ...{ actor, action, target: `webfeed:${row.id}`, facts: { name: row.name } },
    ...(isOwn ? { accountId: row.tenant_id } : {}),
  });
}

/** Keys stand in queries as a rule, and sometimes as a step of the path that looks like one. */
function shownUrl(url: string): string {
  const address = canonicalAddress(url);
  const scheme = url.startsWith('https') ? 'https://' : 'http://';
  if (!address) return scheme;
  const shown = shownAddress(address, 300).replace(/\?.*$/s, '?***');
  return scheme + shown.replace(/\/(?=[^/]*\d)[A-Za-z0-9_-]{20,}(?=\/|$|\?)/g, '/***');
}
