import type { Detection } from '@sakimori/contract';
import { resolveAlert } from '../alerts/index.ts';
import type { Desk } from '../customers/index.ts';
import { recordIn as recordDetectionsIn } from '../detections/index.ts';
import { announce, isConflict, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import type { Bound, Sender } from './bindings.ts';
import { type Arrival, detectionOf } from './detection-of.ts';
import { type HostIndex, hostOf } from './hosts-of.ts';
import { withoutSeen } from './roads.ts';
import { addTallies, type Tally } from './store.ts';

/** Tries of a batch whose transaction met another one. */
const triesMax = 5;

/** Events of one source, as they are to be recorded. */
export type Batch = {
  readonly detections: readonly Detection[];
  /** Of these, what says that an alert of the manager's has ended: it ends ours of the same name and subject. */
  readonly ended: ReadonlySet<Detection>;
  readonly records: number;
  /** Records of the modules that are no part of the service (S13). */
  readonly application: number;
  readonly device: number;
};

/** Reads what arrived, so that nothing but its detections is held while the database works. */
export async function batchOf(
  hosts: HostIndex,
  source: Bound,
  sender: Sender,
  arrivals: readonly Arrival[],
): Promise<Batch> {
  const { tenant_id: accountId, id: sourceId, zone } = source;
  const sightings = arrivals.map(({ event }) => hostOf(event, source, sender));
  const idOf = await hosts.find(accountId, sightings);
  const detections: Detection[] = [];
  const ended = new Set<Detection>();
  const beyond = { application: 0, device: 0 };
  for (const [index, arrival] of arrivals.entries()) {
    const hostKey = sightings[index]!.key;
    const detection = detectionOf(arrival, { accountId, hostId: idOf(hostKey), hostKey, sourceId, zone });
    if (!detection) beyond[arrival.event.module === 'device_control' ? 'device' : 'application'] += 1;
    else detections.push(detection);
    if (detection && arrival.event.alert_state === 'ended') ended.add(detection);
  }
  return { detections, ended, records: arrivals.length, ...beyond };
}

/**
 * Records a batch: detections, alerts, letters and the source's counts in **one transaction**. When this returns, they are committed.
 * @param held records of the same source that go to quarantine instead, to be counted with it
 */
export async function recordBatch(
  desk: Desk,
  hosts: HostIndex,
  source: Bound,
  batch: Batch,
  held: number,
): Promise<{ stored: number; duplicate: number }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await desk.platform.database.as(source.tenant_id, (tx) => recordIn(tx, desk, hosts, source, batch, held));
    } catch (error) {
      if (!isConflict(error) || attempt === triesMax) throw error;
    }
  }
}

async function recordIn(
  tx: Tx,
  desk: Desk,
  hosts: HostIndex,
  source: Bound,
  { detections, ended, records, application, device }: Batch,
  held: number,
): Promise<{ stored: number; duplicate: number }> {
  const { platform } = desk;
  const accountId = source.tenant_id;
  const now = platform.clock.now();
  const roads = [...new Set(detections.map(({ foreign }) => foreign!.road))].sort();
  const tally: Tally = {
    ...{ id: source.id, records: records + held, held, stored: 0, duplicate: 0, application, device, roads },
  };
  if (detections.length > 0) {
    const fresh = await withoutSeen(tx, accountId, detections, now);
    const { stored } = fresh.length > 0 ? await recordDetectionsIn(tx, platform, accountId, fresh) : { stored: 0 };
    tally.stored = stored;
    tally.duplicate = detections.length - stored;
    for (const detection of detections) if (ended.has(detection)) await resolveAlert(tx, platform, detection, {});
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
