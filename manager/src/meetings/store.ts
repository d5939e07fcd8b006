import type { AttendeeAnswer, Deadline, Language, MeetingCharge, MeetingKind, MeetingState } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type MeetingRow = {
  tenant_id: string;
  id: string;
  account_name: string;
  customer_name: string;
  number: number;
  kind: MeetingKind;
  state: MeetingState;
  title: string;
  starts_at: Date;
  ends_at: Date;
  place: string | null;
  url: string | null;
  area_is_free: boolean | null;
  area_reason: string | null;
  agenda: string;
  minutes: string | null;
  minutes_by: string | null;
  minutes_sent_at: Date | null;
  charges: MeetingCharge[];
  is_included: boolean;
  quote_id: string | null;
  notice: Deadline;
  late_reason: string | null;
  sequence: number;
  invited_at: Date | null;
  cancel_reason: string | null;
  created_at: Date;
  created_by: string;
  revision: number;
  attendee_count: number;
  question_count: number;
};
/** What is written of a meeting. */
export type MeetingFields = Omit<
  MeetingRow,
  'account_name' | 'customer_name' | 'number' | 'attendee_count' | 'question_count' | 'tenant_id' | 'id'
>;
export type MeetingKey = { readonly accountId: string; readonly id: string };

const columns =
  sql.raw(`m.tenant_id, m.id, a.name as account_name, a.customer_name, m.number, m.kind, m.state, m.title, m.starts_at, m.ends_at, m.place,
  m.url, m.area_is_free, m.area_reason, m.agenda, m.minutes, m.minutes_by, m.minutes_sent_at, m.charges, m.is_included, m.quote_id, m.notice,
  m.late_reason, m.sequence, m.invited_at, m.cancel_reason, m.created_at, m.created_by, m.revision,
  (select count(*) from meetings_attendee x where x.tenant_id = m.tenant_id and x.meeting_id = m.id) as attendee_count,
  (select count(*) from tickets_of_meeting t where t.tenant_id = m.tenant_id and t.meeting_id = m.id) as question_count`);
const from = sql.raw('meetings_meeting m join customers_account a on a.tenant_id = m.tenant_id');

/** What comes, the next one first, then what was, the last one first. */
export function selectMeetings(
  tx: Tx,
  filter: {
    readonly id?: string | undefined;
    readonly accountId?: string | undefined;
    readonly state?: MeetingState | undefined;
  },
): Promise<MeetingRow[]> {
  return tx.rows(sql<MeetingRow>`
    select ${columns} from ${from} where true
      ${filter.id ? sql`and m.id = ${filter.id}` : sql``}
      ${filter.accountId ? sql`and m.tenant_id = ${filter.accountId}` : sql``}
      ${filter.state ? sql`and m.state = ${filter.state}` : sql``}
    order by m.state in ('held', 'cancelled'), case when m.state in ('planned', 'confirmed') then m.starts_at end, m.starts_at desc, m.id
    limit 1000`);
}

/** Counts and slots of an account are looked at by one at a time. */
export const lockAccount = (tx: Tx, accountId: string): Promise<unknown> =>
  tx.run(sql`select pg_advisory_xact_lock(hashtext(${`meetings:${accountId}`}))`);

export async function lockMeeting(tx: Tx, id: string): Promise<MeetingRow | undefined> {
  await tx.run(sql`select 1 from meetings_meeting where id = ${id} for update`);
  return (await selectMeetings(tx, { id }))[0];
}

/** The account is locked, so that numbers follow each other. */
export async function insertMeeting(tx: Tx, { accountId, id }: MeetingKey, row: MeetingFields): Promise<void> {
  await tx.run(sql`
    insert into meetings_meeting (tenant_id, id, number, kind, state, title, starts_at, ends_at, place, url, area_is_free, area_reason, agenda, charges,
      is_included, quote_id, notice, late_reason, created_at, created_by)
    select ${accountId}, ${id}, coalesce(max(number), 0) + 1, ${row.kind}, ${row.state}, ${row.title}, ${row.starts_at}::timestamptz,
      ${row.ends_at}::timestamptz, ${row.place}, ${row.url}, ${row.area_is_free}::boolean, ${row.area_reason}, ${row.agenda}, ${row.charges}::text[],
      ${row.is_included}::boolean, ${row.quote_id}::uuid, ${JSON.stringify(row.notice)}::jsonb, ${row.late_reason}, ${row.created_at}::timestamptz,
      ${row.created_by}
    from meetings_meeting where tenant_id = ${accountId}`);
}

export async function updateMeeting(tx: Tx, { accountId, id }: MeetingKey, row: MeetingFields): Promise<void> {
  await tx.run(sql`
    update meetings_meeting set kind = ${row.kind}, state = ${row.state}, title = ${row.title}, starts_at = ${row.starts_at}, ends_at = ${row.ends_at},
      place = ${row.place}, url = ${row.url}, area_is_free = ${row.area_is_free}, area_reason = ${row.area_reason}, agenda = ${row.agenda},
      minutes = ${row.minutes}, minutes_by = ${row.minutes_by}, minutes_sent_at = ${row.minutes_sent_at}, charges = ${row.charges}::text[],
      is_included = ${row.is_included}, quote_id = ${row.quote_id}::uuid, notice = ${JSON.stringify(row.notice)}::jsonb,
      late_reason = ${row.late_reason}, sequence = ${row.sequence}, invited_at = ${row.invited_at}, cancel_reason = ${row.cancel_reason},
      revision = revision + 1
    where tenant_id = ${accountId} and id = ${id}`);
}

/** Another meeting of the account that is not cancelled, within these times. */
export function selectOverlapping(
  tx: Tx,
  accountId: string,
  span: { readonly startsAt: Date; readonly endsAt: Date; readonly without?: string | undefined },
): Promise<{ number: number; starts_at: Date } | undefined> {
  return tx.first(sql<{ number: number; starts_at: Date }>`
    select number, starts_at from meetings_meeting
    where tenant_id = ${accountId} and state <> 'cancelled' and starts_at < ${span.endsAt} and ends_at > ${span.startsAt}
      ${span.without ? sql`and id <> ${span.without}` : sql``}
    order by starts_at limit 1`);
}

export type Count = { held: number; planned: number; bought: number };

/** Meetings of some days, cancelled ones left out. `held` and `planned` are those that the plan includes. */
export function countMeetings(
  tx: Tx,
  accountId: string,
  span: { readonly from: Date; readonly to: Date; readonly without?: string | undefined },
): Promise<Count> {
  return tx.one(sql<Count>`
    select count(*) filter (where is_included and state = 'held') as held, count(*) filter (where is_included and state <> 'held') as planned,
      count(*) filter (where not is_included) as bought
    from meetings_meeting
    where tenant_id = ${accountId} and state <> 'cancelled' and starts_at >= ${span.from} and starts_at < ${span.to}
      ${span.without ? sql`and id <> ${span.without}` : sql``}`);
}

/** How many meetings a quote pays for, one left out; and how many of them were held. */
export function countOfQuote(
  tx: Tx,
  accountId: string,
  quoteId: string,
  without: string | undefined,
): Promise<{ count: number; held: number }> {
  return tx.one(sql<{ count: number; held: number }>`
    select count(*) as count, count(*) filter (where state = 'held') as held from meetings_meeting
    where tenant_id = ${accountId} and quote_id = ${quoteId} and state <> 'cancelled' ${without ? sql`and id <> ${without}` : sql``}`);
}

export type AttendeeRow = {
  id: string;
  side: 'customer' | 'provider';
  contact_id: string | null;
  person_id: string | null;
  name: string;
  mail: string;
  language: Language;
  answer: AttendeeAnswer;
  answered_at: Date | null;
};

export function selectAttendees(tx: Tx, { accountId, id }: MeetingKey): Promise<AttendeeRow[]> {
  return tx.rows(sql<AttendeeRow>`
    select id, side, contact_id, person_id, name, mail, language, answer, answered_at from meetings_attendee
    where tenant_id = ${accountId} and meeting_id = ${id} order by side, name, id`);
}

export async function insertAttendee(
  tx: Tx,
  { accountId, id }: MeetingKey,
  row: Omit<AttendeeRow, 'answer' | 'answered_at'>,
): Promise<void> {
  await tx.run(sql`
    insert into meetings_attendee (tenant_id, id, meeting_id, side, contact_id, person_id, name, mail, language)
    values (${accountId}, ${row.id}, ${id}, ${row.side}, ${row.contact_id}, ${row.person_id}, ${row.name}, ${row.mail}, ${row.language})`);
}

export async function deleteAttendee(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.run(sql`delete from meetings_attendee where tenant_id = ${accountId} and id = ${id}`);
}

/** At another time everybody is asked anew. */
export async function forgetAnswers(tx: Tx, { accountId, id }: MeetingKey): Promise<void> {
  await tx.run(sql`
    update meetings_attendee set answer = 'needsAction', answered_at = null where tenant_id = ${accountId} and meeting_id = ${id}`);
}

export type QuestionRow = {
  id: string;
  number: number;
  text: string;
  requester_name: string;
  opened_at: Date;
  state: 'open' | 'answered' | 'paused' | 'closed';
  due_at: Date;
  first_answer_at: Date | null;
};

/** What was asked, as the tickets have it. */
export function selectQuestions(tx: Tx, { accountId, id }: MeetingKey): Promise<QuestionRow[]> {
  return tx.rows(sql<QuestionRow>`
    select id, number, requester_name, opened_at, state, due_at, first_answer_at, text from tickets_of_meeting
    where tenant_id = ${accountId} and meeting_id = ${id} order by number limit 500`);
}

/** Accounts with a contract that is in force on a day. */
export function selectContracted(tx: Tx, day: string): Promise<{ tenant_id: string; name: string }[]> {
  return tx.rows(sql<{ tenant_id: string; name: string }>`
    select distinct tenant_id, name from contracts_by_day
    where starts_on <= ${day}::date and (ends_on is null or ends_on >= ${day}::date) order by tenant_id limit 10000`);
}
