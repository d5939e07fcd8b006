import {
  type Actor,
  type AuditAction,
  dayInJapan,
  type Language,
  type NewInquiry,
  type NewTicket,
  Refusal,
  type TicketChannel,
  type TicketDetail,
  type TicketKind,
  type TicketOutcome,
} from '@sakimori/contract';
import type { z } from 'zod';
import { personOf } from '../access/index.ts';
import { type AuditNote, note } from '../audit/index.ts';
import { checkAccount, contactById, type Desk } from '../customers/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import { settleWork } from '../work/index.ts';
import { selectAlertKey, selectCaseKey } from './about.ts';
import { endPause, startClock } from './clock.ts';
import { beginWork, checkDone } from './consulting.ts';
import { acknowledgement, closingText, writeLetter } from './letters.ts';
import { getTicket } from './reading.ts';
import {
  countWritten,
  insertMessage,
  insertTicket,
  lockTicket,
  type NewMessage,
  setAnswered,
  setAssignee,
  setClosed,
  setKind,
  setOpen,
  setPaused,
  setResumed,
  type TicketRow,
} from './store.ts';

export const deskSystem = { kind: 'system', id: 'system', name: 'system' } as const;
type By = AuditNote['actor'];
const thing = { what: 'ticket' } as const;

export async function record(
  tx: Tx,
  { platform }: Desk,
  by: By,
  action: Extract<AuditAction, `ticket.${string}`>,
  ticket: { readonly accountId: string; readonly id: string; readonly number: number },
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { accountId, id, number } = ticket;
  await note(tx, platform.clock, { accountId, actor: by, action, target: `ticket:${id}`, facts: { number, ...facts } });
  await announce(tx, { topic: 'ticket', accountId, id });
}

const keyOf = (row: TicketRow) => ({ accountId: row.tenant_id, id: row.id, number: row.number });
/** Work that reminds of a first answer, by what it reminds of. */
export const dueKeys = (id: string): string[] => ['half', 'most', 'late'].map((step) => `ticket-${step}:${id}`);

export type Opening = {
  readonly accountId: string;
  readonly channel: TicketChannel;
  readonly kind?: TicketKind;
  readonly subject: string;
  /** What was asked, in the words of whoever asked. */
  readonly text: string;
  readonly requester: {
    readonly name: string;
    readonly mail?: string | undefined;
    readonly phone?: string | undefined;
    readonly contactId?: string | undefined;
  };
  readonly language?: Language;
  readonly alertId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly meetingId?: string | undefined;
  /** When it came in, where that is not now. */
  readonly at?: Date;
  readonly by?: By;
  /** More of the message that it begins with: where it came from, its Message-ID. */
  readonly message?: Partial<Pick<NewMessage, 'id' | 'fromMail' | 'quoted' | 'proof' | 'messageId' | 'isStranger'>>;
};

/**
 * Opens a ticket in the transaction that causes it, of the provider or of the account; its clock runs from reception (S50, S51).
 * @throws Refusal `not_found` (account, alert, case), `date_out_of_range`, `no_business_day`
 */
export async function openTicket(tx: Tx, desk: Desk, opening: Opening): Promise<{ id: string; number: number }> {
  const { accountId, channel, kind = 'inquiry', requester, by = deskSystem, alertId } = opening;
  const { clock } = desk.platform;
  await checkAccount(tx, accountId);
  if (alertId && (await selectAlertKey(tx, { alertId }))?.tenant_id !== accountId)
    throw new Refusal('not_found', { what: 'alert' });
  if (opening.caseId && (await selectCaseKey(tx, opening.caseId))?.tenant_id !== accountId)
    throw new Refusal('not_found', { what: 'case' });
  const at = opening.at ?? clock.now();
  const clocked = await startClock(tx, desk, accountId, at);
  const id = newId(clock);
  const number = await insertTicket(tx, {
    ...{ accountId, id, kind, channel, subject: opening.subject.slice(0, 300), requester, at, by: by.name },
    ...{
      language: opening.language ?? 'ja',
      alertId,
      caseId: opening.caseId,
      meetingId: opening.meetingId,
      ...clocked,
    },
  });
  await insertMessage(tx, {
    ...{ accountId, id: newId(clock), ticketId: id, kind: 'customer', at, author: requester.name, text: opening.text },
    ...opening.message,
  });
  const facts = { channel, kind, subject: opening.subject.slice(0, 300), dueAt: clocked.due.dueAt };
  await record(tx, desk, by, 'ticket.opened', { accountId, id, number }, { ...facts, ...(alertId ? { alertId } : {}) });
  return { id, number };
}

/** More from the customer: a ticket that was answered or closed waits for us again. What a program wrote changes nothing. */
export async function addCustomerMessage(
  tx: Tx,
  desk: Desk,
  row: TicketRow,
  message: Omit<NewMessage, 'accountId' | 'id' | 'ticketId' | 'kind'> & { readonly id?: string },
  by: By = deskSystem,
): Promise<void> {
  const key = keyOf(row);
  await insertMessage(tx, {
    ...{ accountId: key.accountId, id: newId(desk.platform.clock), ticketId: key.id, kind: 'customer' as const },
    ...message,
  });
  if (!message.isAutomatic) await setOpen(tx, key);
  await record(tx, desk, by, 'ticket.written', key, { from: message.fromMail ?? message.author });
}

/** The desk's own letter that it came in. It stops no clock (S50). */
export async function acknowledge(tx: Tx, desk: Desk, ticketId: string): Promise<void> {
  const row = await lockTicket(tx, ticketId);
  if (!row) return;
  const textOf = (language: Language) => acknowledgement(language, row);
  const noticeId = await writeLetter(tx, desk, row, { kind: 'ticket.acknowledged', textOf });
  if (noticeId === undefined) return;
  await insertMessage(tx, {
    ...{ accountId: row.tenant_id, id: newId(desk.platform.clock), ticketId, kind: 'acknowledgement', noticeId },
    ...{ at: desk.platform.clock.now(), author: deskSystem.name, text: textOf(row.language) },
  });
}

/** Does something with one ticket that nobody else touches meanwhile. */
function withTicket(
  desk: Desk,
  actor: Actor,
  id: string,
  work: (tx: Tx, row: TicketRow) => Promise<void>,
): Promise<TicketDetail> {
  return desk.platform.database.for(actor, async (tx) => {
    const row = await lockTicket(tx, id);
    if (!row) throw new Refusal('not_found', thing);
    await work(tx, row);
    return getTicket(tx, desk, actor, id);
  });
}
const refuseClosed = (row: TicketRow) => {
  if (row.state === 'closed') throw new Refusal('wrong_state', { ...thing, state: row.state });
};

/**
 * The note of a call, or what somebody of the provider opens for a customer.
 * @throws Refusal `not_found` (account, contact, alert, case), `date_out_of_range`, `no_business_day`
 */
export function createTicket(
  desk: Desk,
  actor: Actor,
  accountId: string,
  given: z.output<typeof NewTicket>,
): Promise<TicketDetail> {
  const { kind, channel, subject, text, contactId, callerName, callerPhone, alertId, caseId } = given;
  return desk.platform.database.for(actor, async (tx) => {
    const contact = contactId ? await contactById(tx, contactId) : undefined;
    // A contact of another account is none, whoever asks.
    if (contactId && contact?.accountId !== accountId) throw new Refusal('not_found', { what: 'contact' });
    const phone = callerPhone ?? contact?.phone;
    const { id } = await openTicket(tx, desk, {
      ...{ accountId, channel, kind, subject, text, alertId, caseId, by: actor },
      requester: { name: callerName ?? contact?.name ?? '', mail: contact?.mail, phone, contactId: contact?.id },
      ...(contact ? { language: contact.language } : {}),
    });
    return getTicket(tx, desk, actor, id);
  });
}

/** What one account may write on the portal in an hour; mail and phone stand open beside it. */
const portalMax = 60;
const hourMs = 60 * 60_000;

async function checkPortal(tx: Tx, desk: Desk, accountId: string): Promise<void> {
  const since = new Date(desk.platform.clock.now().getTime() - hourMs);
  if ((await countWritten(tx, accountId, since)) >= portalMax)
    throw new Refusal('too_many_requests', { retrySeconds: hourMs / 1000 });
}

/**
 * Asked on the portal. The answer goes there and, as phone and mail are what was agreed (Q13), to the mail address of whoever asks.
 * @throws Refusal `not_found` (account, alert, case), `too_many_requests`, `date_out_of_range`, `no_business_day`
 */
export async function askDesk(
  desk: Desk,
  actor: Actor,
  accountId: string,
  given: z.output<typeof NewInquiry>,
): Promise<TicketDetail> {
  const { database } = desk.platform;
  const person = actor.kind === 'person' ? await database.asProvider((tx) => personOf(tx, actor.id)) : undefined;
  return database.for(actor, async (tx) => {
    await checkPortal(tx, desk, accountId);
    const { id } = await openTicket(tx, desk, {
      ...{ accountId, channel: 'portal', ...given, by: actor, requester: { name: actor.name, mail: person?.mail } },
      ...(person ? { language: person.language } : {}),
    });
    return getTicket(tx, desk, actor, id);
  });
}

/** Written by the customer on the portal. @throws Refusal `not_found`, `too_many_requests` */
export const addToTicket = (desk: Desk, actor: Actor, id: string, text: string): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    await checkPortal(tx, desk, row.tenant_id);
    await addCustomerMessage(tx, desk, row, { at: desk.platform.clock.now(), author: actor.name, text }, actor);
  });

/** The clock of a ticket runs again. */
async function resume(tx: Tx, desk: Desk, row: TicketRow): Promise<void> {
  const at = desk.platform.clock.now();
  const resumed = await endPause(tx, desk, row, at);
  const state = row.first_answer_at ? 'answered' : 'open';
  await setResumed(tx, keyOf(row), { state, ...resumed });
}

/** An engineer's answer: by mail it is sent, by phone it was said. Of the first one the clock stops (S50). */
async function answer(
  tx: Tx,
  desk: Desk,
  actor: Actor,
  row: TicketRow,
  { textOf, by }: { readonly textOf: (language: Language) => string; readonly by: 'mail' | 'phone' },
): Promise<void> {
  const { clock } = desk.platform;
  const noticeId = by === 'mail' ? await writeLetter(tx, desk, row, { kind: 'ticket.reply', textOf }) : undefined;
  if (by === 'mail' && noticeId === undefined) throw new Refusal('no_recipient');
  if (row.state === 'paused') await resume(tx, desk, row);
  await insertMessage(tx, {
    ...{ accountId: row.tenant_id, id: newId(clock), ticketId: row.id, kind: 'reply', at: clock.now(), noticeId },
    ...{ author: actor.name, text: textOf(row.language) },
  });
  await setAnswered(tx, keyOf(row), clock.now());
  if (row.assignee_id === null) await setAssignee(tx, keyOf(row), actor);
  if (row.first_answer_at === null) await settleReminders(tx, desk, row, actor);
  await record(tx, desk, actor, 'ticket.answered', keyOf(row), { by, first: row.first_answer_at === null });
}

async function settleReminders(tx: Tx, desk: Desk, row: TicketRow, actor: By): Promise<void> {
  for (const key of dueKeys(row.id))
    await settleWork(tx, desk, { accountId: row.tenant_id, key, evidence: `ticket #${row.number}`, actor });
}

/** @throws Refusal `not_found`, `wrong_state`, `no_recipient` */
export const replyToTicket = (
  desk: Desk,
  actor: Actor,
  id: string,
  given: { readonly text: string; readonly by: 'mail' | 'phone'; readonly closes: boolean },
): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    refuseClosed(row);
    await answer(tx, desk, actor, row, { textOf: () => given.text, by: given.by });
    if (given.closes) await checkDone(tx, desk, row);
    if (given.closes) await end(tx, desk, actor, row, 'resolved');
  });

/** @throws Refusal `not_found` */
export const noteTicket = (desk: Desk, actor: Actor, id: string, text: string): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    const { clock } = desk.platform;
    await insertMessage(tx, {
      ...{ accountId: row.tenant_id, id: newId(clock), ticketId: id, kind: 'note', at: clock.now() },
      ...{ author: actor.name, text },
    });
    await record(tx, desk, actor, 'ticket.noted', keyOf(row));
  });

/** What another room has to say of a ticket that it works on, for the provider's people alone. @throws Refusal `not_found` */
export async function noteByDesk(tx: Tx, desk: Desk, id: string, text: string): Promise<void> {
  const row = await lockTicket(tx, id);
  if (!row) throw new Refusal('not_found', thing);
  const { clock } = desk.platform;
  await insertMessage(tx, {
    ...{ accountId: row.tenant_id, id: newId(clock), ticketId: id, kind: 'note', at: clock.now() },
    ...{ author: deskSystem.name, text },
  });
  await record(tx, desk, deskSystem, 'ticket.noted', keyOf(row));
}

/** @throws Refusal `not_found`, `wrong_state`, `ticket_taken` */
export const takeTicket = (desk: Desk, actor: Actor, id: string, isTakenOver: boolean): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    refuseClosed(row);
    if (row.assignee_id !== null && row.assignee_id !== actor.id && !isTakenOver)
      throw new Refusal('ticket_taken', { number: String(row.number), owner: row.assignee_name ?? '' });
    await setAssignee(tx, keyOf(row), actor);
    await record(tx, desk, actor, 'ticket.taken', keyOf(row), row.assignee_name ? { from: row.assignee_name } : {});
  });

/** @throws Refusal `not_found`, `wrong_state` */
export const pauseTicket = (desk: Desk, actor: Actor, id: string, reason: string): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    refuseClosed(row);
    if (row.state === 'paused') throw new Refusal('wrong_state', { ...thing, state: row.state });
    await setPaused(tx, keyOf(row), desk.platform.clock.now(), reason);
    await record(tx, desk, actor, 'ticket.paused', keyOf(row), { reason });
  });

/** @throws Refusal `not_found`, `wrong_state` */
export const resumeTicket = (desk: Desk, actor: Actor, id: string): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    if (row.state !== 'paused') throw new Refusal('wrong_state', { ...thing, state: row.state });
    await resume(tx, desk, row);
    await record(tx, desk, actor, 'ticket.resumed', keyOf(row), { reason: row.pause_reason });
  });

/** @throws Refusal `not_found`, `wrong_state` */
export const changeKind = (desk: Desk, actor: Actor, id: string, kind: TicketKind): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    refuseClosed(row);
    await setKind(tx, keyOf(row), kind);
    await record(tx, desk, actor, 'ticket.sorted', keyOf(row), { from: row.kind, kind });
  });

/** @throws Refusal `not_found`, `wrong_state`, `not_in_plan`, `quote_needed`, `quote_not_approved` */
export const beginConsulting = (
  desk: Desk,
  actor: Actor,
  id: string,
  quoteId: string | undefined,
): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    refuseClosed(row);
    await record(tx, desk, actor, 'ticket.begun', keyOf(row), await beginWork(tx, desk, actor, row, quoteId));
  });

async function end(tx: Tx, desk: Desk, actor: Actor, row: TicketRow, outcome: TicketOutcome): Promise<void> {
  await setClosed(tx, keyOf(row), { at: desk.platform.clock.now(), by: actor.name, outcome });
  await settleReminders(tx, desk, row, actor);
  await record(tx, desk, actor, 'ticket.closed', keyOf(row), { outcome });
}

/**
 * Ends a ticket. What the service does not take on is told politely, with the clause (S49, S61); what it does is answered first.
 * @throws Refusal `not_found`, `wrong_state`, `answer_missing`
 */
export const closeTicket = (
  desk: Desk,
  actor: Actor,
  id: string,
  { outcome, text }: { readonly outcome: TicketOutcome; readonly text?: string | undefined },
): Promise<TicketDetail> =>
  withTicket(desk, actor, id, async (tx, row) => {
    refuseClosed(row);
    const isRefused = outcome === 'out_of_scope' || outcome === 'not_supported';
    if (outcome === 'resolved' && row.first_answer_at === null && text === undefined)
      throw new Refusal('answer_missing', { number: String(row.number) });
    if (outcome === 'resolved') await checkDone(tx, desk, row);
    const written = text === undefined ? undefined : () => text;
    const textOf = written ?? (isRefused ? await closingText(tx, desk, row, outcome) : undefined);
    // A caller without an address was told on the phone; the words are kept all the same.
    if (textOf) await answer(tx, desk, actor, row, { textOf, by: row.requester_mail ? 'mail' : 'phone' });
    await end(tx, desk, actor, row, outcome);
  });

/** The month in Japan that a day is in. */
export const monthOf = (at: Date): string => dayInJapan(at).slice(0, 7);
