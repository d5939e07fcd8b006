import { type Detection, type Module, storedDays } from '@sakimori/contract';
import { type DetectionRow, selectDetections } from '../detections/index.ts';
import type { Platform } from '../platform/index.ts';

/** Newest detections that are looked through at most, and the characters that are kept of them. */
const detectionsMax = 20_000;
const charactersMax = 30_000_000;
const pageSize = 1000;

export type StoredDetections = {
  /** The oldest first. */
  readonly items: readonly { readonly record: Detection; readonly hostName: string }[];
  readonly since: Date;
  /** There were more, older ones. */
  readonly isCut: boolean;
};

/** Detections of one module of an account in the last 30 days. */
export async function storedDetections(
  platform: Platform,
  accountId: string,
  module: Module,
): Promise<StoredDetections> {
  const since = new Date(platform.clock.now().getTime() - storedDays * 86_400_000);
  const items: { record: Detection; hostName: string }[] = [];
  let characters = 0;
  let after: { readonly at: Date; readonly id: string } | undefined;
  for (;;) {
    const filter = { accountId, module, from: since.toISOString(), after, limit: pageSize };
    const rows: readonly DetectionRow[] = await platform.database.as(accountId, (tx) => selectDetections(tx, filter));
    for (const { record, host_name } of rows.slice(0, pageSize)) {
      items.push({ record, hostName: host_name });
      characters += (record.raw?.length ?? 0) + (record.log?.lines.at(-1)?.length ?? 0) + 500;
    }
    const last = rows[pageSize - 1];
    const isFull = items.length >= detectionsMax || characters >= charactersMax;
    if (rows.length <= pageSize || !last || isFull)
      return { items: items.reverse(), since, isCut: isFull && rows.length > pageSize };
    after = { at: last.occurred_at, id: last.id };
  }
}
