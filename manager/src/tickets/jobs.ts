import { type Language, phrase } from '@sakimori/contract';
import { staffOf } from '../access/index.ts';
import type { Desk } from '../customers/index.ts';
import { showInstant, tell } from '../notices/index.ts';
import { enqueue, type Tick, type Tx } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { readMailJob } from './incoming.ts';
import { deleteOldMails, selectStranded } from './mail-store.ts';
import { lockTicket, selectToWarn, setWarned, type TicketRow } from './store.ts';
import { deskSystem, dueKeys, record } from './tickets.ts';

const everyMs = 15_000;

/** How far the time of a first answer has gone: 0 nothing to say, 1 half, 2 four fifths, 3 late. */
function stepOf(row: TicketRow, now: Date): number {
  if (row.first_answer_at !== null || row.state === 'closed' || row.state === 'paused') return 0;
  if (row.due_at <= now) return 3;
  if (row.most_at <= now) return 2;
  return row.half_at <= now ? 1 : 0;
}

/** Reminds of first answers at half and four fifths of their time; late is a breach, of which the service managers are told once (S50). */
export function warnOfDue(desk: Desk): Tick {
  const { platform } = desk;
  const run = async () => {
    const now = platform.clock.now();
    const due = await platform.database.asProvider((tx) => selectToWarn(tx, now));
    if (due.length === 0) return;
    const managers = await platform.database.asProvider((tx) => staffOf(tx, ['service-manager']));
    for (const { tenant_id: accountId, id } of due)
      await platform.database.as(accountId, async (tx) => {
        const row = await lockTicket(tx, id);
        const step = row ? stepOf(row, now) : 0;
        if (!row || step <= row.warned) return;
        await setWarned(tx, { accountId, id }, step);
        await remind(tx, desk, row, step);
        if (step < 3) return;
        const facts = { number: String(row.number), subject: row.subject, account: row.account_name };
        const compose = (language: Language) => {
          const told = { ...facts, dueAt: showInstant(language, row.due_at.toISOString()) };
          return {
            subject: phrase(language, 'mail.ticketLate.subject', {
              product: phrase(language, 'product.name'),
              ...told,
            }),
            text: `${phrase(language, 'mail.ticketLate.text', { ...told, isPromised: String(row.kind === 'inquiry') })}\n`,
          };
        };
        await tell(tx, platform, {
          ...{ accountId, kind: 'ticket.late', compose },
          contacts: managers.map(({ mail, language }) => ({ accountId, mail, language })),
        });
        await record(tx, desk, deskSystem, 'ticket.late', { accountId, id, number: row.number }, { dueAt: row.due_at });
      });
  };
  return { name: 'tickets.due', everyMs, run };
}

/** One piece of work for each step, so that what was done about the first is still seen at the second. */
async function remind(tx: Tx, desk: Desk, row: TicketRow, step: number): Promise<void> {
  const percent = [0, 50, 80, 100][step]!;
  await raiseWork(tx, desk, {
    ...{ accountId: row.tenant_id, kind: step === 3 ? 'ticketLate' : 'ticketDue', key: dueKeys(row.id)[step - 1]! },
    ...{
      facts: { number: String(row.number), subject: row.subject.slice(0, 200), percent },
      target: `ticket:${row.id}`,
    },
    ...{ dueAt: row.due_at, isOnce: true },
  });
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Mails whose job was lost are queued again; originals that are older than what is kept go. */
export function lookAfterMails({ platform }: Desk): Tick {
  const { clock, config, database } = platform;
  const run = () =>
    database.asProvider(async (tx) => {
      const now = clock.now().getTime();
      for (const { id } of await selectStranded(tx, new Date(now - 10 * minuteMs)))
        await enqueue(tx, readMailJob, { mailId: id }, id);
      await deleteOldMails(tx, new Date(now - config.SAKIMORI_RETENTION_DAYS * dayMs));
    });
  return { name: 'tickets.mails', everyMs: 5 * minuteMs, run };
}
