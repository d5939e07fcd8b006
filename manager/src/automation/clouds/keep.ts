import { selectConnectors } from '../../configuration/index.ts';
import type { Platform, Tick } from '../../platform/index.ts';
import { type ConnectorKind, connectorMark } from './connector.ts';
import { dropSyncs, failAbandoned, selectNewest, selectStuck } from './store.ts';
import { connectorOf, queueSync, submitSync } from './syncs.ts';

const minuteMs = 60_000;
/** Every connector is synchronized at least so often. */
export const syncEveryMs = 60 * minuteMs;
/** A listing takes a quarter of an hour at most. */
const abandonedAfterMs = 20 * minuteMs;
const stuckAfterMs = 2 * minuteMs;
const keptMs = 7 * 24 * 60 * minuteMs;
const connectorsMax = 100_000;

/** Submits what is due, and picks up what a process left behind that went away. */
export async function keepSyncs(platform: Platform): Promise<void> {
  const now = platform.clock.now();
  const before = (ms: number) => new Date(now.getTime() - ms);
  const due = await platform.database.asProvider(async (tx) => {
    await failAbandoned(tx, before(abandonedAfterMs), now, 'The manager was stopped in the middle.');
    await dropSyncs(tx, before(keptMs));
    for (const row of await selectStuck(tx, before(stuckAfterMs))) await queueSync(tx, connectorOf(row));
    const newest = new Map(
      (await selectNewest(tx)).map((row) => [
        `${row.tenant_id} ${connectorMark({ kind: row.connector_kind, id: row.connector_id })}`,
        row.submitted_at,
      ]),
    );
    const connectors = await selectConnectors(tx, connectorsMax);
    return connectors.filter(({ tenant_id, kind, id }) => {
      const at = newest.get(`${tenant_id} ${connectorMark({ kind, id })}`);
      return !at || at <= before(syncEveryMs);
    });
  });
  for (const { tenant_id: accountId, kind, id } of due)
    await platform.database.as(accountId, (tx) =>
      submitSync(tx, platform, { accountId, kind: kind as ConnectorKind, id }, 'system'),
    );
}

export const syncTick = (platform: Platform): Tick => ({
  name: 'automation.syncs',
  everyMs: minuteMs,
  run: () => keepSyncs(platform),
});
