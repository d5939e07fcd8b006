import { type AlertDefinition, type AlertFile, type Detection, severityId } from '@sakimori/contract';
import { type AlertTelling, type Told, tellAlerts } from '../notices/index.ts';
import { announce, defineJob, enqueue, newId, type Platform, type Tx } from '../platform/index.ts';
import { type AlertDefinitions, definitionsOf, guidanceOf } from './definitions.ts';
import { groupingKey } from './grouping.ts';
import { type Overrides, overridesOf } from './overrides.ts';
import {
  addPending,
  type BumpedRow,
  bumpAlerts,
  countResolved,
  dropPending,
  insertAlerts,
  type Raised,
  takeNumbers,
  unmute,
} from './raising-store.ts';
import { endRecovered } from './resolving.ts';
import { insertSteps, type NewStep } from './store.ts';

/** Alerts of an account opened: who works them by plan looks for them. */
export const alertsOpened = defineJob<{ accountId: string }>('alerts.opened');

type Group = { readonly raised: Raised; readonly definition: AlertDefinition; readonly first: Detection };
/** Beyond this many at once, pages are told that something changed and not what. */
const announcedMax = 20;

/**
 * Opens or adds to the alerts of new detections, and writes their mails into the outbox: recorded, alerted and letter queued are one fact. What
 * the definitions make no alert of is passed over. All detections are of one account. Statements are few, however many alerts there are.
 * @param receivedAt when the detections were stored: the alert opens at that very moment, so that it spans them
 */
export async function raiseAlerts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  detections: readonly Detection[],
  receivedAt: Date,
): Promise<void> {
  const definitions = definitionsOf(platform);
  const overrides = await overridesOf(tx, accountId);
  const groups = group(platform, definitions, overrides, detections);
  if (groups.length > 0) await raiseGroups(tx, platform, accountId, groups, overrides, receivedAt);
  await endRecovered(tx, platform, accountId, detections);
}

async function raiseGroups(
  tx: Tx,
  platform: Platform,
  accountId: string,
  groups: readonly Group[],
  overrides: Overrides,
  receivedAt: Date,
): Promise<void> {
  const bumped = await bumpAlerts(
    tx,
    accountId,
    groups.map(({ raised }) => raised),
  );
  const standing = new Map(bumped.map((row) => [row.grouping_key, row]));
  const candidates = groups.filter(({ raised }) => !standing.has(raised.key));
  const fresh = await reached(tx, platform, accountId, candidates, overrides, receivedAt);
  await markFlapping(tx, accountId, fresh, receivedAt);
  if (fresh.length > 0) await openAlerts(tx, platform, accountId, fresh, receivedAt);
  await followBumped(tx, platform, accountId, groups, standing, receivedAt);
  const isNew = fresh.some(({ raised }) => !raised.is_muted) || bumped.some(({ is_muted }) => is_muted);
  if (isNew) await enqueue(tx, alertsOpened, { accountId }, accountId);
  await announceAlerts(tx, accountId, [...fresh.map(({ raised }) => raised.id), ...bumped.map(({ id }) => id)]);
}

async function announceAlerts(tx: Tx, accountId: string, ids: readonly string[]): Promise<void> {
  if (ids.length > announcedMax) await announce(tx, { topic: 'alert', accountId });
  else await announce(tx, ...ids.map((id) => ({ topic: 'alert', accountId, id }) as const));
}

function group(
  platform: Platform,
  definitions: AlertDefinitions,
  overrides: Overrides,
  detections: readonly Detection[],
): Group[] {
  const groups = new Map<string, Group>();
  for (const detection of detections) {
    const definition = definitions.of(detection.kind);
    const severity = severityId(detection.severity);
    if (severity < severityId(definition.severityMin) || overrides.get(definition.id)?.isOff) continue;
    const key = groupingKey(detection, definition);
    const known = groups.get(key)?.raised;
    if (known) {
      known.count += 1;
      known.severity = Math.max(known.severity, severity);
      known.is_muted &&= isMuted(detection);
      if (detection.occurredAt > known.last_at) known.last_at = detection.occurredAt;
      for (const technique of detection.attack ?? [])
        if (!known.attack.includes(technique) && known.attack.length < 20) known.attack.push(technique);
    } else {
      const raised = toRaised(newId(platform.clock), key, severity, detection, definition);
      groups.set(key, { raised, definition, first: detection });
    }
  }
  for (const { raised } of groups.values()) if (!raised.is_muted) delete raised.facts['maintenanceId'];
  // One order for all transactions, so that two of them never wait for each other.
  return [...groups.values()].sort((a, b) => (a.raised.key < b.raised.key ? -1 : 1));
}

const isMuted = ({ facts }: Detection): boolean => facts?.['maintenanceId'] !== undefined;

function toRaised(
  id: string,
  key: string,
  severity: number,
  detection: Detection,
  definition: AlertDefinition,
): Raised {
  const { rule, file } = detection;
  return {
    ...{ id, key, severity, host_id: detection.hostId, module: detection.module, kind: detection.kind },
    definition_id: definition.id,
    // What the rule itself says is more precise than what is true of all of its kind.
    attack: detection.attack && detection.attack.length > 0 ? [...new Set(detection.attack)] : [...definition.attack],
    ...{ rule_id: rule.id, rule_name: rule.name, rule_name_ja: rule.nameJa ?? null, title: detection.title },
    subject: detection.subject ?? null,
    file: file ? toFile(file) : null,
    ...{ last_at: detection.occurredAt, count: 1, counted_from: null, flapping_since: null },
    first_detection_id: detection.id,
    facts: { ...detection.facts },
    is_muted: isMuted(detection),
  };
}

function toFile({ path, previousPath, changed }: NonNullable<Detection['file']>): AlertFile {
  return { path, ...(previousPath ? { previousPath } : {}), changed };
}

/** Those whose threshold is reached; what came before is counted into them. */
async function reached(
  tx: Tx,
  platform: Platform,
  accountId: string,
  groups: readonly Group[],
  overrides: Overrides,
  receivedAt: Date,
): Promise<Group[]> {
  const thresholdOf = ({ definition }: Group) => overrides.get(definition.id)?.threshold ?? definition.threshold;
  const counted = groups.filter((each) => (thresholdOf(each)?.count ?? 1) > 1);
  if (counted.length === 0) return [...groups];
  const pending = counted.map((each) => ({
    key: each.raised.key,
    count: each.raised.count,
    since: new Date(receivedAt.getTime() - thresholdOf(each)!.withinMinutes * 60_000).toISOString(),
  }));
  const arrival = { at: receivedAt, id: newId(platform.clock) };
  const counts = new Map((await addPending(tx, accountId, pending, arrival)).map((row) => [row.key, row]));
  const below = new Set<string>();
  for (const each of counted) {
    const { count, first_at: firstAt } = counts.get(each.raised.key)!;
    if (count < thresholdOf(each)!.count) below.add(each.raised.key);
    else Object.assign(each.raised, { count, counted_from: firstAt.toISOString() });
  }
  const done = counted.map(({ raised }) => raised.key).filter((key) => !below.has(key));
  if (done.length > 0) await dropPending(tx, accountId, done);
  return groups.filter(({ raised }) => !below.has(raised.key));
}

/** What has come and gone too often stays open from now on, until it is well for long enough. */
async function markFlapping(tx: Tx, accountId: string, fresh: readonly Group[], now: Date): Promise<void> {
  const able = fresh.filter(({ definition }) => definition.flap !== undefined);
  if (able.length === 0) return;
  const asked = able.map(({ raised, definition }) => ({
    key: raised.key,
    since: new Date(now.getTime() - definition.flap!.withinMinutes * 60_000).toISOString(),
  }));
  const counts = new Map((await countResolved(tx, accountId, asked)).map(({ key, count }) => [key, count]));
  for (const { raised, definition } of able)
    if ((counts.get(raised.key) ?? 0) >= definition.flap!.times) raised.flapping_since = now.toISOString();
}

async function openAlerts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  fresh: readonly Group[],
  now: Date,
): Promise<void> {
  const last = await takeNumbers(tx, accountId, fresh.length);
  const numbered = fresh.map((each, index) => ({ ...each, number: last - fresh.length + 1 + index }));
  await insertAlerts(
    tx,
    accountId,
    numbered.map(({ raised, number }) => ({ ...raised, number })),
    now,
  );
  const step = (raised: Raised, kind: NewStep['kind'], facts?: NewStep['facts']): NewStep => ({
    ...{ alertId: raised.id, id: newId(platform.clock), at: now, kind, by: 'system' },
    ...(facts ? { facts } : {}),
  });
  const steps = numbered.flatMap(({ raised, definition }) => [
    step(raised, 'opened'),
    ...(raised.flapping_since === null ? [] : [step(raised, 'flapping', { ...definition.flap! })]),
    ...(raised.is_muted
      ? [step(raised, 'in_maintenance', { maintenanceId: String(raised.facts['maintenanceId']) })]
      : []),
  ]);
  await insertSteps(tx, accountId, steps);
  const told = numbered.filter(({ raised, definition }) => !raised.is_muted && definition.mails);
  await tellOpened(
    tx,
    platform,
    accountId,
    told.map((each) => ({ ...each, id: each.raised.id })),
    now,
  );
}

/** Alerts that stood already: one that began in maintenance and goes on outside it is told of now; one that was put aside is worse than it was. */
async function followBumped(
  tx: Tx,
  platform: Platform,
  accountId: string,
  groups: readonly Group[],
  standing: ReadonlyMap<string, BumpedRow>,
  now: Date,
): Promise<void> {
  const told: Opening[] = [];
  for (const each of groups) {
    const row = standing.get(each.raised.key);
    if (row?.is_woken)
      await insertSteps(tx, accountId, [
        {
          alertId: row.id,
          id: newId(platform.clock),
          at: now,
          kind: 'woken',
          by: 'system',
          facts: { reason: 'worse' },
        },
      ]);
    if (!row?.is_muted || each.raised.is_muted) continue;
    await unmute(tx, accountId, row.id);
    if (each.definition.mails) told.push({ ...each, id: row.id, number: row.number });
  }
  await tellOpened(tx, platform, accountId, told, now);
}

type Opening = Group & { readonly id: string; readonly number: number };

/** Writes the letters of alerts that open, and of each the step that says to how many. */
async function tellOpened(
  tx: Tx,
  platform: Platform,
  accountId: string,
  opened: readonly Opening[],
  now: Date,
): Promise<void> {
  if (opened.length === 0) return;
  const tellings = opened.map(
    ({ id, number, raised, definition, first }): AlertTelling => ({
      ...{ accountId, alertId: id, alertNumber: number, detection: first, event: 'opened' },
      facts: {
        ...(raised.count > 1 ? { detectionCount: raised.count } : {}),
        ...(raised.attack.length > 0 ? { attack: raised.attack.join(', ') } : {}),
        ...(raised.flapping_since === null ? {} : { flapping: true }),
      },
      guidance: guidanceOf(definition, first.facts?.['cause']),
    }),
  );
  const results = await tellAlerts(tx, platform, accountId, tellings);
  await insertSteps(
    tx,
    accountId,
    opened.map(({ id }, index) => ({
      ...{ alertId: id, id: newId(platform.clock), at: now, by: 'system' },
      ...toldStep(results[index]!),
    })),
  );
}

/** What the history of an alert says of its mail. */
export function toldStep({ recipients, held }: Told): Pick<NewStep, 'kind' | 'facts'> {
  if (recipients === 0) return { kind: 'mail_failed', facts: { reason: 'no_recipient' } };
  return { kind: 'mailed', facts: { recipients, ...(held > 0 ? { inDigest: held } : {}) } };
}
