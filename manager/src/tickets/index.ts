/**
 * Tickets: what customers ask of the desk, by mail, phone, portal or as an answer to an alert mail, and by when they are answered (S49–S53, S60, S63,
 * S98). A ticket is opened in the transaction that causes it; its clock runs in reception hours from acceptance to an engineer's first answer. A mail is
 * kept in the conversation that brings it, and read by a job: onto its ticket, as a new one, or among those that a person has to look at.
 */
import type { Desk } from '../customers/index.ts';
import { handleJob, type Room, type Tx } from '../platform/index.ts';
import { fileMail, readMailJob } from './incoming.ts';
import { lookAfterMails, warnOfDue } from './jobs.ts';
import { MailboxWatch } from './mailbox-watch.ts';
import { ticketRoutes } from './routes.ts';
import { type ClosedRow, lockTicket, selectClosed, selectTickets, type TicketRow } from './store.ts';

export { type DeskDoor, startDeskDoor } from './desk-door.ts';
export { noteByDesk, type Opening, openTicket } from './tickets.ts';

export const ticketsRoom = (desk: Desk): Room => ({
  name: 'tickets',
  routes: ticketRoutes(desk),
  jobs: [handleJob(readMailJob, ({ mailId }) => fileMail(desk, mailId))],
  ticks: [warnOfDue(desk), lookAfterMails(desk)],
  start: async () => {
    const watch = new MailboxWatch(desk);
    watch.start();
    return () => watch.stop();
  },
});

/** What was closed in a span, each ticket once, in the order of closing: for the monthly report (S87). */
export const ticketsClosedIn = (
  tx: Tx,
  span: { readonly accountId: string; readonly from: Date; readonly to: Date },
): Promise<ClosedRow[]> => selectClosed(tx, span);

/** Number and kind of a ticket of an account; undefined where it has none of this id. */
export async function ticketOf(
  tx: Tx,
  given: { readonly accountId: string; readonly id: string },
): Promise<Pick<TicketRow, 'number' | 'kind'> | undefined> {
  return (await selectTickets(tx, { ...given, limit: 1 }))[0];
}

/** A ticket as a change that it asks for needs it; held until the transaction ends. @returns undefined where the caller may see none */
export async function askingTicket(
  tx: Tx,
  id: string,
): Promise<
  | { accountId: string; number: number; subject: string; requester: string; openedAt: Date; isClosed: boolean }
  | undefined
> {
  const row = await lockTicket(tx, id);
  if (!row) return undefined;
  const { tenant_id: accountId, number, subject, requester_name: requester, opened_at: openedAt, state } = row;
  return { accountId, number, subject, requester, openedAt, isClosed: state === 'closed' };
}
