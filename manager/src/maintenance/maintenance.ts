import {
  type Actor,
  type Detection,
  type DetectionModule,
  type ImportedMaintenance,
  type Maintenance,
  type MaintenanceImport,
  type MaintenanceState,
  type MaintenanceTime,
  type MaintenanceWay,
  maintenanceDaysMax,
  type NewMaintenance,
  Refusal,
} from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { announce, newId, type Platform, type Tx } from '../platform/index.ts';
import { readCalendar } from './icalendar.ts';
import { expand, readRule } from './recurrence.ts';
import {
  countHosts,
  countPlanned,
  endWindow,
  insertWindow,
  noticeHours,
  selectCovering,
  selectWindows,
  type WindowRow,
} from './store.ts';

const windowsMax = 500;
const dayMs = 86_400_000;
/** Long ago is no maintenance to come; some days back is one that somebody writes down late. */
const backDaysMax = 7;
const aheadDaysMax = 800;

const timeInvalid = (reason: string) => new Refusal('maintenance_time_invalid', { reason });

type Draft = {
  readonly startsAt: Temporal.Instant;
  readonly endsAt: Temporal.Instant;
  readonly rule?: string | undefined;
  readonly reason: string;
  readonly hostIds: readonly string[];
  readonly modules: readonly DetectionModule[];
  readonly how: MaintenanceWay;
  readonly announcedBy: string;
  readonly announcedAt: Date;
  readonly sourceUid?: string;
};

/** @throws Refusal `maintenance_time_invalid`, `maintenance_rule_invalid` */
function timesOf(draft: Pick<Draft, 'startsAt' | 'endsAt' | 'rule'>, now: Date) {
  const durationMs = draft.endsAt.epochMilliseconds - draft.startsAt.epochMilliseconds;
  if (durationMs <= 0) throw timeInvalid('ends_first');
  if (durationMs > maintenanceDaysMax * dayMs) throw timeInvalid('too_long');
  const startMs = draft.startsAt.epochMilliseconds - now.getTime();
  if (startMs < -backDaysMax * dayMs || startMs > aheadDaysMax * dayMs) throw timeInvalid('too_far');
  const starts = draft.rule === undefined ? [draft.startsAt] : expand(readRule(draft.rule), draft.startsAt);
  const times = starts.map((start) => ({
    starts_at: new Date(start.epochMilliseconds).toISOString(),
    ends_at: new Date(start.epochMilliseconds + durationMs).toISOString(),
  }));
  if (times.some(({ starts_at }, index) => index > 0 && starts_at < times[index - 1]!.ends_at))
    throw timeInvalid('overlaps');
  if (Date.parse(times.at(-1)!.ends_at) <= now.getTime()) throw timeInvalid('over');
  return times;
}

/** A customer announces what stops the agent or its communication (S47); what else shall be silent is the provider's to say. */
function checkScope(actor: Actor, modules: readonly DetectionModule[]): void {
  if (actor.accountId !== undefined && modules.some((module) => module !== 'system'))
    throw new Refusal('maintenance_scope_refused');
}

async function add(tx: Tx, platform: Platform, actor: Actor, accountId: string, draft: Draft): Promise<string> {
  const { clock } = platform;
  const now = clock.now();
  const times = timesOf(draft, now);
  if (draft.hostIds.length > 0 && (await countHosts(tx, accountId, draft.hostIds)) < new Set(draft.hostIds).size)
    throw new Refusal('not_found', { what: 'host' });
  if ((await countPlanned(tx, accountId, now)) >= windowsMax)
    throw new Refusal('limit_reached', { what: 'maintenance', max: windowsMax });
  const noticeMs = (await noticeHours(tx, accountId)) * 3_600_000;
  const id = newId(clock);
  const late = draft.announcedAt.getTime() + noticeMs >= draft.startsAt.epochMilliseconds;
  await insertWindow(
    tx,
    {
      ...{ tenant_id: accountId, id, reason: draft.reason.toWellFormed(), host_ids: [...new Set(draft.hostIds)] },
      ...{ modules: [...new Set(draft.modules)], rule: draft.rule ?? null, how: draft.how, late },
      ...{ announced_by: draft.announcedBy, announced_at: draft.announcedAt, recorded_by: actor.name },
      source_uid: draft.sourceUid ?? null,
    },
    times,
  );
  await note(tx, clock, {
    accountId,
    actor,
    action: 'maintenance.announced',
    target: `maintenance:${id}`,
    facts: { ...times[0]!, how: draft.how, late, hosts: draft.hostIds.length, times: times.length },
  });
  await announce(tx, { topic: 'host', accountId });
  return id;
}

/** @throws Refusal `not_found`, `maintenance_time_invalid`, `maintenance_rule_invalid`, `maintenance_scope_refused`, `limit_reached` */
export async function announceMaintenance(
  platform: Platform,
  actor: Actor,
  accountId: string,
  input: NewMaintenance,
): Promise<Maintenance> {
  const now = platform.clock.now();
  checkScope(actor, input.modules);
  const isCustomer = actor.accountId !== undefined;
  const announcedAt = isCustomer || !input.announcedAt ? now : new Date(input.announcedAt);
  if (announcedAt > now) throw timeInvalid('announced_later');
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const id = await add(tx, platform, actor, accountId, {
      ...{ startsAt: Temporal.Instant.from(input.startsAt), endsAt: Temporal.Instant.from(input.endsAt) },
      ...{ rule: input.rule, reason: input.reason, hostIds: input.hostIds, modules: input.modules },
      how: isCustomer ? 'portal' : (input.how ?? 'console'),
      announcedBy: isCustomer ? actor.name : (input.announcedBy ?? actor.name),
      announcedAt,
    });
    return getMaintenance(tx, platform, id);
  });
}

/** The same event again changes nothing; one that was changed or cancelled takes the place of the earlier. */
export async function importMaintenance(
  platform: Platform,
  actor: Actor,
  accountId: string,
  input: MaintenanceImport,
): Promise<ImportedMaintenance> {
  checkScope(actor, input.modules);
  const events = readCalendar(input.file);
  const now = platform.clock.now();
  const done = { added: 0, changed: 0, cancelled: 0, unchanged: 0, past: 0 };
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    for (const event of events) {
      const [standing] = await selectWindows(tx, { accountId, sourceUid: event.uid });
      const draft: Draft = {
        ...{ startsAt: event.startsAt, endsAt: event.endsAt, rule: event.rule, reason: event.summary.slice(0, 1000) },
        ...{ hostIds: input.hostIds, modules: input.modules, how: 'ical', sourceUid: event.uid },
        ...{ announcedBy: actor.name, announcedAt: now },
      };
      if (event.isCancelled) {
        if (standing && (await end(tx, platform, actor, standing))) done.cancelled += 1;
        continue;
      }
      if (standing && isSame(standing, draft, now)) {
        done.unchanged += 1;
        continue;
      }
      if (!standing && isOver(draft, now)) {
        done.past += 1;
        continue;
      }
      if (standing) await end(tx, platform, actor, standing);
      await add(tx, platform, actor, accountId, draft);
      done[standing ? 'changed' : 'added'] += 1;
    }
    return done;
  });
}

const isOver = ({ endsAt, rule }: Draft, now: Date): boolean =>
  rule === undefined && endsAt.epochMilliseconds <= now.getTime();

function isSame(row: WindowRow, draft: Draft, now: Date): boolean {
  if (isOver(draft, now)) return true;
  const times = timesOf(draft, now);
  const isTimed =
    times.length === row.times.length &&
    times.every(({ starts_at, ends_at }, index) => {
      const time = row.times[index]!;
      return Date.parse(starts_at) === Date.parse(time.startsAt) && Date.parse(ends_at) === Date.parse(time.endsAt);
    });
  const isScoped = [...draft.hostIds].sort().join() === [...row.host_ids].sort().join();
  return (
    isTimed &&
    isScoped &&
    row.reason === draft.reason &&
    [...draft.modules].sort().join() === [...row.modules].sort().join()
  );
}

/** @throws Refusal `not_found`, `wrong_state` */
export async function endMaintenance(
  platform: Platform,
  actor: Actor,
  accountId: string,
  windowId: string,
): Promise<Maintenance> {
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const [row] = await selectWindows(tx, { accountId, windowId });
    if (!row) throw new Refusal('not_found', { what: 'maintenance' });
    const now = platform.clock.now();
    const { state } = toMaintenance(row, now);
    if (state === 'over' || state === 'ended' || !(await end(tx, platform, actor, row)))
      throw new Refusal('wrong_state', { what: 'maintenance', state: 'done' });
    return getMaintenance(tx, platform, windowId);
  });
}

async function end(tx: Tx, platform: Platform, actor: Actor, row: WindowRow): Promise<boolean> {
  const { clock } = platform;
  if (!(await endWindow(tx, row.tenant_id, row.id, clock.now(), actor.name))) return false;
  const entry = {
    accountId: row.tenant_id,
    actor,
    action: 'maintenance.ended',
    target: `maintenance:${row.id}`,
  } as const;
  await note(tx, clock, entry);
  await announce(tx, { topic: 'host', accountId: row.tenant_id });
  return true;
}

async function getMaintenance(tx: Tx, { clock }: Platform, windowId: string): Promise<Maintenance> {
  const [row] = await selectWindows(tx, { windowId });
  if (!row) throw new Refusal('not_found', { what: 'maintenance' });
  return toMaintenance(row, clock.now());
}

export async function listMaintenance(
  platform: Platform,
  actor: Actor,
  filter: { accountId?: string | undefined; hostId?: string | undefined; state?: MaintenanceState | undefined },
): Promise<Maintenance[]> {
  const now = platform.clock.now();
  const rows = await platform.database.for(actor, (tx) => selectWindows(tx, filter));
  const order = { active: 0, planned: 1, over: 2, ended: 3 } as const;
  const items = rows
    .map((row) => toMaintenance(row, now))
    .filter(({ state }) => !filter.state || state === filter.state);
  return items.sort(
    (a, b) =>
      order[a.state] - order[b.state] || a.time.startsAt.localeCompare(b.time.startsAt) * (order[a.state] < 2 ? 1 : -1),
  );
}

function toMaintenance(row: WindowRow, now: Date): Maintenance {
  const times: MaintenanceTime[] = row.times.map(({ startsAt, endsAt }) => ({
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
  }));
  const at = now.toISOString();
  const active = times.find(({ startsAt, endsAt }) => startsAt <= at && at < endsAt);
  const next = times.find(({ startsAt }) => startsAt > at);
  const never = { startsAt: row.announced_at.toISOString(), endsAt: (row.ended_at ?? row.announced_at).toISOString() };
  const state = row.ended_at ? 'ended' : active ? 'active' : next ? 'planned' : 'over';
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, reason: row.reason, state, times },
    hosts: row.host_ids.map((id, index) => ({ id, name: row.host_names[index] ?? id })),
    modules: row.modules,
    time: active ?? next ?? times.at(-1) ?? never,
    ...(row.rule === null ? {} : { rule: row.rule }),
    ...{ how: row.how, announcedBy: row.announced_by, announcedAt: row.announced_at.toISOString() },
    ...{ recordedBy: row.recorded_by, late: row.late },
    ...(row.ended_at ? { endedAt: row.ended_at.toISOString() } : {}),
    ...(row.ended_by ? { endedBy: row.ended_by } : {}),
  };
}

/** Says of a detection in which maintenance it happened, if in any. */
export type Finder = (detection: Pick<Detection, 'hostId' | 'module' | 'occurredAt'>) => string | undefined;

/** The maintenance of an account in a span of time: one look for a whole batch. The transaction must be one as the account. */
export async function maintenanceBetween(tx: Tx, accountId: string, from: Date, to: Date): Promise<Finder> {
  const rows = await selectCovering(tx, accountId, from, to);
  if (rows.length === 0) return () => undefined;
  return ({ hostId, module, occurredAt }) => {
    const at = Date.parse(occurredAt);
    return rows.find(
      (row) =>
        row.starts_at.getTime() <= at &&
        at < row.ends_at.getTime() &&
        row.modules.includes(module) &&
        (row.host_ids.length === 0 || row.host_ids.includes(hostId)),
    )?.window_id;
  };
}
