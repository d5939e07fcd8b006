import {
  type Actor,
  type AuditAction,
  type MeetingAssessment,
  type MeetingChange,
  type MeetingConfirming,
  type MeetingDetail,
  type MeetingDraft,
  type NewMeeting,
  Refusal,
} from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { checkAccount, type Desk, finishQuote, quoteOf } from '../customers/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import { type Assessed, assess, checkBought, checkNotice, checkTimes, type Draft } from './assessment.ts';
import { setAttendees } from './attendees.ts';
import { type MeetingDesk, uninvite, writeInvitations } from './inviting.ts';
import { getMeeting, keyOf, thing } from './reading.ts';
import { settleQuarter } from './reminders.ts';
import {
  countOfQuote,
  forgetAnswers,
  insertMeeting,
  lockAccount,
  lockMeeting,
  type MeetingFields,
  type MeetingRow,
  selectMeetings,
  selectOverlapping,
  updateMeeting,
} from './store.ts';

export async function record(
  tx: Tx,
  { platform }: Desk,
  actor: Actor,
  action: Extract<AuditAction, `meeting.${string}`>,
  meeting: { readonly accountId: string; readonly id: string; readonly number: number },
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { accountId, id, number } = meeting;
  await note(tx, platform.clock, { accountId, actor, action, target: `meeting:${id}`, facts: { number, ...facts } });
  await announce(tx, { topic: 'meeting', accountId, id });
}
export const namesOf = (row: MeetingRow) => ({ ...keyOf(row), number: row.number });

/** What the console asks while somebody types. @throws Refusal `not_found`, `not_in_plan`, `meeting_time_invalid` */
export const assessDraft = (
  desk: Desk,
  actor: Actor,
  accountId: string,
  { startsAt, ...draft }: MeetingDraft,
): Promise<MeetingAssessment> =>
  desk.platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const at = new Date(startsAt);
    checkTimes(desk.platform.clock.now(), at, new Date(at.getTime() + 1));
    return assess(tx, desk, { ...draft, accountId, startsAt: at });
  });

async function checkFree(
  tx: Tx,
  accountId: string,
  span: { startsAt: Date; endsAt: Date; without?: string },
): Promise<void> {
  const other = await selectOverlapping(tx, accountId, span);
  if (other) throw new Refusal('meeting_overlaps', { number: other.number, date: other.starts_at.toISOString() });
}

/** A visit has a place and a video meeting has none; its address is known at the latest when it is confirmed. */
function checkKind({ kind, place, url }: Pick<NewMeeting, 'kind' | 'place' | 'url'>): void {
  if (kind === 'visit' && place === undefined)
    throw new Refusal('malformed', { detail: 'body.place: a visit needs an address' });
  if (kind === 'visit' && url !== undefined)
    throw new Refusal('malformed', { detail: 'body.url: a visit has no address of a video meeting' });
  if (kind === 'video' && place !== undefined)
    throw new Refusal('malformed', { detail: 'body.place: a video meeting has no place' });
}

const draftOf = (
  accountId: string,
  given: Pick<NewMeeting, 'kind' | 'place' | 'statedArea' | 'quoteId'>,
  startsAt: Date,
  meetingId?: string,
): Draft & { quoteId?: string | undefined } => ({
  ...{ accountId, kind: given.kind, startsAt, place: given.place, statedArea: given.statedArea },
  ...{ quoteId: given.quoteId, meetingId },
});

/** What the audit keeps of it. The address of a video meeting is not among it. */
const factsOf = (row: Pick<MeetingFields, 'kind' | 'starts_at' | 'charges' | 'place' | 'late_reason'>) => ({
  ...{ kind: row.kind, startsAt: row.starts_at.toISOString(), charges: row.charges },
  ...(row.place === null ? {} : { place: row.place }),
  ...(row.late_reason === null ? {} : { override: row.late_reason }),
});

const assessedFields = (assessed: Assessed, quoteId: string | undefined) => ({
  charges: assessed.charges,
  is_included: assessed.isIncluded,
  // A quote that nothing is charged to stays free for another meeting.
  quote_id: assessed.charges.length > 0 ? (quoteId ?? null) : null,
  notice: assessed.deadline,
});

/**
 * Arranges a meeting. Nobody is told before it is confirmed.
 * @throws Refusal `not_found`, `malformed`, `meeting_time_invalid`, `meeting_overlaps`, `meeting_too_soon` (S92), `not_in_plan`, `quote_needed`,
 *   `quote_not_approved` (S32, S93), `quote_used`
 */
export function bookMeeting(
  desk: MeetingDesk,
  actor: Actor,
  accountId: string,
  given: NewMeeting,
): Promise<MeetingDetail> {
  const { clock, database } = desk.platform;
  checkKind(given);
  const [startsAt, endsAt, now] = [new Date(given.startsAt), new Date(given.endsAt), clock.now()];
  checkTimes(now, startsAt, endsAt);
  return database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    await lockAccount(tx, accountId);
    await checkFree(tx, accountId, { startsAt, endsAt });
    const draft = draftOf(accountId, given, startsAt);
    const assessed = await assess(tx, desk, draft);
    checkNotice(assessed, startsAt, given.lateReason);
    await checkBought(tx, desk, draft, assessed, 'book');
    const id = newId(clock);
    const row: MeetingFields = {
      ...{ kind: given.kind, state: 'planned', title: given.title, starts_at: startsAt, ends_at: endsAt },
      ...{ place: given.place ?? null, url: given.url ?? null, agenda: given.agenda },
      ...{ area_is_free: given.statedArea?.isFree ?? null, area_reason: given.statedArea?.reason ?? null },
      ...{ minutes: null, minutes_by: null, minutes_sent_at: null, ...assessedFields(assessed, given.quoteId) },
      // A reason where none was needed is none.
      late_reason: assessed.notice.isInTime ? null : (given.lateReason ?? null),
      ...{ sequence: 0, invited_at: null, cancel_reason: null, created_at: now, created_by: actor.name, revision: 1 },
    };
    await insertMeeting(tx, { accountId, id }, row);
    await setAttendees(tx, desk, { accountId, id }, given);
    const [made] = await selectMeetings(tx, { id });
    await record(tx, desk, actor, 'meeting.booked', namesOf(made!), factsOf(row));
    await settleQuarter(tx, desk, made!, actor);
    return getMeeting(tx, actor, id);
  });
}

/** Does something with one meeting that nobody else touches meanwhile. */
export function withMeeting(
  desk: Desk,
  actor: Actor,
  id: string,
  work: (tx: Tx, row: MeetingRow) => Promise<void>,
): Promise<MeetingDetail> {
  return desk.platform.database.for(actor, async (tx) => {
    const [found] = await selectMeetings(tx, { id });
    if (!found) throw new Refusal('not_found', thing);
    // The account before the meeting, as at a booking.
    await lockAccount(tx, found.tenant_id);
    await work(tx, (await lockMeeting(tx, id))!);
    return getMeeting(tx, actor, id);
  });
}
export const refuseState = (row: MeetingRow): never => {
  throw new Refusal('wrong_state', { ...thing, state: `meeting-${row.state}` });
};

function refuseStale(row: MeetingRow, revision: number): void {
  if (row.revision !== revision) throw new Refusal('version_conflict', { current: row.revision });
}

/** What a change makes of a meeting. A visit that becomes a video meeting loses its place, and the other way round. */
function changed(row: MeetingRow, change: MeetingChange): z.output<typeof NewMeeting> {
  const kind = change.kind ?? row.kind;
  const place = change.place ?? (kind === 'visit' ? (row.place ?? undefined) : undefined);
  const url = change.url ?? (kind === 'video' ? (row.url ?? undefined) : undefined);
  const stated = row.area_is_free === null ? undefined : { isFree: row.area_is_free, reason: row.area_reason ?? '' };
  return {
    ...{ kind, place, url, title: change.title ?? row.title, agenda: change.agenda ?? row.agenda },
    ...{ startsAt: change.startsAt ?? row.starts_at.toISOString(), endsAt: change.endsAt ?? row.ends_at.toISOString() },
    ...{ quoteId: change.quoteId ?? row.quote_id ?? undefined, contactIds: [], personIds: [] },
    // What was said of another place says nothing of this one.
    statedArea: change.statedArea ?? (place === (row.place ?? undefined) ? stated : undefined),
  };
}

/**
 * Changes a meeting that is still to come. The date is arranged anew where its day is another one (S92). Of a confirmed meeting what has to be bought is
 * bought before the change, and everybody who attends gets it; who attends no more is told so.
 * @throws Refusal as `bookMeeting` and `confirmMeeting`; `wrong_state`, `version_conflict`
 */
export const changeMeeting = (
  desk: MeetingDesk,
  actor: Actor,
  id: string,
  change: MeetingChange,
): Promise<MeetingDetail> =>
  withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state !== 'planned' && row.state !== 'confirmed') refuseState(row);
    refuseStale(row, change.revision);
    const given = changed(row, change);
    checkKind(given);
    const [startsAt, endsAt, now] = [new Date(given.startsAt), new Date(given.endsAt), desk.platform.clock.now()];
    checkTimes(now, startsAt, endsAt);
    const accountId = row.tenant_id;
    await checkFree(tx, accountId, { startsAt, endsAt, without: id });
    const draft = draftOf(accountId, given, startsAt, id);
    const assessed = await assess(tx, desk, draft);
    const isMoved = assessed.deadline.lastDay !== row.notice.lastDay;
    if (isMoved) checkNotice(assessed, startsAt, change.lateReason);
    const isConfirmed = row.state === 'confirmed';
    await checkBought(tx, desk, draft, assessed, isConfirmed ? 'confirm' : 'book');
    const next: MeetingRow = {
      ...row,
      ...{ kind: given.kind, title: given.title, starts_at: startsAt, ends_at: endsAt, agenda: given.agenda },
      ...{ place: given.place ?? null, url: given.url ?? null, sequence: row.sequence + (isConfirmed ? 1 : 0) },
      ...{ area_is_free: given.statedArea?.isFree ?? null, area_reason: given.statedArea?.reason ?? null },
      ...assessedFields(assessed, given.quoteId),
      late_reason: isMoved ? (assessed.notice.isInTime ? null : (change.lateReason ?? null)) : row.late_reason,
    };
    await updateMeeting(tx, keyOf(row), next);
    const isRetimed = +startsAt !== +row.starts_at || +endsAt !== +row.ends_at;
    if (isRetimed) await forgetAnswers(tx, keyOf(row));
    const gone = await setAttendees(tx, desk, keyOf(row), change);
    await record(tx, desk, actor, 'meeting.changed', namesOf(row), factsOf(next));
    if (isRetimed) await settleQuarter(tx, desk, next, actor);
    if (!isConfirmed) return;
    await uninvite(tx, desk, next, gone);
    await writeInvitations(tx, desk, next, 'changed');
  });

/**
 * Confirms a meeting and invites who attends. What it costs is bought before (S93, S94).
 * @throws Refusal `not_found`, `wrong_state`, `meeting_incomplete`, `meeting_place_unclear`, `quote_needed`, `quote_not_approved`, `quote_used`
 */
export const confirmMeeting = (
  desk: MeetingDesk,
  actor: Actor,
  id: string,
  { quoteId, statedArea }: z.output<typeof MeetingConfirming>,
): Promise<MeetingDetail> =>
  withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state !== 'planned') refuseState(row);
    checkTimes(desk.platform.clock.now(), row.starts_at, row.ends_at);
    const given = changed(row, { quoteId, statedArea, revision: row.revision });
    const draft = draftOf(row.tenant_id, given, row.starts_at, id);
    const assessed = await assess(tx, desk, draft);
    await checkBought(tx, desk, draft, assessed, 'confirm');
    const next: MeetingRow = {
      ...row,
      ...assessedFields(assessed, given.quoteId),
      ...{ area_is_free: given.statedArea?.isFree ?? null, area_reason: given.statedArea?.reason ?? null },
      ...{ notice: row.notice, state: 'confirmed', invited_at: desk.platform.clock.now() },
    };
    await updateMeeting(tx, keyOf(row), next);
    await record(tx, desk, actor, 'meeting.confirmed', namesOf(row), factsOf(next));
    await writeInvitations(tx, desk, next, 'invited');
  });

/** It took place: what was bought for it is billed with this month once all of its quote's meetings were held. @throws Refusal `wrong_state` */
export const holdMeeting = (desk: MeetingDesk, actor: Actor, id: string): Promise<MeetingDetail> =>
  withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state !== 'confirmed') refuseState(row);
    if (row.starts_at > desk.platform.clock.now())
      throw new Refusal('meeting_time_invalid', { reason: 'meeting_not_begun' });
    await updateMeeting(tx, keyOf(row), { ...row, state: 'held' });
    await record(tx, desk, actor, 'meeting.held', namesOf(row), { startsAt: row.starts_at.toISOString() });
    if (row.quote_id === null) return;
    const key = { accountId: row.tenant_id, id: row.quote_id };
    const quote = await quoteOf(tx, desk.platform, key);
    if (quote?.billing !== 'once') return;
    const { held } = await countOfQuote(tx, key.accountId, key.id, undefined);
    if (held >= quote.quantity) await finishQuote(tx, desk, actor, key);
  });

/** It counts no more; who was invited is told. @throws Refusal `not_found`, `wrong_state` */
export const cancelMeeting = (desk: MeetingDesk, actor: Actor, id: string, reason: string): Promise<MeetingDetail> =>
  withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state !== 'planned' && row.state !== 'confirmed') refuseState(row);
    const wasInvited = row.state === 'confirmed';
    const next: MeetingRow = {
      ...row,
      ...{ state: 'cancelled', cancel_reason: reason, sequence: row.sequence + (wasInvited ? 1 : 0) },
    };
    await updateMeeting(tx, keyOf(row), next);
    await record(tx, desk, actor, 'meeting.cancelled', namesOf(row), { reason });
    if (wasInvited) await writeInvitations(tx, desk, next, 'cancelled');
  });
