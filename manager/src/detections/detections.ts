import { type Detection, severityId } from '@sakimori/contract';
import { alertKeyOf, definitionsOf, raiseAlerts } from '../alerts/index.ts';
import { type Finder, maintenanceBetween } from '../maintenance/index.ts';
import { announce, isConflict, type Platform, type Tx } from '../platform/index.ts';
import { Gate } from './gate.ts';
import type { Keyed } from './row.ts';
import { addHourly, type HourlyCount, insertDetections } from './store.ts';

/** Two cores' worth of PostgreSQL are busy with fewer; more only wait for each other. */
const atOnce = 6;
const gate = new Gate(atOnce);

export type Recorded = { readonly stored: number; readonly duplicate: number };

/**
 * Records detections of one account: rows, roll-ups, alerts and letters in **one transaction**. When this returns, they are committed.
 * The same detection may come any number of times; it is stored and counted once.
 */
export async function recordDetections(
  platform: Platform,
  accountId: string,
  detections: readonly Detection[],
): Promise<Recorded> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await gate.pass(() =>
        platform.database.as(accountId, (tx) => recordIn(tx, platform, accountId, detections)),
      );
    } catch (error) {
      // Two transactions opened the first alert of one cause at the same moment: the second attempt finds the other's.
      if (!isConflict(error) || attempt === 3) throw error;
    }
  }
}

/** The same inside a transaction that is already open as this account. */
export async function recordIn(
  tx: Tx,
  platform: Platform,
  accountId: string,
  given: readonly Detection[],
): Promise<Recorded> {
  const receivedAt = platform.clock.now();
  const detections = await tagMaintenance(tx, accountId, given);
  const stored = await insertDetections(tx, accountId, detections.map(keyedBy(platform)), receivedAt);
  const fresh = stored === 'all' ? detections : firstOfEach(detections, stored);
  if (fresh.length > 0) {
    await addHourly(tx, accountId, countByHour(fresh));
    await raiseAlerts(tx, platform, accountId, fresh, receivedAt);
    await announce(tx, { topic: 'detection', accountId });
  }
  return { stored: fresh.length, duplicate: detections.length - fresh.length };
}

/** What happens in maintenance carries its id (S47, S70). Nobody else says so: an agent that claims it would silence its own host. */
async function tagMaintenance(
  tx: Tx,
  accountId: string,
  detections: readonly Detection[],
): Promise<readonly Detection[]> {
  const times = detections.map(({ occurredAt }) => Date.parse(occurredAt));
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const find = await maintenanceBetween(tx, accountId, new Date(first), new Date(last));
  return detections.map((detection) => tagged(detection, find));
}

function tagged(detection: Detection, find: Finder): Detection {
  const maintenanceId = find(detection);
  const claims = detection.facts?.['maintenanceId'] !== undefined;
  if (maintenanceId === undefined && !claims) return detection;
  const { maintenanceId: _, ...facts } = detection.facts ?? {};
  return { ...detection, facts: { ...facts, ...(maintenanceId === undefined ? {} : { maintenanceId }) } };
}

/** Detections that raise no alert carry no key: the index of keys stays small. */
export function keyedBy(platform: Parameters<typeof definitionsOf>[0]): (detection: Detection) => Keyed {
  const definitions = definitionsOf(platform);
  return (detection) => ({ detection, alertKey: alertKeyOf(definitions, detection) });
}

/** A batch may hold one detection twice; the database kept one of them. */
function firstOfEach(detections: readonly Detection[], stored: ReadonlySet<string>): Detection[] {
  const left = new Set(stored);
  return detections.filter((detection) => left.delete(detection.id));
}

function countByHour(detections: readonly Detection[]): HourlyCount[] {
  const counts = new Map<string, HourlyCount>();
  for (const detection of detections) {
    const hour = `${detection.occurredAt.slice(0, 13)}:00:00Z`;
    const { hostId, module, rule, severity, action, actionResult, mode } = detection;
    const key = `${hour}|${hostId}|${module}|${rule.id}|${severity}|${action}|${actionResult}|${mode}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else
      counts.set(key, {
        hour,
        host_id: hostId,
        module,
        rule_id: rule.id,
        rule_name: rule.name,
        rule_name_ja: rule.nameJa ?? null,
        severity: severityId(severity),
        action,
        action_result: actionResult,
        mode,
        count: 1,
      });
  }
  // One order for all transactions, so that two of them never wait for each other.
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count);
}
