import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providerTenant } from '../audit/index.ts';
import { enqueue, newId, type Platform } from '../platform/index.ts';
import { insertFeed, selectFeeds, updateContent } from './store.ts';
import { buildTable } from './webfeeds.ts';
import { work } from './work.ts';

const path = join(import.meta.dirname, '../../../rules/webreputation/sakimori.csv');
const feed = { name: 'Sakimori', format: 'scored', category: 'test', score: 50 } as const;

/** The list that comes with this version, in place of the one before. */
export async function putShipped(platform: Platform): Promise<void> {
  const read = await work({ do: 'read', text: readFileSync(path, 'utf8'), feed, entriesMax: 10_000 });
  await platform.database.as(providerTenant, async (tx) => {
    const known = (await selectFeeds(tx, [providerTenant])).find((row) => row.is_shipped);
    if (known?.digest === read.digest) return;
    const id = known?.id ?? newId(platform.clock);
    if (!known)
      await insertFeed(tx, {
        ...{ tenant_id: providerTenant, id, ...feed, is_shipped: true },
        ...{ sealed_url: null, shown_url: null, interval_minutes: null, due_at: null },
      });
    await updateContent(tx, { tenant_id: providerTenant, id }, read, platform.clock.now(), null);
    await enqueue(tx, buildTable, { tenantId: providerTenant }, providerTenant);
  });
}
