import {
  type Actor,
  type Deadline,
  dayInJapan,
  entitlement,
  type Feature,
  type NewWork,
  Refusal,
  type WorkFacts,
  type WorkItem,
  type WorkKind,
  workFeatures,
  workKinds,
} from '@sakimori/contract';
import { deadlineOf } from '@sakimori/contract/calendar/index';
import type { z } from 'zod';
import { type AuditNote, note, system } from '../audit/index.ts';
import { calendarFor, type EditionSource } from '../calendar/index.ts';
import { checkAccount, checkWork, type Desk, editionSource, refuseFeature, serviceToday } from '../customers/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import {
  countBegun,
  insertWork,
  lockWork,
  markEnded,
  markTaken,
  type NewRow,
  releaseKey,
  selectByKey,
  selectWork,
  type WorkRow,
} from './store.ts';

/** What the rules about work need. */
export type WorkDesk = Desk & { readonly calendars: EditionSource };

export const toWork = (row: WorkRow, now: Date): WorkItem => ({
  ...{ id: row.id, number: row.number, accountId: row.tenant_id, accountName: row.account_name },
  ...{ queue: row.queue, kind: row.kind, facts: row.facts, state: row.state, dueAt: row.due_at.toISOString() },
  ...(row.feature === null ? {} : { feature: row.feature }),
  ...(row.quote_id === null ? {} : { quoteId: row.quote_id }),
  ...(row.target === null ? {} : { target: row.target }),
  ...(row.due === null ? {} : { due: row.due }),
  isOverdue: row.ended_at === null && row.due_at <= now,
  ...(row.owner_id === null ? {} : { owner: { id: row.owner_id, name: row.owner_name ?? row.owner_id } }),
  ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
  ...(row.ended_at === null ? {} : { endedAt: row.ended_at.toISOString() }),
  ...(row.ended_by === null ? {} : { endedBy: row.ended_by }),
  ...(row.evidence === null ? {} : { evidence: row.evidence }),
});

type WorkAction = 'work.opened' | 'work.taken' | 'work.done' | 'work.cancelled';

async function record(
  tx: Tx,
  desk: Desk,
  actor: AuditNote['actor'],
  action: WorkAction,
  work: { readonly accountId: string; readonly id: string },
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { accountId, id } = work;
  await note(tx, desk.platform.clock, { accountId, actor, action, target: `work:${id}`, facts });
  await announce(tx, { topic: 'work', accountId, id });
}

/** So many business days from now, the first not counted and counted from reception (S50, S51), with the way there. */
async function deadlineIn(tx: Tx, desk: WorkDesk, accountId: string, days: number): Promise<Deadline> {
  const now = desk.platform.clock.now();
  const calendar = await calendarFor(tx, desk.calendars, accountId, { day: dayInJapan(now) });
  const times = { ...calendar.times, firstAnswer: { days, isFirstDayCounted: false } };
  return deadlineOf({ ...calendar, times }, 'first-answer', now.toTemporalInstant());
}

export type Raising = {
  readonly accountId: string;
  readonly kind: Exclude<WorkKind, 'manual'>;
  /** Names of what the title says; see `work.title.<kind>` of the phrases. */
  readonly facts: WorkFacts;
  /** Names the cause: the same key while the work is not ended makes no second one. */
  readonly key: string;
  /** Nor does it make one after the first was ended. */
  readonly isOnce?: boolean;
  /** What it is about: `license:<id>`, `alert:<id>`. */
  readonly target?: string;
  /** What it is sold as, where that is not its queue's. */
  readonly feature?: Feature;
  /** Of an account that is yet to be issued: no plan is asked for it, for there is none. */
  readonly accountName?: string;
} & ({ readonly dueAt: Date } | { readonly businessDays: number });

/**
 * Raises work in the transaction that causes it, of the provider or of the account. It never refuses for a plan's sake: that is asked when
 * somebody begins (S34).
 * @returns its id; undefined where there is work of that key already
 */
export async function raiseWork(tx: Tx, desk: Desk, raising: Raising): Promise<string | undefined> {
  const { accountId, kind, facts, key, target } = raising;
  const queue = workKinds[kind];
  const existing = await selectByKey(tx, accountId, key);
  if (existing && (raising.isOnce || existing.ended_at === null)) return undefined;
  if (existing) await releaseKey(tx, { accountId, id: existing.id });
  const withCalendars = { ...desk, calendars: editionSource(desk.editions) };
  const due =
    'businessDays' in raising ? await deadlineIn(tx, withCalendars, accountId, raising.businessDays) : undefined;
  const dueAt = 'dueAt' in raising ? raising.dueAt : new Date(due!.dueAt);
  const { clock } = desk.platform;
  const row: NewRow = {
    ...{ accountId, id: newId(clock), queue, kind, key, facts, target, due, dueAt, at: clock.now(), by: system.name },
    feature: raising.accountName === undefined ? (raising.feature ?? workFeatures[queue]) : undefined,
    accountName: raising.accountName,
  };
  return (await open(tx, desk, system, row))?.id;
}

async function open(
  tx: Tx,
  desk: Desk,
  actor: AuditNote['actor'],
  row: NewRow,
): Promise<{ id: string; number: number } | undefined> {
  const number = await insertWork(tx, row);
  if (number === undefined) return undefined;
  const { queue, kind, facts, dueAt } = row;
  await record(tx, desk, actor, 'work.opened', row, { number, queue, kind, ...facts, dueAt: dueAt.toISOString() });
  return { id: row.id, number };
}

/** The cause is gone: the work of that key is done, by whatever did it. Nothing happens where there is none. */
export async function settleWork(
  tx: Tx,
  desk: Desk,
  settling: {
    readonly accountId: string;
    readonly key: string;
    readonly evidence: string;
    readonly actor?: AuditNote['actor'];
    /** `cancelled` where it was not done but is not needed any more. */
    readonly state?: 'done' | 'cancelled';
  },
): Promise<boolean> {
  const { accountId, key, evidence, actor = system, state = 'done' } = settling;
  const row = await selectByKey(tx, accountId, key);
  if (!row || row.ended_at !== null) return false;
  await end(tx, desk, actor, row, state, evidence);
  return true;
}

async function end(
  tx: Tx,
  desk: Desk,
  actor: AuditNote['actor'],
  row: WorkRow,
  state: 'done' | 'cancelled',
  evidence: string,
): Promise<void> {
  const work = { accountId: row.tenant_id, id: row.id };
  const at = desk.platform.clock.now();
  await markEnded(tx, work, { state, at, by: actor.name, evidence });
  await record(tx, desk, actor, `work.${state}`, work, { number: row.number, kind: row.kind, evidence });
}

/**
 * Puts work into a queue by hand. A queue stands open to an account whose plan has what the queue is for (S27).
 * @throws Refusal `not_found`, `not_in_plan`, `no_business_day`
 */
export function createWork(
  desk: WorkDesk,
  actor: Actor,
  accountId: string,
  given: z.infer<typeof NewWork>,
): Promise<WorkItem> {
  const { clock, database } = desk.platform;
  const { queue, title, businessDays } = given;
  return database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    for (const feature of [workFeatures[queue], given.feature]) await refuseUnplanned(tx, desk, accountId, feature);
    const due = await deadlineIn(tx, desk, accountId, businessDays);
    const id = newId(clock);
    const key = `manual:${given.key ?? id}`;
    const row: NewRow = {
      ...{ accountId, id, queue, kind: 'manual', key, facts: { title }, target: undefined, due, at: clock.now() },
      ...{ dueAt: new Date(due.dueAt), by: actor.name, feature: given.feature ?? workFeatures[queue] },
    };
    await open(tx, desk, actor, row);
    return toWork((await selectByKey(tx, accountId, key))!, clock.now());
  });
}

/** What a plan does not have at all is not even noted as work. What it sells is: a quote may follow. */
async function refuseUnplanned(tx: Tx, desk: WorkDesk, accountId: string, feature: Feature | undefined): Promise<void> {
  if (feature === undefined) return;
  const { edition, plan } = await serviceToday(tx, desk.platform, desk.editions, accountId);
  const entitled = entitlement(edition, plan, feature);
  if (entitled.outcome === 'refused') refuseFeature(desk, entitled);
}

/** Does something with one piece of work that is not ended, which nobody else touches meanwhile. */
function withWork(
  desk: WorkDesk,
  actor: Actor,
  id: string,
  work: (tx: Tx, row: WorkRow) => Promise<void>,
): Promise<WorkItem> {
  return desk.platform.database.for(actor, async (tx) => {
    const row = await lockWork(tx, id);
    if (!row) throw new Refusal('not_found', { what: 'work' });
    if (row.ended_at !== null) throw new Refusal('wrong_state', { what: 'work', state: row.state });
    await work(tx, row);
    return getWork(tx, desk, id);
  });
}

/** No work that is sold separately begins, or ends, before the customer approved (S34). */
async function checkBought(tx: Tx, desk: WorkDesk, row: WorkRow, quoteId: string | undefined): Promise<void> {
  if (row.feature === null) return;
  const bought = quoteId ?? row.quote_id ?? undefined;
  await checkWork(tx, desk, {
    ...{ accountId: row.tenant_id, feature: row.feature, isBeyondPlan: await isBeyondYear(tx, desk, row) },
    ...(bought === undefined ? {} : { quoteId: bought }),
  });
}

/** Meetings are so many a contract year (S32); one more is bought like what the plan does not include. */
async function isBeyondYear(tx: Tx, desk: WorkDesk, { tenant_id: accountId, id, feature }: WorkRow): Promise<boolean> {
  if (feature !== 'report.meeting') return false;
  const { clock } = desk.platform;
  const { edition, since } = await serviceToday(tx, desk.platform, desk.editions, accountId);
  const from = new Date(`${yearOf(dayInJapan(clock.now()), since)}T00:00:00+09:00`);
  return (await countBegun(tx, { accountId, feature, from, without: id })) >= edition.meetings.perYear;
}

/** The first day of the contract year that a day lies in; of the calendar year where there is no contract. */
export function yearOf(day: string, since = `${day.slice(0, 4)}-01-01`): string {
  const [today, first] = [day, since].map((one) => Temporal.PlainDate.from(one)) as [
    Temporal.PlainDate,
    Temporal.PlainDate,
  ];
  const years = Math.max(0, first.until(today, { largestUnit: 'year' }).years);
  return first.add({ years }).toString();
}

const refuseTaken = ({ number, owner_name }: WorkRow) => new Refusal('work_taken', { number, owner: owner_name ?? '' });

/** @throws Refusal `not_found`, `wrong_state`, `work_taken`, `not_in_plan`, `quote_needed`, `quote_not_approved` */
export function takeWork(
  desk: WorkDesk,
  actor: Actor,
  id: string,
  { isTakenOver, quoteId }: { readonly isTakenOver: boolean; readonly quoteId?: string | undefined },
): Promise<WorkItem> {
  return withWork(desk, actor, id, async (tx, row) => {
    if (row.owner_id !== null && row.owner_id !== actor.id && !isTakenOver) throw refuseTaken(row);
    await checkBought(tx, desk, row, quoteId);
    const work = { accountId: row.tenant_id, id };
    await markTaken(tx, work, actor, quoteId);
    const facts = { number: row.number, ...(row.owner_name ? { from: row.owner_name } : {}) };
    await record(tx, desk, actor, 'work.taken', work, facts);
  });
}

/**
 * Ends work. What another person is on is not ended under their hands; one that nobody took is ended by whoever did it.
 * @throws Refusal `not_found`, `wrong_state`, `work_taken`, `not_in_plan`, `quote_needed`, `quote_not_approved`
 */
export function endWork(
  desk: WorkDesk,
  actor: Actor,
  id: string,
  state: 'done' | 'cancelled',
  evidence: string,
): Promise<WorkItem> {
  return withWork(desk, actor, id, async (tx, row) => {
    if (row.owner_id !== null && row.owner_id !== actor.id) throw refuseTaken(row);
    if (state === 'done') await checkBought(tx, desk, row, undefined);
    await end(tx, desk, actor, row, state, evidence);
  });
}

/** @throws Refusal `not_found` */
export async function getWork(tx: Tx, { platform }: Desk, id: string): Promise<WorkItem> {
  const [row] = await selectWork(tx, { id, limit: 1 });
  if (!row) throw new Refusal('not_found', { what: 'work' });
  return toWork(row, platform.clock.now());
}
