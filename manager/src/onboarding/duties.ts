import type { AuditNote } from '../audit/index.ts';
import type { Desk as CustomersDesk } from '../customers/index.ts';
import type { Tx } from '../platform/index.ts';
import { raiseWork, settleUndelivered, settleWork } from '../work/index.ts';
import {
  type AskedRow,
  type CaseRow,
  type StoredStep,
  selectCases,
  selectNeedless,
  selectUnconfirmed,
} from './store.ts';

/** A test mail that nobody confirmed in so long is asked after by phone. */
const unconfirmedMs = 2 * 24 * 3_600_000;

/** A step that is opened again, or has another day, is another piece of work. */
const keyOf = (row: CaseRow, { step, dueOn, remarks }: StoredStep): string =>
  `onboarding:${row.id}:${step}:${dueOn}:${remarks.length}`;

const openOf = (row: CaseRow): StoredStep | undefined =>
  row.state === 'open' ? row.steps.find(({ doneAt }) => doneAt === undefined) : undefined;

/**
 * The step that is open is work until its day ends for reception (S40): of the customer's steps, to see that they are done. Called before a change
 * is stored, so that what was open before is ended in the same transaction.
 */
export async function followSteps(tx: Tx, desk: CustomersDesk, row: CaseRow): Promise<void> {
  const { tenant_id: accountId } = row;
  const [stored] = await selectCases(tx, { id: row.id, all: true });
  const now = openOf(row);
  const before = stored && openOf(stored);
  if (stored && before && (!now || keyOf(row, now) !== keyOf(stored, before))) {
    const done = row.steps.find(({ step }) => step === before.step)?.doneAt;
    await settleWork(tx, desk, {
      ...{ accountId, key: keyOf(stored, before), state: done ? 'done' : 'cancelled' },
      evidence: done ?? row.cancel_reason ?? `${before.dueOn} → ${now?.dueOn ?? '–'}`,
    });
  }
  if (now) await raiseStep(tx, desk, row, now);
}

async function raiseStep(tx: Tx, desk: CustomersDesk, row: CaseRow, step: StoredStep): Promise<void> {
  const owner = desk.editions.standard.flow[row.steps.indexOf(step)]?.owner ?? 'provider';
  await raiseWork(tx, desk, {
    ...{ accountId: row.tenant_id, kind: 'onboardingStep', key: keyOf(row, step), isOnce: true },
    ...(row.issued_at === null ? { accountName: row.account_name } : {}),
    target: `onboarding:${row.id}`,
    facts: { order: row.order_number, step: step.step, owner, person: step.person ?? '' },
    dueAt: new Date(`${step.dueOn}T18:00:00+09:00`),
  });
}

/** Somebody read the test mail, or said so: the address works. */
export async function settleConfirmed(
  tx: Tx,
  desk: CustomersDesk,
  { tenant_id: accountId, contact_id, mail }: AskedRow,
  how: string,
  actor: AuditNote['actor'],
): Promise<void> {
  await settleWork(tx, desk, { accountId, key: recipientKey(contact_id, mail), evidence: how, actor });
  await settleUndelivered(tx, desk, { accountId, recipient: mail, evidence: how });
}

const recipientKey = (contactId: string, mail: string): string => `recipient:${contactId}:${mail.toLowerCase()}`;

/** Work that time alone makes: recipients who do not answer; and steps of onboardings that are older than their work. */
export async function raiseDuties(desk: CustomersDesk): Promise<void> {
  const { database, clock } = desk.platform;
  await database.asProvider(async (tx) => {
    for (const row of await selectCases(tx, {})) await followSteps(tx, desk, row);
    const before = new Date(clock.now().getTime() - unconfirmedMs);
    for (const { tenant_id: accountId, case_id, contact_id, name, mail } of await selectUnconfirmed(tx, before))
      await raiseWork(tx, desk, {
        ...{ accountId, kind: 'recipientUnconfirmed', key: recipientKey(contact_id, mail), isOnce: true },
        ...{ target: `onboarding:${case_id}`, facts: { name, mail }, businessDays: 1 },
      });
    for (const { tenant_id: accountId, key } of await selectNeedless(tx))
      await settleWork(tx, desk, {
        accountId,
        key,
        state: 'cancelled',
        evidence: 'the address is not to be confirmed any more',
      });
  });
}
