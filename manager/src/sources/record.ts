import type { Detection } from '@sakimori/contract';
import { resolveAlert } from '../alerts/index.ts';
import type { Desk } from '../customers/index.ts';
import { recordIn } from '../detections/index.ts';
import { announce, isConflict, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import type { Bound, Sender } from './bindings.ts';
import { type Arrival, detectionOf } from './detection-of.ts';
import { type HostIndex, hostOf } from './hosts-of.ts';
import { withoutSeen } from './roads.ts';
import { addTallies, type Tally } from './store.ts';

/** Tries of a batch whose transaction met another one. */
const triesMax = 5;

/**
 * Records events of one source: detections, alerts, letters and the source's counts in **one transaction**. When this returns, they are committed.
 * @param held records of the same source that go to quarantine instead, to be counted with it
 */
export async function recordArrivals(
  desk: Desk,
  hosts: HostIndex,
  source: Bound,
  sender: Sender,
  arrivals: readonly Arrival[],
  held = 0,
): Promise<{ stored: number; duplicate: number }> {
  const { database } = desk.platform;
  const accountId = source.tenant_id;
  const sightings = arrivals.map(({ event }) => hostOf(event, source, sender));
  const idOf = await hosts.find(accountId, sightings);
  const tally = newTally(source.id, arrivals.length + held, held);
  const detections = arrivals.flatMap((arrival, index) => {
    const hostKey = sightings[index]!.key;
    const to = { accountId, hostId: idOf(hostKey), hostKey, sourceId: source.id, zone: source.zone };
    const detection = detectionOf(arrival, to);
    if (!detection) tally[arrival.event.module === 'device_control' ? 'device' : 'application'] += 1;
    return detection ? [detection] : [];
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.as(accountId, (tx) =>
        recordBatch(tx, desk, hosts, source, detections, arrivals, { ...tally }),
      );
    } catch (error) {
      if (!isConflict(error) || attempt === triesMax) throw error;
    }
  }
}

const newTally = (id: string, records: number, held: number): Tally => ({
  ...{ id, records, held, stored: 0, duplicate: 0, application: 0, device: 0, roads: [] },
});

async function recordBatch(
  tx: Tx,
  desk: Desk,
  hosts: HostIndex,
  source: Bound,
  detections: readonly Detection[],
  arrivals: readonly Arrival[],
  tally: Tally,
): Promise<{ stored: number; duplicate: number }> {
  const { platform } = desk;
  const accountId = source.tenant_id;
  const now = platform.clock.now();
  tally.roads = [...new Set(detections.map(({ foreign }) => foreign!.road))].sort();
  if (detections.length > 0) {
    const fresh = await withoutSeen(tx, accountId, detections, now);
    const { stored } = fresh.length > 0 ? await recordIn(tx, platform, accountId, fresh) : { stored: 0 };
    tally.stored = stored;
    tally.duplicate = detections.length - stored;
    for (const ended of endedAlerts(detections, arrivals)) await resolveAlert(tx, platform, ended, {});
    await hosts.touch(
      tx,
      accountId,
      detections.map(({ hostId }) => hostId),
    );
  }
  for (const told of await addTallies(tx, accountId, [tally], now))
    if (told.was_silent)
      await settleWork(tx, desk, {
        accountId,
        key: `source:${told.id}:silent`,
        evidence: `${told.name}: a record came`,
      });
  await announce(tx, { topic: 'source', accountId });
  return { stored: tally.stored, duplicate: tally.duplicate };
}

/** Alerts of the manager's that it says have ended: ours of the same name and subject is over as well. */
function endedAlerts(detections: readonly Detection[], arrivals: readonly Arrival[]): Detection[] {
  if (!arrivals.some(({ event }) => event.alert_state === 'ended')) return [];
  return detections.filter(({ foreign }) => foreign!.fields['alert_state'] === 'ended');
}
