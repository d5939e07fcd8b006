import type { Report, ReportedInquiry } from '@sakimori/contract';
import type { Period } from '../calendar/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { ticketsClosedIn } from '../tickets/index.ts';
import { sourcesOf } from './wiring.ts';

/** How many a report lists; it counts them all. */
const inquiriesMax = 500;

/**
 * Inquiries that were closed and changes that were carried out in a month, each once: a change that was asked for by a ticket is one line, with the ticket's
 * number and times (S87). Subjects are what the customer and the desk call it between them; notes of the desk are not read.
 */
export async function readInquiries(
  platform: Platform,
  tx: Tx,
  accountId: string,
  period: Period,
): Promise<Pick<Report, 'inquiries'>> {
  const tickets = await ticketsClosedIn(tx, { accountId, from: period.from, to: period.to });
  const changes = (await sourcesOf(platform).changesDoneIn?.(tx, accountId, period)) ?? [];
  const closed = new Set(tickets.map(({ number }) => number));
  const items: ReportedInquiry[] = [
    ...tickets.map((ticket) => ({
      ...({ number: ticket.number, what: 'ticket', kind: ticket.kind, subject: ticket.subject } as const),
      openedAt: ticket.opened_at.toISOString(),
      ...(ticket.first_answer_at ? { firstAnswerAt: ticket.first_answer_at.toISOString() } : {}),
      doneAt: ticket.closed_at.toISOString(),
      outcome: ticket.outcome,
    })),
    ...changes
      .filter(({ ticketNumber }) => ticketNumber === undefined || !closed.has(ticketNumber))
      .map(({ number, subject, doneAt }) => ({
        ...({ number, what: 'change', kind: 'change', subject } as const),
        doneAt: doneAt.toISOString(),
      })),
  ];
  items.sort((a, b) => (a.doneAt < b.doneAt ? -1 : a.doneAt > b.doneAt ? 1 : a.number - b.number));
  return { inquiries: { count: items.length, items: items.slice(0, inquiriesMax) } };
}
