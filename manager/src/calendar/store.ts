import type { CalendarChange, CalendarOverride, Language } from '@sakimori/contract';
import type { HolidayList } from '@sakimori/contract/calendar/index';
import { sql, type Tx } from '../platform/index.ts';

export type Contents = { readonly holidays: HolidayList | null; readonly overrides: readonly CalendarOverride[] };
export type Change = Omit<CalendarChange, 'version' | 'at' | 'by'>;
export type NewVersion = Contents & {
  readonly number: number;
  readonly origin: number;
  readonly at: Date;
  readonly by: string;
  readonly change: Change;
};
type NumberRow = { number: number };
type ContentsRow = { holidays: HolidayList | null; overrides: CalendarOverride[] };
export type ChangeRow = { number: number; origin: number; made_at: Date; made_by: string; change: Change };

/** A calendar's own numbers: the provider's, or an account's. */
export type Scope = string | undefined;

export async function lastNumber(tx: Tx, scope: Scope): Promise<number> {
  const row = await tx.first(
    scope === undefined
      ? sql<NumberRow>`select number from calendar_version order by number desc limit 1`
      : sql<NumberRow>`select number from calendar_account_version where tenant_id = ${scope} order by number desc limit 1`,
  );
  return row?.number ?? 0;
}

/** Contents of one version; those of version 0 are nothing at all. Undefined where there is no such version. */
export async function selectContents(tx: Tx, scope: Scope, number: number): Promise<Contents | undefined> {
  if (number === 0) return { holidays: null, overrides: [] };
  return tx.first(
    scope === undefined
      ? sql<ContentsRow>`select holidays, overrides from calendar_version where number = ${number}`
      : sql<ContentsRow>`select null::jsonb as holidays, overrides from calendar_account_version where tenant_id = ${scope} and number = ${number}`,
  );
}

/** One change of a calendar. */
export function selectChange(tx: Tx, scope: Scope, number: number): Promise<ChangeRow | undefined> {
  return tx.first(
    scope === undefined
      ? sql<ChangeRow>`select number, origin, made_at, made_by, change from calendar_version where number = ${number}`
      : sql<ChangeRow>`select number, origin, made_at, made_by, change from calendar_account_version where tenant_id = ${scope} and number = ${number}`,
  );
}

/** Changes of one calendar, newest first. */
export function selectChanges(tx: Tx, scope: Scope, limit: number): Promise<ChangeRow[]> {
  return tx.rows(
    scope === undefined
      ? sql<ChangeRow>`select number, origin, made_at, made_by, change from calendar_version order by number desc limit ${limit}`
      : sql<ChangeRow>`select number, origin, made_at, made_by, change from calendar_account_version where tenant_id = ${scope} order by number desc limit ${limit}`,
  );
}

/** One change of a calendar at a time: a version builds on the one before it. */
export async function lockCalendar(tx: Tx, scope: Scope): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext(${`calendar ${scope ?? 'provider'}`}))`);
}

export async function insertVersion(tx: Tx, scope: Scope, version: NewVersion): Promise<void> {
  const { number, origin, at, by } = version;
  const [overrides, change] = [JSON.stringify(version.overrides), JSON.stringify(version.change)];
  if (scope === undefined) {
    const holidays = version.holidays === null ? null : JSON.stringify(version.holidays);
    await tx.run(sql`
      insert into calendar_version (number, holidays, overrides, origin, made_at, made_by, change)
      values (${number}, ${holidays}, ${overrides}, ${origin}, ${at}, ${by}, ${change})`);
    return;
  }
  await tx.run(sql`
    insert into calendar_account_version (tenant_id, number, overrides, origin, made_at, made_by, change)
    values (${scope}, ${number}, ${overrides}, ${origin}, ${at}, ${by}, ${change})`);
}

export type FeedRow = {
  id: string;
  account_id: string | null;
  name: string;
  language: Language;
  created_at: Date;
  last_fetched_at: Date | null;
};

export function selectFeeds(tx: Tx): Promise<FeedRow[]> {
  return tx.rows(sql<FeedRow>`
    select id, account_id, name, language, created_at, last_fetched_at from calendar_feed
    where revoked_at is null order by created_at, id`);
}

export function selectFeedByToken(tx: Tx, tokenHash: string): Promise<FeedRow | undefined> {
  return tx.first(sql<FeedRow>`
    select id, account_id, name, language, created_at, last_fetched_at from calendar_feed
    where token_hash = ${tokenHash} and revoked_at is null`);
}

export async function countFeeds(tx: Tx): Promise<number> {
  const { count } = await tx.one(
    sql<{ count: number }>`select count(*) as count from calendar_feed where revoked_at is null`,
  );
  return count;
}

export async function insertFeed(tx: Tx, feed: FeedRow & { tokenHash: string; by: string }): Promise<void> {
  await tx.run(sql`
    insert into calendar_feed (id, account_id, token_hash, name, language, created_at, created_by)
    values (${feed.id}, ${feed.account_id}, ${feed.tokenHash}, ${feed.name}, ${feed.language}, ${feed.created_at}, ${feed.by})`);
}

export function revokeFeedRow(tx: Tx, id: string, at: Date): Promise<FeedRow | undefined> {
  return tx.first(sql<FeedRow>`
    update calendar_feed set revoked_at = ${at} where id = ${id} and revoked_at is null
    returning id, account_id, name, language, created_at, last_fetched_at`);
}

export async function touchFeed(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.run(sql`update calendar_feed set last_fetched_at = ${at} where id = ${id}`);
}
