import { type Actor, type MeetingDetail, Refusal } from '@sakimori/contract';
import { personOf } from '../access/index.ts';
import { contactById } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import { openTicket } from '../tickets/index.ts';
import { type MeetingDesk, reachable } from './inviting.ts';
import { minutesLetter } from './letters.ts';
import { namesOf, record, refuseState, withMeeting } from './meetings.ts';
import { keyOf } from './reading.ts';
import { selectAttendees, selectQuestions, updateMeeting } from './store.ts';

const questionsMax = 200;

/** What was said and agreed. It can be mended until it is sent, and after; who has it is in the history. @throws Refusal `version_conflict` */
export const writeMinutes = (
  desk: MeetingDesk,
  actor: Actor,
  id: string,
  { revision, text }: { readonly revision: number; readonly text: string },
): Promise<MeetingDetail> =>
  withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state !== 'confirmed' && row.state !== 'held') refuseState(row);
    if (row.revision !== revision) throw new Refusal('version_conflict', { current: row.revision });
    // Minutes that were changed were sent to nobody.
    const next = { ...row, minutes: text.toWellFormed(), minutes_by: actor.name, minutes_sent_at: null };
    await updateMeeting(tx, keyOf(row), next);
    await record(tx, desk, actor, 'meeting.minutes_written', namesOf(row), { characters: text.length });
  });

/** @throws Refusal `wrong_state` where there are no minutes, or it was not held; `no_recipient` */
export async function sendMinutes(desk: MeetingDesk, actor: Actor, id: string): Promise<{ sentTo: string[] }> {
  let sentTo: string[] = [];
  await withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state !== 'held') refuseState(row);
    if (row.minutes === null) throw new Refusal('wrong_state', { what: 'minutes', state: 'none' });
    const reached = await reachable(tx, row.tenant_id, await selectAttendees(tx, keyOf(row)));
    if (reached.length === 0) throw new Refusal('no_recipient');
    const questions = await selectQuestions(tx, keyOf(row));
    await tell(tx, desk.platform, {
      ...{ accountId: row.tenant_id, kind: 'meeting.minutes', contacts: reached },
      compose: (language, from) => minutesLetter(language, from, { meeting: row, questions }),
    });
    sentTo = reached.map(({ mail }) => mail);
    await updateMeeting(tx, keyOf(row), { ...row, minutes_sent_at: desk.platform.clock.now() });
    await record(tx, desk, actor, 'meeting.minutes_sent', namesOf(row), { to: sentTo });
  });
  return { sentTo };
}

/**
 * A question at a meeting, or sent in before it: a ticket of the account whose clock runs from now (S90, S50), linked both ways.
 * @throws Refusal `not_found` (contact), `wrong_state`, `limit_reached`, `date_out_of_range`, `no_business_day`
 */
export async function askAtMeeting(
  desk: MeetingDesk,
  actor: Actor,
  id: string,
  { text, contactId }: { readonly text: string; readonly contactId?: string | undefined },
): Promise<MeetingDetail> {
  const { database } = desk.platform;
  const isCustomer = actor.accountId !== undefined;
  const person =
    isCustomer && actor.kind === 'person' ? await database.asProvider((tx) => personOf(tx, actor.id)) : undefined;
  return withMeeting(desk, actor, id, async (tx, row) => {
    if (row.state === 'cancelled') refuseState(row);
    if (row.question_count >= questionsMax) throw new Refusal('limit_reached', { what: 'question', max: questionsMax });
    const contact = contactId ? await contactById(tx, contactId) : undefined;
    if (contactId && contact?.accountId !== row.tenant_id) throw new Refusal('not_found', { what: 'contact' });
    const line = text.split('\n', 1)[0]!.trim() || text.trim();
    const ticket = await openTicket(tx, desk, {
      ...{ accountId: row.tenant_id, channel: 'meeting', meetingId: row.id, by: actor, text: text.toWellFormed() },
      subject: line
        .replace(/\p{Cc}/gu, ' ')
        .toWellFormed()
        .slice(0, 120),
      requester: contact
        ? { name: contact.name, mail: contact.mail, phone: contact.phone, contactId: contact.id }
        : { name: isCustomer ? actor.name : row.customer_name, mail: person?.mail },
      ...(contact || person ? { language: (contact ?? person)!.language } : {}),
    });
    await record(tx, desk, actor, 'meeting.asked', namesOf(row), { ticket: ticket.number });
  });
}
