import { Refusal } from '@sakimori/contract';
import { staffWho } from '../access/index.ts';
import { type Desk, listContacts } from '../customers/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { type AttendeeRow, deleteAttendee, insertAttendee, type MeetingKey, selectAttendees } from './store.ts';

/** Who of the provider's people can be sent to a meeting: whoever answers customers. The transaction must be the provider's. */
export const selectStaff = (tx: Tx) => staffWho(tx, 'ticket.write');

/**
 * Makes who attends what is given; a side that is left out stays.
 * @returns who attends no more
 * @throws Refusal `not_found` where a contact is not of the account, or a person not of the provider
 */
export async function setAttendees(
  tx: Tx,
  { platform }: Desk,
  key: MeetingKey,
  given: { readonly contactIds?: readonly string[] | undefined; readonly personIds?: readonly string[] | undefined },
): Promise<AttendeeRow[]> {
  const standing = await selectAttendees(tx, key);
  const gone: AttendeeRow[] = [];
  const add = (row: Omit<AttendeeRow, 'id' | 'answer' | 'answered_at'>) =>
    insertAttendee(tx, key, { ...row, id: newId(platform.clock) });
  if (given.contactIds) {
    const wanted = new Set(given.contactIds);
    const known = new Map((await listContacts(tx, key.accountId)).map((contact) => [contact.id, contact]));
    gone.push(...standing.filter((one) => one.contact_id !== null && !wanted.has(one.contact_id)));
    for (const id of wanted) {
      const contact = known.get(id);
      if (standing.some((one) => one.contact_id === id)) continue;
      if (!contact) throw new Refusal('not_found', { what: 'contact' });
      const { name, mail, language } = contact;
      await add({ side: 'customer', contact_id: id, person_id: null, name, mail, language });
    }
  }
  if (given.personIds) {
    const wanted = new Set(given.personIds);
    const known = new Map((await selectStaff(tx)).map((person) => [person.id, person]));
    gone.push(...standing.filter((one) => one.person_id !== null && !wanted.has(one.person_id)));
    for (const id of wanted) {
      const person = known.get(id);
      if (standing.some((one) => one.person_id === id)) continue;
      if (!person) throw new Refusal('not_found', { what: 'person' });
      const { name, mail, language } = person;
      await add({ side: 'provider', contact_id: null, person_id: id, name, mail, language });
    }
  }
  for (const { id } of gone) await deleteAttendee(tx, key.accountId, id);
  return gone;
}
