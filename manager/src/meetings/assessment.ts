import {
  clauseFacts,
  type Deadline,
  dayInJapan,
  type Edition,
  type Entitlement,
  type MeetingAssessment,
  type MeetingCharge,
  type MeetingKind,
  meetingDaysAheadMax,
  meetingHoursMax,
  Refusal,
  timeZone,
} from '@sakimori/contract';
import { computeDeadline } from '../calendar/index.ts';
import {
  checkWork,
  type Desk,
  editionSource,
  entitlementOf,
  quoteOf,
  refuseFeature,
  serviceOf,
} from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { yearOf } from '../work/index.ts';
import { placeOf } from './place.ts';
import { countMeetings, countOfQuote } from './store.ts';

export const feature = 'report.meeting' as const;

/** What decides whether a meeting is in time and what it costs. */
export type Draft = {
  readonly accountId: string;
  readonly kind: MeetingKind;
  readonly startsAt: Date;
  readonly place?: string | undefined;
  readonly statedArea?: { readonly isFree: boolean; readonly reason: string } | undefined;
  /** The meeting itself, where there is one already. */
  readonly meetingId?: string | undefined;
};
export type Assessed = MeetingAssessment & {
  readonly deadline: Deadline;
  readonly edition: Edition;
};

const atMidnight = (day: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);

/** The contract year that a day lies in, the first one from the first day of the first contract; without a contract the calendar year. */
export function contractYear(day: string, since: string | undefined) {
  const from = yearOf(day, since);
  const next = yearOf(Temporal.PlainDate.from(from).add({ months: 12, days: 1 }).toString(), since ?? from);
  const to = Temporal.PlainDate.from(next).subtract({ days: 1 }).toString();
  return { from, to, fromAt: atMidnight(from), toAt: atMidnight(next) };
}

/**
 * What a date and a place mean for an account, by the edition and the plan of the day of the meeting: whether it is arranged in time (S92), whether it
 * is one of those that the plan includes in a contract year (S91, S32), and what has to be bought (S93, S94).
 * @throws Refusal `not_in_plan` with the clause, `not_found`, `date_out_of_range`
 */
export async function assess(tx: Tx, desk: Desk, draft: Draft): Promise<Assessed> {
  const { accountId, startsAt } = draft;
  const day = dayInJapan(startsAt);
  const { edition, plan, since } = await serviceOf(tx, desk, accountId, day);
  const entitled = await entitlementOf(tx, desk, { accountId, feature, day });
  if (entitled.outcome === 'refused') refuseFeature(desk, entitled);
  const { from, to, fromAt, toAt } = contractYear(day, since);
  const perYear = entitled.outcome === 'granted' ? edition.meetings.perYear : 0;
  const counted = await countMeetings(tx, accountId, { from: fromAt, to: toAt, without: draft.meetingId });
  const used = counted.held + counted.planned;
  const deadline = await computeDeadline(tx, editionSource(desk.editions), {
    accountId,
    rule: 'meeting',
    at: startsAt,
  });
  const place = draft.kind === 'visit' ? placeIn(edition, draft) : undefined;
  return {
    ...{ plan, clause: edition.meetings.clause, edition, deadline },
    year: { from, to, perYear, used },
    isIncluded: used < perYear,
    notice: {
      days: edition.deadlines.meetingNotice.amount,
      lastDay: deadline.lastDay,
      isInTime: desk.platform.clock.now() < new Date(deadline.dueAt),
    },
    ...(place ? { place } : {}),
    charges: chargesOf(edition, entitled, used < perYear, place),
  };
}

function placeIn(edition: Edition, { place = '', statedArea }: Draft): NonNullable<MeetingAssessment['place']> {
  const { freeArea } = edition.meetings;
  const found = placeOf(place);
  const { prefecture } = found;
  const known =
    prefecture === undefined || (prefecture === 'other' && freeArea.ja !== '東京都')
      ? undefined
      : prefecture === freeArea.ja;
  // What the address says itself is not argued with.
  if (known === undefined && statedArea) return { ground: 'stated', isFree: statedArea.isFree, freeArea };
  return {
    ...{ ground: found.ground, freeArea },
    ...(prefecture === undefined || prefecture === 'other' ? {} : { prefecture }),
    ...(known === undefined ? {} : { isFree: known }),
  };
}

function chargesOf(
  edition: Edition,
  { outcome }: Entitlement,
  isIncluded: boolean,
  place: MeetingAssessment['place'],
): MeetingCharge[] {
  const charges: MeetingCharge[] = [];
  if (outcome === 'paid') charges.push('plan');
  else if (!isIncluded) charges.push('beyondYear');
  if (place && edition.meetings.elsewhere === 'paid') {
    if (place.isFree === undefined) charges.push('placeUnclear');
    else if (!place.isFree) charges.push('remote');
  }
  return charges;
}

const timeInvalid = (reason: string) => new Refusal('meeting_time_invalid', { reason: `meeting_${reason}` });

/** @throws Refusal `meeting_time_invalid` */
export function checkTimes(now: Date, startsAt: Date, endsAt: Date): void {
  const ms = endsAt.getTime() - startsAt.getTime();
  if (ms <= 0) throw timeInvalid('ends_first');
  if (ms > meetingHoursMax * 3_600_000) throw timeInvalid('too_long');
  if (startsAt <= now) throw timeInvalid('past');
  if (startsAt.getTime() - now.getTime() > meetingDaysAheadMax * 86_400_000) throw timeInvalid('too_far');
}

/** The customer arranges the date two weeks before; later only with a reason on record (S92). @throws Refusal `meeting_too_soon` */
export function checkNotice(assessed: Assessed, startsAt: Date, lateReason: string | undefined): void {
  const { notice, edition } = assessed;
  if (notice.isInTime || lateReason !== undefined) return;
  throw new Refusal('meeting_too_soon', {
    ...{ date: dayInJapan(startsAt), lastDay: notice.lastDay, days: notice.days },
    ...clauseFacts(edition, edition.meetings.clause),
  });
}

/**
 * What has to be bought is bought before the step: at the booking what the plan sells or the year no longer has (S93, S32), before the confirmation
 * the visit to a place outside of the free area too (S94). A quote pays for as many meetings as its quantity says.
 * @throws Refusal `quote_needed`, `quote_not_approved`, `quote_used`, `not_found`, `meeting_place_unclear`
 */
export async function checkBought(
  tx: Tx,
  desk: Desk,
  draft: Draft & { readonly quoteId?: string | undefined },
  assessed: Assessed,
  step: 'book' | 'confirm',
): Promise<void> {
  const { accountId, quoteId, meetingId } = draft;
  const { charges, edition } = assessed;
  if (step === 'confirm' && charges.includes('placeUnclear'))
    throw new Refusal('meeting_place_unclear', {
      ...{ place: draft.place ?? '', functionJa: edition.meetings.freeArea.ja },
      functionEn: edition.meetings.freeArea.en,
    });
  const isDue = step === 'confirm' ? charges.length > 0 : charges.includes('plan') || charges.includes('beyondYear');
  if (isDue)
    await checkWork(tx, desk, {
      ...{ accountId, feature, isBeyondPlan: true, day: dayInJapan(draft.startsAt) },
      ...(quoteId === undefined ? {} : { quoteId }),
    });
  if (quoteId === undefined) return;
  const quote = await quoteOf(tx, desk.platform, { accountId, id: quoteId });
  if (quote?.feature !== feature) throw new Refusal('not_found', { what: 'quote' });
  const { count } = await countOfQuote(tx, accountId, quote.id, meetingId);
  if (count >= quote.quantity) throw new Refusal('quote_used', { number: quote.number });
}
