import { type Actor, type CalendarFeed, dayInJapan, feedsMax, type Language, Refusal } from '@sakimori/contract';
import { japanDay, listDays } from '@sakimori/contract/calendar/index';
import { note } from '../audit/index.ts';
import { announce, newId, newSecret, type Platform, sha256 } from '../platform/index.ts';
import { calendarFor, type EditionSource } from './calendar.ts';
import { writeCalendar } from './icalendar.ts';
import { countFeeds, type FeedRow, insertFeed, revokeFeedRow, selectFeedByToken, touchFeed } from './store.ts';

/** A fetch is written down at most this often. */
const touchEveryMs = 60 * 60_000;
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;
/** Years that a subscription shows beside the present one. */
const yearsBefore = 1;
const yearsAfter = 2;

export const toFeed = (row: FeedRow): CalendarFeed => ({
  id: row.id,
  ...(row.account_id === null ? {} : { accountId: row.account_id }),
  name: row.name,
  language: row.language,
  createdAt: row.created_at.toISOString(),
  ...(row.last_fetched_at ? { lastFetchedAt: row.last_fetched_at.toISOString() } : {}),
});

export type FeedInput = { readonly accountId?: string | undefined; readonly name: string; readonly language: Language };

/** @returns the feed with its address, which is kept nowhere. @throws Refusal `limit_reached` */
export function createFeed(
  platform: Platform,
  actor: Actor,
  { accountId, name, language }: FeedInput,
  publicUrl: string,
): Promise<CalendarFeed & { url: string }> {
  const { clock, database } = platform;
  const token = newSecret();
  return database.asProvider(async (tx) => {
    if ((await countFeeds(tx)) >= feedsMax) throw new Refusal('limit_reached', { what: 'calendarFeed', max: feedsMax });
    const row: FeedRow = {
      ...{ id: newId(clock), account_id: accountId ?? null, name, language },
      ...{ created_at: clock.now(), last_fetched_at: null },
    };
    await insertFeed(tx, { ...row, tokenHash: sha256(token), by: actor.name });
    const entry = { accountId, actor, action: 'calendar.feed_created', target: `calendar-feed:${row.id}` } as const;
    await note(tx, clock, { ...entry, facts: { name } });
    await announce(tx, { topic: 'calendar' });
    return { ...toFeed(row), url: `${publicUrl}/service/calendar/subscriptions/${token}` };
  });
}

/** @throws Refusal `not_found` */
export async function revokeFeed(platform: Platform, actor: Actor, id: string): Promise<void> {
  const { clock, database } = platform;
  await database.asProvider(async (tx) => {
    const row = await revokeFeedRow(tx, id, clock.now());
    if (!row) throw new Refusal('not_found', { what: 'calendarFeed' });
    const accountId = row.account_id ?? undefined;
    const entry = { accountId, actor, action: 'calendar.feed_revoked', target: `calendar-feed:${id}` } as const;
    await note(tx, clock, { ...entry, facts: { name: row.name } });
    await announce(tx, { topic: 'calendar' });
  });
}

/** The calendar behind a secret address. What is unknown, revoked or no token at all is answered alike. @throws Refusal `not_found` */
export async function readFeed(platform: Platform, editions: EditionSource, token: string): Promise<string> {
  const { clock, database } = platform;
  const unknown = () => new Refusal('not_found', { what: 'calendarFeed' });
  if (!tokenPattern.test(token)) throw unknown();
  const now = clock.now();
  const feed = await database.asProvider(async (tx) => {
    const row = await selectFeedByToken(tx, sha256(token));
    if (row && now.getTime() - (row.last_fetched_at?.getTime() ?? 0) >= touchEveryMs) await touchFeed(tx, row.id, now);
    return row;
  });
  if (!feed) throw unknown();
  const scope = feed.account_id ?? undefined;
  const calendar = await database.for(scope === undefined ? {} : { accountId: scope }, (tx) =>
    calendarFor(tx, editions, scope, { day: dayInJapan(now) }),
  );
  const { year } = japanDay(now.toTemporalInstant());
  const days = listDays(calendar, `${year - yearsBefore}-01-01`, `${year + yearsAfter}-12-31`);
  return writeCalendar({ feedId: feed.id, name: feed.name, language: feed.language, days, madeAt: now });
}
