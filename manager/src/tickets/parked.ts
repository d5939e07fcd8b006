import { type Actor, type ParkedMail, type ParkedMailDetail, Refusal, type Ticket } from '@sakimori/contract';
import type { z } from 'zod';
import { note } from '../audit/index.ts';
import { type Desk, selectContactsByMail } from '../customers/index.ts';
import { announce, type Cursor, toPage } from '../platform/index.ts';
import { addMail, openFromMail, readParked, scanFor } from './incoming.ts';
import { countParked, lockMail, type ParkedRow, selectParked, settleMail } from './mail-store.ts';
import { toTicket } from './reading.ts';
import { lockTicket, selectTickets } from './store.ts';

const thing = { what: 'parkedMail' } as const;

const toParked = (row: ParkedRow): ParkedMail => ({
  ...{ id: row.id, receivedAt: row.received_at.toISOString(), via: row.via, fromMail: row.from_mail },
  ...{ fromName: row.from_name, subject: row.subject, sizeBytes: row.size_bytes, reason: row.reason ?? 'unreadable' },
  ...(row.proof === null ? {} : { proof: row.proof }),
  ...(row.ticket_id !== null && row.number !== null && row.ticket_account !== null
    ? { claimedTicket: { id: row.ticket_id, number: row.number, accountId: row.ticket_account } }
    : {}),
});

/** A page of them, oldest first, and how many there are in all: after a night of spam that is more than anybody reads at once. */
export const listParked = (
  { platform }: Desk,
  { limit, after }: { readonly limit: number; readonly after: Cursor | undefined },
): Promise<{ items: ParkedMail[]; nextCursor?: string; total: number }> =>
  platform.database.asProvider(async (tx) => ({
    ...toPage(
      await selectParked(tx, { after, limit: limit + 1 }),
      limit,
      (row) => ({ at: row.received_at, id: row.id }),
      toParked,
    ),
    total: await countParked(tx),
  }));

/** @throws Refusal `not_found`, `wrong_state` */
export async function getParked(desk: Desk, mailId: string): Promise<z.input<typeof ParkedMailDetail>> {
  const { mail } = await readParked(desk, mailId);
  const [row] = await desk.platform.database.asProvider((tx) => selectParked(tx, { id: mailId, limit: 1 }));
  if (!row) throw new Refusal('not_found', thing);
  return {
    ...toParked(row),
    text: mail.quoted ? `${mail.text}\n\n${mail.quoted}` : mail.text,
    attachments: mail.attachments.map(({ name, contentType, content }) => ({
      name,
      contentType,
      sizeBytes: content.length,
    })),
  };
}

/**
 * Gives a parked mail to an account. A sender who is a contact there is answered at the contact's address; of another one the address of the mail is
 * taken, which is why a person decides it.
 * @throws Refusal `not_found` (mail, account, ticket), `wrong_state`, `date_out_of_range`, `no_business_day`
 */
export async function assignParked(
  desk: Desk,
  actor: Actor,
  mailId: string,
  { accountId, ticketId }: { readonly accountId: string; readonly ticketId?: string | undefined },
): Promise<Ticket> {
  const { clock, database } = desk.platform;
  const { mail } = await readParked(desk, mailId);
  const attachments = await scanFor(desk, mail.attachments);
  return database.for(actor, async (tx) => {
    const row = await lockMail(tx, mailId);
    if (row?.state !== 'parked') throw new Refusal('wrong_state', { ...thing, state: 'dismissed' });
    const filing = { tx, desk, row, mail, attachments };
    const contact = (await selectContactsByMail(tx, mail.fromMail)).find(({ tenant_id }) => tenant_id === accountId);
    const standing = ticketId === undefined ? undefined : await lockTicket(tx, ticketId);
    if (ticketId !== undefined && standing?.tenant_id !== accountId) throw new Refusal('not_found', { what: 'ticket' });
    if (standing) await addMail(filing, standing, contact === undefined);
    const id = standing ? standing.id : await openFromMail(filing, accountId, contact, undefined);
    await settleMail(tx, mailId, { state: 'filed', at: clock.now(), by: actor.name, accountId, ticketId: id });
    const facts = { from: mail.fromMail, reason: row.reason, proof: mail.proof.verdict };
    await note(tx, clock, { accountId, actor, action: 'ticket.assigned', target: `ticket:${id}`, facts });
    await announce(tx, { topic: 'ticket', accountId, id });
    return toTicket((await selectTickets(tx, { id, limit: 1 }))[0]!, clock.now());
  });
}

/** @throws Refusal `not_found`, `wrong_state` */
export async function dismissParked({ platform }: Desk, actor: Actor, mailId: string, reason: string): Promise<void> {
  const { clock, database } = platform;
  await database.for(actor, async (tx) => {
    const row = await lockMail(tx, mailId);
    if (!row) throw new Refusal('not_found', thing);
    if (row.state !== 'parked') throw new Refusal('wrong_state', { ...thing, state: 'dismissed' });
    await settleMail(tx, mailId, {
      state: 'dismissed',
      reason: reason.slice(0, 1000),
      at: clock.now(),
      by: actor.name,
    });
    const facts = { from: row.from_mail, subject: row.subject, reason };
    await note(tx, clock, { actor, action: 'ticket.dismissed', target: `mail:${mailId}`, facts });
    await announce(tx, { topic: 'ticket' });
  });
}
