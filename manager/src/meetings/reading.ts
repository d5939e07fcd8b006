import {
  type Actor,
  dayInJapan,
  isCustomerRole,
  type Meeting,
  type MeetingDetail,
  type MeetingState,
  type MeetingYear,
  Refusal,
} from '@sakimori/contract';
import { type Desk, entitlementOf, serviceOf } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { contractYear, feature } from './assessment.ts';
import { quarterOf } from './quarter.ts';
import {
  type AttendeeRow,
  countMeetings,
  type MeetingRow,
  type QuestionRow,
  selectAttendees,
  selectContracted,
  selectMeetings,
  selectQuestions,
} from './store.ts';

export const thing = { what: 'meeting' } as const;
export const keyOf = (row: MeetingRow) => ({ accountId: row.tenant_id, id: row.id });

/** Why a date was arranged late is between the provider's people. */
function toMeeting(row: MeetingRow, isCustomer: boolean): Meeting {
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, customerName: row.customer_name },
    ...{ number: row.number, kind: row.kind, state: row.state, title: row.title },
    ...{ startsAt: row.starts_at.toISOString(), endsAt: row.ends_at.toISOString() },
    ...(row.place === null ? {} : { place: row.place }),
    ...(row.url === null ? {} : { url: row.url }),
    ...{ isIncluded: row.is_included, charges: row.charges },
    ...(row.quote_id === null ? {} : { quoteId: row.quote_id }),
    ...(row.late_reason === null || isCustomer ? {} : { lateReason: row.late_reason }),
    ...{ attendeeCount: row.attendee_count, questionCount: row.question_count },
    ...(row.invited_at === null ? {} : { invitedAt: row.invited_at.toISOString() }),
    ...(row.minutes_sent_at === null ? {} : { minutesSentAt: row.minutes_sent_at.toISOString() }),
    ...(row.cancel_reason === null ? {} : { cancelReason: row.cancel_reason }),
    ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by, revision: row.revision },
  };
}

const toAttendee = (row: AttendeeRow): MeetingDetail['attendees'][number] => ({
  ...{ id: row.id, side: row.side, name: row.name, mail: row.mail, language: row.language, answer: row.answer },
  ...(row.contact_id === null ? {} : { contactId: row.contact_id }),
  ...(row.person_id === null ? {} : { personId: row.person_id }),
  ...(row.answered_at === null ? {} : { answeredAt: row.answered_at.toISOString() }),
});

const toQuestion = (row: QuestionRow): MeetingDetail['questions'][number] => ({
  ...{ id: row.id, text: row.text.slice(0, 20_000), askedBy: row.requester_name, askedAt: row.opened_at.toISOString() },
  ...{ ticketId: row.id, ticketNumber: row.number, ticketState: row.state, dueAt: row.due_at.toISOString() },
  ...(row.first_answer_at === null ? {} : { firstAnswerAt: row.first_answer_at.toISOString() }),
});

/** @throws Refusal `not_found` (another account's too) */
export async function getMeeting(tx: Tx, actor: Pick<Actor, 'role'>, id: string): Promise<MeetingDetail> {
  const [row] = await selectMeetings(tx, { id });
  if (!row) throw new Refusal('not_found', thing);
  const isCustomer = isCustomerRole(actor.role);
  const isStated = row.area_is_free !== null && row.area_reason !== null && !isCustomer;
  // Minutes are the provider's draft until they are sent.
  const showsMinutes = row.minutes !== null && (!isCustomer || row.minutes_sent_at !== null);
  return {
    ...toMeeting(row, isCustomer),
    agenda: row.agenda,
    ...(showsMinutes ? { minutes: row.minutes ?? '', minutesBy: row.minutes_by ?? '' } : {}),
    ...(isStated ? { statedArea: { isFree: row.area_is_free ?? false, reason: row.area_reason ?? '' } } : {}),
    attendees: (await selectAttendees(tx, keyOf(row))).map(toAttendee),
    questions: (await selectQuestions(tx, keyOf(row))).map(toQuestion),
  };
}

export async function listMeetings(
  tx: Tx,
  desk: Desk,
  actor: Pick<Actor, 'role'>,
  filter: { readonly accountId?: string | undefined; readonly state?: MeetingState | undefined },
): Promise<{ items: Meeting[]; years: MeetingYear[] }> {
  const rows = await selectMeetings(tx, filter);
  return {
    items: rows.map((row) => toMeeting(row, isCustomerRole(actor.role))),
    years: await listYears(tx, desk, filter.accountId),
  };
}

/** The contract year that it is now, of each account under contract whose plan has meetings, or that has bought one in it. */
async function listYears(tx: Tx, desk: Desk, accountId: string | undefined): Promise<MeetingYear[]> {
  const today = dayInJapan(desk.platform.clock.now());
  const accounts = await selectContracted(tx, today);
  const years: MeetingYear[] = [];
  for (const { tenant_id, name } of accounts.filter((one) => !accountId || one.tenant_id === accountId)) {
    const year = await yearNow(tx, desk, { accountId: tenant_id, accountName: name, today });
    if (year.perYear > 0 || year.bought > 0) years.push(year);
  }
  return years;
}

export async function yearNow(
  tx: Tx,
  desk: Desk,
  { accountId, accountName, today }: { accountId: string; accountName: string; today: string },
): Promise<MeetingYear> {
  const { edition, plan, since } = await serviceOf(tx, desk, accountId, today);
  const { outcome } = await entitlementOf(tx, desk, { accountId, feature, day: today });
  const { from, to, fromAt, toAt } = contractYear(today, since);
  const { held, planned, bought } = await countMeetings(tx, accountId, { from: fromAt, to: toAt });
  const perYear = outcome === 'granted' ? edition.meetings.perYear : 0;
  const quarter = quarterOf(today, from);
  const inQuarter = await countMeetings(tx, accountId, { from: quarter.fromAt, to: quarter.toAt });
  const isQuarterOpen = held + planned < perYear && inQuarter.held + inQuarter.planned + inQuarter.bought === 0;
  return { ...{ accountId, accountName, plan, from, to, perYear, held, planned, bought }, isQuarterOpen };
}
