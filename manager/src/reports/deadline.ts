import { type Deadline, type Language, phrase, type Report } from '@sakimori/contract';
import { staffOf } from '../access/index.ts';
import { note } from '../audit/index.ts';
import { computeDeadline, periodOf } from '../calendar/index.ts';
import { type Desk, editionSource } from '../customers/index.ts';
import { showInstant, showLine, tell } from '../notices/index.ts';
import { newId, type Platform, type Tick, type Tx } from '../platform/index.ts';
import { raiseWork, settleWork } from '../work/index.ts';
import { selectSettings } from './deliveries-store.ts';
import { reportSystem } from './delivery.ts';
import { type IssueRow, insertIssue, lockIssue, selectToWarn, setWarned } from './issue-store.ts';
import { partyOf } from './reporter.ts';
import { selectAccount } from './store.ts';
import { sourcesOf } from './wiring.ts';

type Asked = { readonly accountId: string; readonly kind: Report['kind']; readonly period: string };

/** The opening of the nth business day of a deadline's count. */
function openingOf(due: Deadline, count: number): Date {
  const date = due.explanation.find((step) => step.count === count)?.date ?? due.lastDay;
  const opens = Temporal.Instant.from(due.acceptedAt).toZonedDateTimeISO('Asia/Tokyo').toPlainTime();
  const at = Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: 'Asia/Tokyo', plainTime: opens });
  return new Date(at.epochMilliseconds);
}

/** From the end of its period on a report has to leave by a day (S78, S84), whether there is a draft or not. The transaction is the account's. */
export async function openIssue(tx: Tx, desk: Desk, asked: Asked): Promise<void> {
  const { accountId, kind } = asked;
  const { days, to, period } = periodOf(asked.period);
  const due = await computeDeadline(tx, editionSource(desk.editions), {
    ...{ accountId, rule: kind === 'weekly' ? ('weekly-report' as const) : ('monthly-report' as const) },
    at: new Date(to.getTime() - 1),
  });
  const last = Math.max(...due.explanation.map(({ count }) => count ?? 0));
  const { signatures } = await selectSettings(tx, accountId);
  await insertIssue(
    tx,
    {
      ...{ tenant_id: accountId, id: newId(desk.platform.clock), kind, period, signatures_needed: signatures, due },
      party: await partyOf(tx, desk, { accountId, kind, day: days.at(-1)! }),
      ...{ due_at: new Date(due.dueAt), soon_at: openingOf(due, last - 1), last_day_at: openingOf(due, last) },
    },
    desk.platform.clock.now(),
  );
}

/** How far the time of an unsent report has gone: 0 nothing to say, 1 the last business day but one, 2 the last, 3 late. */
function stepOf(row: IssueRow, now: Date): number {
  if (row.sent_at !== null) return 0;
  if (row.due_at <= now) return 3;
  if (row.last_day_at <= now) return 2;
  return row.soon_at <= now ? 1 : 0;
}

const keysOf = (issueId: string): string[] => [1, 2, 3].map((step) => `report:${issueId}:${step}`);
const factsOf = (row: IssueRow) => ({ kind: row.kind, period: row.period });

/** Says which reports have to leave soon; one that is late is a breach, of which the service managers are told once. */
export function warnOfReports(platform: Platform): Tick {
  const run = async () => {
    const { desk } = sourcesOf(platform);
    if (!desk) return;
    const now = platform.clock.now();
    const due = await platform.database.asProvider((tx) => selectToWarn(tx, now));
    if (due.length === 0) return;
    const managers = await platform.database.asProvider((tx) => staffOf(tx, ['service-manager']));
    for (const { tenant_id: accountId, id } of due)
      await platform.database.as(accountId, async (tx) => {
        const row = await lockIssue(tx, { accountId, id });
        const step = row ? stepOf(row, now) : 0;
        if (!row || step <= row.warned) return;
        await setWarned(tx, { accountId, id }, step, now);
        await raiseWork(tx, desk, {
          ...{ accountId, kind: step === 3 ? 'reportLate' : 'reportDue', key: keysOf(id)[step - 1]! },
          ...{ facts: factsOf(row), target: `report:${id}`, dueAt: row.due_at, isOnce: true },
        });
        if (step === 3) await tellBreach(tx, platform, row, managers);
      });
  };
  return { name: 'reports.due', everyMs: 15_000, run };
}

async function tellBreach(
  tx: Tx,
  platform: Platform,
  row: IssueRow,
  managers: readonly { readonly mail: string; readonly language: Language }[],
): Promise<void> {
  const accountId = row.tenant_id;
  const account = await selectAccount(tx, accountId);
  const compose = (language: Language) => {
    const told = {
      ...{ report: phrase(language, `report.title.${row.kind}`), period: row.period },
      ...{ account: showLine(account?.name ?? '', 200), customer: showLine(account?.customer_name ?? '', 200) },
      ...{
        dueAt: showInstant(language, row.due_at.toISOString()),
        party: phrase(language, `reportParty.${row.party}`),
      },
      hasDraft: String(row.report_id !== null),
    };
    const product = phrase(language, 'product.name');
    return {
      subject: phrase(language, 'mail.reportLate.subject', { product, ...told }),
      text: `${phrase(language, 'mail.reportLate.text', told)}\n`,
    };
  };
  await tell(tx, platform, {
    ...{ accountId, kind: 'report.late', compose },
    contacts: managers.map(({ mail, language }) => ({ accountId, mail, language })),
  });
  await note(tx, platform.clock, {
    ...{ accountId, actor: reportSystem, action: 'report.late', target: `issue:${row.id}` },
    facts: { ...factsOf(row), dueAt: row.due_at.toISOString() },
  });
}

const unsentKey = (issueId: string): string => `report:${issueId}:unsent`;

/** It is signed, and there is nobody it could go to. */
export async function raiseUnsent(tx: Tx, desk: Desk, row: IssueRow): Promise<void> {
  await raiseWork(tx, desk, {
    ...{ accountId: row.tenant_id, kind: 'reportUnsent', key: unsentKey(row.id), target: `report:${row.id}` },
    ...{ facts: factsOf(row), dueAt: row.due_at },
  });
}

const uncomposedKey = (issueId: string): string => `report:${issueId}:uncomposed`;

/** It cannot be composed as things are: somebody has to look why. However often it is tried again, that is one piece of work while nobody ended it. */
export async function raiseUncomposed(tx: Tx, desk: Desk, row: IssueRow): Promise<void> {
  await raiseWork(tx, desk, {
    ...{ accountId: row.tenant_id, kind: 'reportUncomposed', key: uncomposedKey(row.id), target: `report:${row.id}` },
    ...{ facts: factsOf(row), dueAt: row.due_at },
  });
}

/** There is a draft of it. */
export async function settleUncomposed(tx: Tx, desk: Desk, row: IssueRow, reportId: string): Promise<void> {
  await settleWork(tx, desk, {
    ...{ accountId: row.tenant_id, key: uncomposedKey(row.id), evidence: `report:${reportId}` },
  });
}

/** It has left: what was to be done about it is done. */
export async function settleWarnings(tx: Tx, desk: Desk, row: IssueRow, by: string): Promise<void> {
  for (const key of [...keysOf(row.id), unsentKey(row.id), uncomposedKey(row.id)])
    await settleWork(tx, desk, { accountId: row.tenant_id, key, evidence: `report:${row.report_id ?? ''} ${by}` });
}
