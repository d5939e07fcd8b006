import type { Actor, Contact, ContactDigest, ContactDigestInput, Language } from '@sakimori/contract';
import { Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount, contactById, contactsFor, listContacts } from '../customers/index.ts';
import { newId, type Platform, type Tick, type Tx } from '../platform/index.ts';
import { composeDigestMail, readDigest } from './digest-mail.ts';
import {
  type DigestRow,
  foldWaiting,
  type HeldRow,
  insertHeld,
  lockDigests,
  markTold,
  saveDigest,
  saveDigestSettings,
  selectDigests,
  selectDueDigests,
  selectFailing,
  takeDueDigest,
} from './digest-store.ts';
import { type AlertTelling, tell, tellAlert } from './notices.ts';

/** Where a contact has set nothing: so many letters of their own, then one for all that comes within the time. A minute: nobody hears later (S62). */
export const digestDefault = { singlesMax: 5, windowMinutes: 1 } as const;

/** To how many an alert is told, and to how many of them by a digest. */
export type Told = { readonly recipients: number; readonly held: number };

const settingsOf = (row: Pick<DigestRow, 'singles_max' | 'window_minutes'> | undefined) => ({
  singlesMax: row?.singles_max ?? digestDefault.singlesMax,
  windowMinutes: row?.window_minutes ?? digestDefault.windowMinutes,
});

/**
 * Tells the account's contacts for alerts what opened or resolved (S62): the first few at once, each by a letter of its own; what goes beyond that
 * within a time is held, and told by one letter with counts. Where letters to a contact cannot be sent, all is held until they can. The
 * transaction must be one as the account.
 */
export async function tellAlerts(
  tx: Tx,
  platform: Platform,
  accountId: string,
  tellings: readonly AlertTelling[],
): Promise<Told[]> {
  if (tellings.some((telling) => telling.accountId !== accountId))
    throw new Error('An alert of another account was to be told.');
  if (tellings.length === 0) return [];
  const contacts = (await contactsFor(tx, 'alerts')).filter(({ bouncedAt }) => !bouncedAt);
  if (contacts.length === 0) return tellings.map(() => ({ recipients: 0, held: 0 }));
  const ids = contacts.map(({ id }) => id);
  const now = platform.clock.now();
  const rows = await lockDigests(tx, accountId, ids, now);
  const failing = await selectFailing(tx, accountId, ids);
  const held = contacts.filter((contact) => {
    const row = settle(rows.get(contact.id)!, now);
    const isHeld = place(row, tellings.length, failing.has(contact.id), now);
    rows.set(contact.id, row);
    return isHeld;
  });
  for (const row of rows.values()) await saveDigest(tx, row);
  await hold(tx, platform, accountId, held, tellings, now);
  const single = contacts.filter((contact) => !held.includes(contact));
  if (single.length > 0)
    for (const telling of tellings) await tellAlert(tx, platform, { ...telling, contacts: single });
  return tellings.map(() => ({ recipients: contacts.length, held: held.length }));
}

/** A time that is over, with nothing held, begins anew. */
function settle(row: DigestRow, now: Date): DigestRow {
  const { windowMinutes } = settingsOf(row);
  const isOver = now.getTime() >= row.window_from.getTime() + windowMinutes * 60_000;
  return row.due_at === null && isOver ? { ...row, window_from: now, singles: 0 } : row;
}

/** Counts so many letters to a contact. @returns whether they are held */
function place(row: DigestRow, count: number, isFailing: boolean, now: Date): boolean {
  const { singlesMax, windowMinutes } = settingsOf(row);
  if (row.due_at === null && !isFailing && row.singles + count <= singlesMax) {
    row.singles += count;
    return false;
  }
  // Nothing was told yet: then this is the first, and waits for nothing.
  const isFirst = row.singles === 0 && !isFailing && singlesMax > 0;
  row.due_at ??= isFirst ? now : new Date(now.getTime() + windowMinutes * 60_000);
  return true;
}

async function hold(
  tx: Tx,
  platform: Platform,
  accountId: string,
  contacts: readonly Contact[],
  tellings: readonly AlertTelling[],
  now: Date,
): Promise<void> {
  const rows: HeldRow[] = contacts.flatMap(({ id: contactId }) =>
    tellings.map(({ alertId, event }) => ({
      ...{ id: newId(platform.clock), contactId, alertId, event, at: now.toISOString() },
    })),
  );
  if (rows.length > 0) await insertHeld(tx, accountId, rows);
}

const atOnce = 500;

/** Writes the digests that are due, each in a transaction of its own as its account. */
export const tellDigests = (platform: Platform): Tick => ({
  name: 'notices.digests',
  everyMs: 1000,
  run: async () => {
    const { clock, database, log } = platform;
    const due = await database.asProvider((tx) => selectDueDigests(tx, clock.now(), atOnce));
    for (const { tenant_id: accountId, contact_id: contactId } of due)
      await database
        .as(accountId, (tx) => tellDigest(tx, platform, accountId, contactId))
        .catch((error: Error) =>
          log.error({ accountId, contactId, err: error.message }, 'a digest could not be written; it is tried again'),
        );
  },
});

async function tellDigest(tx: Tx, platform: Platform, accountId: string, contactId: string): Promise<void> {
  const now = platform.clock.now();
  const row = await takeDueDigest(tx, accountId, contactId, now);
  if (!row) return;
  const contact = await contactById(tx, contactId);
  // What is held stays so until the address works again; who receives alerts no more is told of none (S55).
  if (!contact || contact.bouncedAt || !contact.purposes.includes('alerts'))
    return saveDigest(tx, { ...row, due_at: null });
  await foldWaiting(tx, accountId, contactId);
  const digest = await readDigest(tx, accountId, contactId);
  const noticeId = newId(platform.clock);
  if (digest.totals.opened + digest.totals.resolved > 0) {
    await tell(tx, platform, {
      ...{ accountId, kind: 'alert.digest', contacts: [contact], noticeId },
      // An answer to it comes to the desk by way of the gravest (S63).
      ...(digest.foremost[0] ? { alertId: digest.foremost[0].id } : {}),
      compose: (language: Language, from) => composeDigestMail(platform, language, from, digest),
    });
    await markTold(tx, accountId, contactId, noticeId);
  }
  // What comes next within the time is told together again.
  await saveDigest(tx, { ...row, due_at: null, window_from: now, singles: settingsOf(row).singlesMax });
}

/** How mail to each contact of an account is bundled. @throws Refusal `not_found` */
export async function listDigests(tx: Tx, accountId: string): Promise<ContactDigest[]> {
  const contacts = await listContacts(tx, accountId);
  const rows = new Map((await selectDigests(tx, accountId)).map((row) => [row.contact_id, row]));
  return contacts.map(({ id }) => toDigest(id, rows.get(id)));
}

function toDigest(contactId: string, row: (DigestRow & { held: number }) | undefined): ContactDigest {
  const isDefault = (row?.singles_max ?? null) === null && (row?.window_minutes ?? null) === null;
  return {
    ...{ contactId, ...settingsOf(row), isDefault, held: row?.held ?? 0 },
    ...(row?.due_at ? { dueAt: row.due_at.toISOString() } : {}),
  };
}

/** Left out: as everybody has it. @throws Refusal `not_found` */
export function setDigest(
  platform: Platform,
  actor: Actor,
  accountId: string,
  contactId: string,
  { singlesMax, windowMinutes }: ContactDigestInput,
): Promise<ContactDigest> {
  return platform.database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    const contact = await contactById(tx, contactId);
    if (contact?.accountId !== accountId) throw new Refusal('not_found', { what: 'contact' });
    const settings = { singlesMax: singlesMax ?? null, windowMinutes: windowMinutes ?? null };
    await saveDigestSettings(tx, accountId, contactId, settings, platform.clock.now());
    await note(tx, platform.clock, {
      ...{ accountId, actor, action: 'contact.digest_set', target: `contact:${contactId}` },
      facts: { name: contact.name, ...settings },
    });
    return (await listDigests(tx, accountId)).find((each) => each.contactId === contactId)!;
  });
}
