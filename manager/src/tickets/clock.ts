import { type Deadline, dayInJapan, type TicketPause } from '@sakimori/contract';
import { addOpenMs, deadlineOf, instantAtShare, openMsBetween } from '@sakimori/contract/calendar/index';
import { calendarFor } from '../calendar/index.ts';
import { type Desk, editionSource } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import type { TicketRow } from './store.ts';

/** When half and four fifths of the reception time are over, somebody is told (S50). */
const shares = { half: 0.5, most: 0.8 } as const;

export type Clocked = { readonly due: Deadline; readonly halfAt: Date; readonly mostAt: Date };

const toDate = (at: Temporal.Instant): Date => new Date(at.epochMilliseconds);

/**
 * The clock of a first answer (S50): received outside of reception it counts from the next opening (S51, S60, S98).
 * @throws Refusal `date_out_of_range`, `no_business_day`
 */
export async function startClock(tx: Tx, desk: Desk, accountId: string, at: Date): Promise<Clocked> {
  const calendar = await calendarFor(tx, editionSource(desk.editions), accountId, { day: dayInJapan(at) });
  const due = deadlineOf(calendar, 'first-answer', at.toTemporalInstant());
  const span = { acceptedAt: Temporal.Instant.from(due.acceptedAt), dueAt: Temporal.Instant.from(due.dueAt) };
  const [halfAt, mostAt] = [shares.half, shares.most].map((share) => toDate(instantAtShare(calendar, span, share)));
  return { due, halfAt: halfAt!, mostAt: mostAt! };
}

export type Resumed = {
  readonly pause: TicketPause;
  readonly dueAt: Date;
  readonly halfAt: Date;
  readonly mostAt: Date;
};

/** A pause is over: as much reception time as it took is added to what is due, by the calendar that the deadline was counted with. */
export async function endPause(tx: Tx, desk: Desk, row: TicketRow, at: Date): Promise<Resumed> {
  const asked = { day: dayInJapan(row.opened_at), version: row.due.calendarVersion };
  const calendar = await calendarFor(tx, editionSource(desk.editions), row.tenant_id, asked);
  const from = row.paused_at!;
  // Reception begins at the acceptance; what was paused before took nothing of it.
  const counted = from < row.accepted_at ? row.accepted_at : from;
  const openMs = openMsBetween(calendar, counted.toTemporalInstant(), at.toTemporalInstant());
  const later = (time: Date) => (openMs === 0 ? time : toDate(addOpenMs(calendar, time.toTemporalInstant(), openMs)));
  return {
    pause: { from: from.toISOString(), to: at.toISOString(), reason: row.pause_reason ?? '', openMs },
    // What was over before the pause stays over.
    ...{ dueAt: row.due_at <= from ? row.due_at : later(row.due_at) },
    ...{ halfAt: row.half_at <= from ? row.half_at : later(row.half_at) },
    ...{ mostAt: row.most_at <= from ? row.most_at : later(row.most_at) },
  };
}
