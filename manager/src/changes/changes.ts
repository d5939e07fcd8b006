import {
  type Actor,
  type Change,
  type ChangeKindName,
  type ChangeWish,
  changeDaysMax,
  clauseText,
  type Feature,
  type NewChange,
  phrase,
  Refusal,
} from '@sakimori/contract';
import type { z } from 'zod';
import { checkAccount, checkWork, serviceToday } from '../customers/index.ts';
import { newId, type Tx } from '../platform/index.ts';
import { askingTicket } from '../tickets/index.ts';
import { orRefusal } from './faults.ts';
import { type Prepared, Unsupported } from './kind.ts';
import { type ChangeParts, noteOnTicket, record, workFor } from './record.ts';
import { type ChangeFilter, type ChangeRow, insertChange, lockChange, selectChanges, updateChange } from './store.ts';
import { answerOf, toChanges } from './view.ts';

const dayMs = 86_400_000;
const listMax = 200;
const clause = '8(4)';

/** What the plan has to have for each kind; all plans have all of them (S28). */
const features: Readonly<Record<ChangeKindName, Feature>> = {
  policy: 'change.policy',
  recipients: 'change.recipients',
  mode: 'change.mode',
  exclusion: 'change.exclusion',
  task: 'change.schedule',
  agent: 'change.agentUpdate',
};

export const listChanges = ({ platform }: ChangeParts, actor: Actor, filter: ChangeFilter): Promise<Change[]> =>
  platform.database.for(actor, async (tx) => toChanges(tx, await selectChanges(tx, filter, listMax)));

/** @throws Refusal not_found */
export async function getChange(parts: ChangeParts, actor: Actor, id: string): Promise<Change> {
  const [change] = await listChanges(parts, actor, { id });
  if (!change) throw new Refusal('not_found', { what: 'change' });
  return change;
}

/** The change as it stands, for whoever may see it. @throws Refusal not_found */
export async function rowFor({ platform }: ChangeParts, actor: Actor, id: string): Promise<ChangeRow> {
  const [row] = await platform.database.for(actor, (tx) => selectChanges(tx, { id }, 1));
  if (!row) throw new Refusal('not_found', { what: 'change' });
  return row;
}

/** Does something with a change that is in one of these states, and that nobody else touches meanwhile. @throws Refusal not_found, wrong_state */
export async function withChange<T>(
  parts: ChangeParts,
  actor: Actor,
  id: string,
  states: readonly ChangeRow['state'][],
  work: (tx: Tx, row: ChangeRow) => Promise<T>,
): Promise<T> {
  const { tenant_id: accountId } = await rowFor(parts, actor, id);
  return parts.platform.database.as(accountId, async (tx) => {
    const row = await lockChange(tx, id);
    if (!row) throw new Refusal('not_found', { what: 'change' });
    if (!states.includes(row.state)) throw wrongState(row);
    return work(tx, row);
  });
}

export const wrongState = ({ state }: Pick<ChangeRow, 'state'>): Refusal =>
  new Refusal('wrong_state', { what: 'change', state: `change-${state}` });

type Outcome = { readonly prepared: Prepared } | { readonly unsupported: Unsupported };

/** @throws Refusal as of the kind; change_empty */
async function prepare(parts: ChangeParts, accountId: string, actor: Actor, wish: ChangeWish): Promise<Outcome> {
  const work = await workFor(parts, accountId, actor, 'preview of a change');
  try {
    const prepared = await orRefusal(parts.kinds[wish.kind].prepare(work, wish));
    if (prepared.diff.length === 0) throw new Refusal('change_empty');
    return { prepared };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error };
    throw error;
  }
}

const untilOf = (wish: ChangeWish): string | undefined => ('until' in wish ? wish.until : undefined);

function checkUntil(until: string | undefined, now: Date): void {
  if (until === undefined) return;
  const ms = Date.parse(until) - now.getTime();
  if (!(ms > 0)) throw new Refusal('malformed', { detail: 'body.wish.until: it must be in the future' });
  if (ms > changeDaysMax * dayMs)
    throw new Refusal('malformed', { detail: `body.wish.until: at most ${changeDaysMax} days` });
}

/**
 * Takes a request in: checked against the backend, laid beside what stands there, counted. One that the product cannot carry out is kept as refused, with
 * the words for whoever asked (S61, S102).
 * @throws Refusal not_found (account, ticket, policy, host, rule, task), malformed, wrong_state, change_empty, backend_refused, not_in_plan, quote_needed
 */
export async function createChange(
  parts: ChangeParts,
  actor: Actor,
  accountId: string,
  given: z.output<typeof NewChange>,
): Promise<Change> {
  const { database, clock } = parts.platform;
  const { wish, ticketId, reason } = given;
  const now = clock.now();
  checkUntil(untilOf(wish), now);
  const ticket = await database.for(actor, async (tx) => {
    await checkAccount(tx, accountId);
    await checkWork(tx, parts, { accountId, feature: features[wish.kind] });
    return ticketId === undefined ? undefined : openTicketOf(tx, accountId, ticketId);
  });
  const outcome = await prepare(parts, accountId, actor, wish);
  const id = newId(clock);
  const until = untilOf(wish);
  await database.as(accountId, async (tx) => {
    const prepared = 'prepared' in outcome ? outcome.prepared : undefined;
    const refusal = 'unsupported' in outcome ? await refusalOf(tx, parts, accountId, outcome.unsupported) : null;
    const subject = given.subject ?? prepared?.subject ?? phrase('ja', `changeKind.${wish.kind}`);
    const row = {
      ...{ id, kind: wish.kind, subject: subject.slice(0, 300), reason, wish, ticket_id: ticketId ?? null },
      ...{ requester: ticket?.requester ?? given.requester ?? actor.name, requested_at: ticket?.openedAt ?? now },
      ...{ created_at: now, created_by: actor.name, created_by_id: actor.id, refusal },
      ...{ steps: [...(prepared?.steps ?? [])], diff: [...(prepared?.diff ?? [])], preview: prepared?.preview ?? null },
      due_at: until === undefined ? null : new Date(until),
      basis: prepared?.basis ?? null,
    };
    const number = await insertChange(tx, accountId, row);
    const key = { ...row, tenant_id: accountId, number };
    await record(tx, parts, key, actor, refusal ? 'refused' : 'proposed', {
      ...{ reason, requester: row.requester },
      ...(refusal ? { detail: refusal.text.ja } : {}),
    });
    await noteOnTicket(
      tx,
      parts,
      row.ticket_id,
      refusal?.text.ja ?? phrase('ja', 'change.note.proposed', { number: String(number), subject }),
    );
  });
  return getChange(parts, actor, id);
}

async function openTicketOf(tx: Tx, accountId: string, ticketId: string) {
  const ticket = await askingTicket(tx, ticketId);
  if (ticket?.accountId !== accountId) throw new Refusal('not_found', { what: 'ticket' });
  if (ticket.isClosed) throw new Refusal('wrong_state', { what: 'ticket', state: 'closed' });
  return ticket;
}

async function refusalOf(tx: Tx, parts: ChangeParts, accountId: string, { reason }: Unsupported) {
  const { edition } = await serviceToday(tx, parts.platform, parts.editions, accountId);
  const told = clauseText(edition, clause);
  const text = (language: 'ja' | 'en') =>
    phrase(language, 'change.answer.refused', { clause, text: told[language], reason: reason[language] });
  return { clause, text: { ja: text('ja'), en: text('en') } };
}

/** Looks again; whoever approved what stood there before has to approve this. @throws Refusal as createChange */
export async function previewChange(parts: ChangeParts, actor: Actor, id: string): Promise<Change> {
  const { tenant_id: accountId, wish } = await rowFor(parts, actor, id);
  await withChange(parts, actor, id, ['proposed', 'approved'], async () => undefined);
  const outcome = await prepare(parts, accountId, actor, wish);
  if ('unsupported' in outcome) throw new Refusal('malformed', { detail: outcome.unsupported.message });
  const { steps, diff, preview, basis = null } = outcome.prepared;
  await withChange(parts, actor, id, ['proposed', 'approved'], async (tx, row) => {
    await updateChange(tx, accountId, id, {
      ...{ state: 'proposed', steps: [...steps], diff: [...diff], preview, basis, conflict: [] },
      ...{ approved_at: null, approved_by: null, approval_reason: null },
    });
    await record(tx, parts, row, actor, 'compared');
  });
  return getChange(parts, actor, id);
}

/**
 * A second person approves, or whoever opened it alone with a reason where the provider allows that.
 * @throws Refusal not_found, wrong_state, second_person_needed, reason_alone_needed
 */
export async function approveChange(
  parts: ChangeParts,
  actor: Actor,
  id: string,
  reason: string | undefined,
): Promise<Change> {
  await withChange(parts, actor, id, ['proposed'], async (tx, row) => {
    const isAllowed = parts.platform.config.SAKIMORI_CHANGE_APPROVAL === 'reason';
    const isAlone = row.created_by_id === actor.id;
    if (isAlone && !isAllowed) throw new Refusal('second_person_needed');
    if (isAlone && !reason) throw new Refusal('reason_alone_needed');
    await updateChange(tx, row.tenant_id, id, {
      ...{ state: 'approved', approved_at: parts.platform.clock.now(), approved_by: actor.name },
      approval_reason: reason ?? null,
    });
    await record(tx, parts, row, actor, 'approved', { alone: isAlone, ...(reason ? { detail: reason } : {}) });
  });
  return getChange(parts, actor, id);
}

/** @throws Refusal not_found, wrong_state */
export async function withdrawChange(parts: ChangeParts, actor: Actor, id: string, reason: string): Promise<Change> {
  await withChange(parts, actor, id, ['proposed', 'approved'], async (tx, row) => {
    await updateChange(tx, row.tenant_id, id, { state: 'withdrawn' });
    await record(tx, parts, row, actor, 'withdrawn', { detail: reason });
  });
  return getChange(parts, actor, id);
}

/** Ends a change, and tells the ticket what came of it. */
export async function conclude(
  tx: Tx,
  parts: ChangeParts,
  row: ChangeRow,
  turn: Parameters<typeof updateChange>[3] & { readonly state: 'done' | 'failed' | 'reverted' },
): Promise<void> {
  await updateChange(tx, row.tenant_id, row.id, turn);
  await noteOnTicket(tx, parts, row.ticket_id, answerOf({ ...row, ...turn }));
}
