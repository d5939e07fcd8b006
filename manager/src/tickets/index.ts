/**
 * Tickets: what customers ask of the desk, by mail, phone, portal or as an answer to an alert mail, and by when they are answered (S49–S53, S60, S63,
 * S98). A ticket is opened in the transaction that causes it; its clock runs in reception hours from acceptance to an engineer's first answer.
 */
import type { Desk } from '../customers/index.ts';
import type { Room, Tx } from '../platform/index.ts';
import { warnOfDue } from './jobs.ts';
import { ticketRoutes } from './routes.ts';
import { type ClosedRow, selectClosed } from './store.ts';

export { type Opening, openTicket } from './tickets.ts';

export const ticketsRoom = (desk: Desk): Room => ({
  name: 'tickets',
  routes: ticketRoutes(desk),
  ticks: [warnOfDue(desk)],
});

/** What was closed in a span, each ticket once, in the order of closing: for the monthly report (S87). */
export const ticketsClosedIn = (
  tx: Tx,
  span: { readonly accountId: string; readonly from: Date; readonly to: Date },
): Promise<ClosedRow[]> => selectClosed(tx, span);
