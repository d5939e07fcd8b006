import { type Actor, type Contact, type NewEscalation, Refusal, type ReviewItem } from '@sakimori/contract';
import type { z } from 'zod';
import { alertsOf } from '../alerts/index.ts';
import { contactsFor, type Desk } from '../customers/index.ts';
import { newestOf } from '../detections/index.ts';
import { tellAlert } from '../notices/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import { getSheet, record, toItems } from './reviews.ts';
import { insertEscalation, selectEscalations, selectItems, setAnswer } from './store.ts';

type Try = z.infer<typeof NewEscalation>;
type Key = { readonly reviewId: string; readonly alertId: string };

/**
 * Tells a contact of the customer what has to be done: by mail, which is written here, or by a call that somebody made and notes. Contacts are
 * taken in the order of the list; one that was tried already comes again only by name (S67).
 * @throws Refusal `not_found`, `wrong_state` where the item was not found to need action, `no_recipient` where everybody was tried
 */
export async function escalate(desk: Desk, actor: Actor, key: Key, attempt: Try): Promise<ReviewItem> {
  const { platform } = desk;
  const { accountId } = await platform.database.for(actor, (tx) => getSheet(tx, desk, key.reviewId));
  // As the account: a letter never goes to a contact of another one.
  return platform.database.as(accountId, async (tx) => {
    const { sheet, item } = await findItem(tx, desk, key);
    if (item.verdict !== 'action_needed')
      throw new Refusal('wrong_state', { what: 'alert', state: item.verdict ?? 'unreviewed' });
    const contact = await chooseContact(tx, accountId, key.alertId, attempt.contactId);
    if (attempt.channel === 'mail' && contact.bouncedAt) throw new Refusal('no_recipient');
    const now = platform.clock.now();
    const isAnswered = attempt.channel === 'phone' && attempt.outcome !== 'waiting';
    await insertEscalation(tx, accountId, {
      ...{ id: newId(platform.clock), alert_id: key.alertId, contact_id: contact.id, contact_name: contact.name },
      ...{ channel: attempt.channel, at: now, by_name: actor.name, message: attempt.message },
      outcome: attempt.channel === 'mail' ? 'waiting' : attempt.outcome,
      answer: isAnswered ? (attempt.answer ?? null) : null,
      answered_at: isAnswered ? now : null,
    });
    if (attempt.channel === 'mail') await write(tx, desk, accountId, key.alertId, contact, attempt.message);
    const facts = { alert: key.alertId, contact: contact.name, channel: attempt.channel };
    await record(tx, desk, actor, 'review.escalated', sheet, facts);
    await announce(tx, { topic: 'review', accountId, id: key.reviewId });
    return (await toItems(tx, desk, sheet, [item]))[0]!;
  });
}

/** Notes what a contact answered, or that nobody did, which calls for the next one. @throws Refusal `not_found` */
export async function answer(
  desk: Desk,
  actor: Actor,
  key: Key & { readonly escalationId: string },
  said: { readonly outcome: 'answered' | 'no_answer'; readonly answer: string },
): Promise<ReviewItem> {
  const { platform } = desk;
  return platform.database.for(actor, async (tx) => {
    const { sheet, item } = await findItem(tx, desk, key);
    const { accountId } = sheet;
    const at = platform.clock.now();
    const isNoted = await setAnswer(tx, { accountId, alertId: key.alertId, id: key.escalationId }, { ...said, at });
    if (!isNoted) throw new Refusal('not_found', { what: 'escalation' });
    await record(tx, desk, actor, 'review.answered', sheet, { alert: key.alertId, outcome: said.outcome });
    await announce(tx, { topic: 'review', accountId, id: key.reviewId });
    return (await toItems(tx, desk, sheet, [item]))[0]!;
  });
}

async function findItem(tx: Tx, desk: Desk, { reviewId, alertId }: Key) {
  const sheet = await getSheet(tx, desk, reviewId);
  const place = { accountId: sheet.accountId, sheetId: reviewId };
  const [item] = await selectItems(tx, place, { show: 'all', alertId, limit: 1 });
  if (!item) throw new Refusal('not_found', { what: 'alert' });
  return { sheet, item };
}

async function chooseContact(tx: Tx, accountId: string, alertId: string, asked: string | undefined): Promise<Contact> {
  const contacts = await contactsFor(tx, 'alerts');
  if (asked !== undefined) {
    const named = contacts.find(({ id }) => id === asked);
    if (!named) throw new Refusal('not_found', { what: 'contact' });
    return named;
  }
  const tried = new Set((await selectEscalations(tx, accountId, [alertId])).map(({ contact_id }) => contact_id));
  const next = contacts.find(({ id, bouncedAt }) => !tried.has(id) && !bouncedAt);
  if (!next) throw new Refusal('no_recipient');
  return next;
}

async function write(
  tx: Tx,
  { platform }: Desk,
  accountId: string,
  alertId: string,
  contact: Contact,
  message: string,
): Promise<void> {
  const [alert] = await alertsOf(tx, [alertId]);
  const detection = await newestOf(tx, accountId, alertId);
  if (!alert || !detection) throw new Refusal('not_found', { what: 'detection' });
  await tellAlert(tx, platform, {
    ...{ accountId, alertId, alertNumber: alert.number, detection, event: 'escalated', message, facts: {} },
    contacts: [contact],
  });
}
