import { Refusal } from '@sakimori/contract';

/**
 * Cursor paging by (time, id), newest first: a page goes on strictly after the last row of the one before, so rows that arrive meanwhile
 * shift nothing. The cursor is opaque to callers.
 */
export type Cursor = { readonly at: Date; readonly id: string };

export function readCursor(cursor: string | undefined): Cursor | undefined {
  if (cursor === undefined) return undefined;
  const [at, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  const time = new Date(at ?? '');
  if (!id || Number.isNaN(time.getTime()) || !/^[0-9a-f-]{36}$/.test(id))
    throw new Refusal('malformed', { detail: 'query.cursor: not a cursor of this list' });
  return { at: time, id };
}

export const writeCursor = ({ at, id }: Cursor): string =>
  Buffer.from(`${at.toISOString()} ${id}`).toString('base64url');

/** Cuts a list that was asked for with one row more than the page, and makes the cursor of the next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
  itemOf: (row: Row) => Item,
): { items: Item[]; nextCursor?: string } {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const items = kept.map(itemOf);
  if (rows.length <= limit || !last) return { items };
  return { items, nextCursor: writeCursor(cursorOf(last)) };
}
