import { type Actor, dayInJapan } from '@sakimori/contract';
import { staffOf } from '../access/index.ts';
import { computeDeadline } from '../calendar/index.ts';
import { type Desk, editionSource, serviceOf } from '../customers/index.ts';
import { tell } from '../notices/index.ts';
import type { Tick, Tx } from '../platform/index.ts';
import { raiseWork, settleWork } from '../work/index.ts';
import { contractYear } from './assessment.ts';
import { reminderLetter } from './letters.ts';
import { quarterOf } from './quarter.ts';
import { yearNow } from './reading.ts';
import { type MeetingRow, selectContracted } from './store.ts';

const keyOf = (from: string): string => `meeting-quarter:${from}`;

/**
 * Reminds of quarters of a contract year in which no meeting is planned while the year has one left (S91): work that is due on the last day on which one
 * within the quarter can still be arranged, and a letter to the service managers. A meeting settles it; one that is cancelled brings it back.
 */
export function remindTick(desk: Desk): Tick {
  return { name: 'meetings.remind', everyMs: 60_000, run: async () => void (await remindOfQuarters(desk)) };
}

/** @returns how many accounts are reminded of now */
export async function remindOfQuarters(desk: Desk): Promise<number> {
  const { database, clock } = desk.platform;
  const today = dayInJapan(clock.now());
  const accounts = await database.asProvider((tx) => selectContracted(tx, today));
  let count = 0;
  for (const { tenant_id: accountId, name } of accounts) {
    const isNew = await database.asProvider((tx) => remind(tx, desk, { accountId, name, today }));
    if (isNew) count += 1;
  }
  return count;
}

async function remind(
  tx: Tx,
  desk: Desk,
  { accountId, name, today }: { accountId: string; name: string; today: string },
): Promise<boolean> {
  const year = await yearNow(tx, desk, { accountId, accountName: name, today });
  if (!year.isQuarterOpen) return false;
  const quarter = quarterOf(today, year.from);
  // The last moment of the quarter's last day: who books by then needs no exception.
  const at = new Date(quarter.toAt.getTime() - 1);
  const deadline = await computeDeadline(tx, editionSource(desk.editions), { accountId, rule: 'meeting', at });
  const facts = { from: quarter.from, to: quarter.to, lastDay: deadline.lastDay };
  const workId = await raiseWork(tx, desk, {
    ...{ accountId, kind: 'meetingUnplanned', key: keyOf(quarter.from), facts, target: `account:${accountId}` },
    dueAt: new Date(deadline.dueAt),
  });
  if (workId === undefined) return false;
  const managers = await staffOf(tx, ['service-manager']);
  await tell(tx, desk.platform, {
    ...{ accountId, kind: 'meeting.reminder' },
    contacts: managers.map(({ mail, language }) => ({ accountId, mail, language })),
    compose: (language) =>
      reminderLetter(language, { ...facts, account: name, held: year.held + year.planned, perYear: year.perYear }),
  });
  return true;
}

/** A meeting is planned in a quarter: what reminded of it is done. */
export async function settleQuarter(tx: Tx, desk: Desk, row: MeetingRow, actor: Actor): Promise<void> {
  const day = dayInJapan(row.starts_at);
  const { since } = await serviceOf(tx, desk, row.tenant_id, day);
  const { from } = quarterOf(day, contractYear(day, since).from);
  const evidence = `meeting #${row.number} ${day}`;
  await settleWork(tx, desk, { accountId: row.tenant_id, key: keyOf(from), evidence, actor });
}
