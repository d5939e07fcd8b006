import type { LineFault, NewWebFeed, WebFeed } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type FeedRow = {
  tenant_id: string;
  id: string;
  name: string;
  format: NewWebFeed['format'];
  category: string;
  score: number;
  sealed_url: string | null;
  shown_url: string | null;
  interval_minutes: number | null;
  is_shipped: boolean;
  entries: number;
  digest: string | null;
  fault_count: number;
  faults: LineFault[];
  version: number;
  tried_at: Date | null;
  good_at: Date | null;
  problem: WebFeed['problem'] | null;
  due_at: Date | null;
};

const columns = sql`tenant_id, id, name, format, category, score, sealed_url, shown_url, interval_minutes, is_shipped, entries, digest, fault_count, faults, version, tried_at, good_at, problem, due_at`;

export const selectFeeds = (tx: Tx, tenantIds: readonly string[]): Promise<FeedRow[]> =>
  tx.rows(sql<FeedRow>`
    select ${columns} from webfeeds_feed where tenant_id = any(${tenantIds}::uuid[]) order by tenant_id, is_shipped desc, name, id`);

/** Wherever the transaction may see it. */
export const selectFeed = (tx: Tx, id: string): Promise<FeedRow | undefined> =>
  tx.first(sql<FeedRow>`select ${columns} from webfeeds_feed where id = ${id}`);

export const selectDue = (tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> =>
  tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from webfeeds_feed where due_at <= ${now} order by due_at limit 10`);

export async function insertFeed(
  tx: Tx,
  row: Omit<FeedRow, 'entries' | 'digest' | 'fault_count' | 'faults' | 'version' | 'tried_at' | 'good_at' | 'problem'>,
): Promise<void> {
  await tx.run(sql`
    insert into webfeeds_feed (tenant_id, id, name, format, category, score, sealed_url, shown_url, interval_minutes, is_shipped, due_at)
    values (${row.tenant_id}, ${row.id}, ${row.name}, ${row.format}, ${row.category}, ${row.score}, ${row.sealed_url}, ${row.shown_url}, ${row.interval_minutes}, ${row.is_shipped}, ${row.due_at})`);
}

export type FeedContent = {
  content: Uint8Array;
  digest: string;
  entries: number;
  faults: readonly LineFault[];
  faultCount: number;
};

export async function updateUrl(
  tx: Tx,
  of: Pick<FeedRow, 'tenant_id' | 'id'>,
  sealedUrl: FeedRow['sealed_url'],
  shownUrl: string,
): Promise<void> {
  await tx.run(sql`
    update webfeeds_feed set sealed_url = ${sealedUrl}, shown_url = ${shownUrl} where tenant_id = ${of.tenant_id} and id = ${of.id}`);
}

/** @returns false where the feed is gone meanwhile */
export async function updateContent(
  tx: Tx,
  of: Pick<FeedRow, 'tenant_id' | 'id'>,
  read: FeedContent,
  at: Date,
  dueAt: Date | null,
): Promise<boolean> {
  const rows = await tx.run(sql`
    update webfeeds_feed set content = ${Buffer.from(read.content)}, entries = ${read.entries}, fault_count = ${read.faultCount},
      faults = ${JSON.stringify(read.faults)}::jsonb, tried_at = ${at}, good_at = ${at}, problem = null, due_at = ${dueAt},
      version = version + case when digest is distinct from ${read.digest} then 1 else 0 end, digest = ${read.digest}
    where tenant_id = ${of.tenant_id} and id = ${of.id}`);
  return rows > 0;
}

/** What was there before stays in force. */
export const updateProblem = (
  tx: Tx,
  of: Pick<FeedRow, 'tenant_id' | 'id'>,
  problem: NonNullable<WebFeed['problem']>,
  at: Date,
  dueAt: Date | null,
): Promise<number> =>
  tx.run(sql`
    update webfeeds_feed set tried_at = ${at}, problem = ${JSON.stringify({ code: problem.code, detail: problem.detail })}::jsonb, due_at = ${dueAt} where tenant_id = ${of.tenant_id} and id = ${of.id}`);

export const deleteFeed = (tx: Tx, of: Pick<FeedRow, 'tenant_id' | 'id'>): Promise<number> =>
  tx.run(sql`delete from webfeeds_feed where tenant_id = ${of.tenant_id} and id = ${of.id}`);

export const selectContents = (
  tx: Tx,
  tenantId: string,
): Promise<{ name: string; content: Buffer; digest: string }[]> =>
  tx.rows(sql<{ name: string; content: Buffer; digest: string }>`
    select name, content, digest from webfeeds_feed where tenant_id = ${tenantId} and content is not null order by id`);

export type TableRow = { version: string; source_digest: string; entries: number; bytes: number; built_at: Date };

export const selectTable = (tx: Tx, tenantId: string): Promise<TableRow | undefined> =>
  tx.first(sql<TableRow>`
    select version, source_digest, entries, octet_length(content) as bytes, built_at from webfeeds_table where tenant_id = ${tenantId}`);

export const selectTableContent = (
  tx: Tx,
  tenantId: string,
): Promise<{ version: string; content: Buffer } | undefined> =>
  tx.first(
    sql<{
      version: string;
      content: Buffer;
    }>`select version, content from webfeeds_table where tenant_id = ${tenantId}`,
  );

export async function upsertTable(
  tx: Tx,
  tenantId: string,
  table: { version: string; sourceDigest: string; entries: number; bytes: Uint8Array; at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into webfeeds_table (tenant_id, version, source_digest, entries, built_at, content)
    values (${tenantId}, ${table.version}, ${table.sourceDigest}, ${table.entries}, ${table.at}, ${Buffer.from(table.bytes)})
    on conflict (tenant_id) do update set version = excluded.version, source_digest = excluded.source_digest, entries = excluded.entries,
      built_at = excluded.built_at, content = excluded.content`);
}

export const deleteTable = (tx: Tx, tenantId: string): Promise<number> =>
  tx.run(sql`delete from webfeeds_table where tenant_id = ${tenantId}`);
