import { type Actor, type Change, type ChangeLine, Refusal } from '@sakimori/contract';
import { advanceChange } from './advance.ts';
import { getChange, withChange, wrongState } from './changes.ts';
import { orRefusal } from './faults.ts';
import type { Applied, Work } from './kind.ts';
import { type ChangeParts, record, type Who, workFor } from './record.ts';
import { changedSince, planUndo } from './steps.ts';
import { type ChangeRow, updateChange } from './store.ts';

/** How long hosts have to report that they keep to it. */
export const patienceMs = 30 * 60_000;

export const appliedOf = (row: ChangeRow): Applied => ({
  ...{ id: row.id, number: row.number, wish: row.wish, reason: row.reason, steps: row.steps, made: row.made },
  ...{
    planId: row.plan_id ?? undefined,
    basis: row.basis ?? undefined,
    requester: row.requester,
    approvedBy: row.approved_by ?? undefined,
    ticketId: row.ticket_id ?? undefined,
    appliedAt: row.applied_at ?? row.created_at,
    hosts: row.hosts,
  },
});

const named = (lines: readonly ChangeLine[]): string =>
  lines
    .map(({ name, field }) => `${name}: ${field}`)
    .join(', ')
    .slice(0, 500);

/**
 * Applies an approved change, if the same stands there that was looked at. What is refused by the backend changes nothing.
 * @throws Refusal not_found, wrong_state, change_outdated, backend_refused
 */
export async function applyChange(parts: ChangeParts, actor: Actor, id: string): Promise<Change> {
  const { clock } = parts.platform;
  const row = await withChange(parts, actor, id, ['approved'], async (tx, approved) => {
    if (approved.due_at && approved.due_at <= clock.now())
      throw new Refusal('wrong_state', { what: 'change', state: 'change-over' });
    const turn = { state: 'applying' as const, applied_at: clock.now(), applied_by: actor.name };
    await updateChange(tx, approved.tenant_id, id, turn);
    return { ...approved, ...turn };
  });
  const work = await workFor(parts, row.tenant_id, actor, reasonOf(row));
  await checkStanding(parts, work, row, actor);
  try {
    const { made, hosts, planId } = await parts.kinds[row.kind].apply(work, appliedOf(row));
    await parts.platform.database.as(row.tenant_id, async (tx) => {
      await updateChange(tx, row.tenant_id, id, {
        ...{ state: 'verifying', made, hosts: [...hosts], plan_id: planId ?? null, conflict: [], fault: null },
        verify_until: planId ? null : new Date(clock.now().getTime() + patienceMs),
      });
      await record(tx, parts, row, actor, 'applied', { hosts: hosts.length });
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'change_outdated') {
      await holdBack(parts, row, actor, { detail: String(error.facts['what']) });
      throw error;
    }
    await giveUp(parts, row, actor, (error as Error).message);
    throw await orRefusal(Promise.reject(error)).catch((refusal) => refusal);
  }
  await advanceChange(parts, row.tenant_id, id);
  return getChange(parts, actor, id);
}

export const reasonOf = ({ number, reason }: Pick<ChangeRow, 'number' | 'reason'>): string =>
  `change #${number}: ${reason}`.slice(0, 4000);

/** Of two that want something else of the same, the second one finds that it has to be looked at anew. */
async function checkStanding(parts: ChangeParts, work: Work, row: ChangeRow, actor: Actor): Promise<void> {
  const { database } = parts.platform;
  const back = { applied_at: null, applied_by: null } as const;
  const lines = await orRefusal(changedSince(work.way, row.steps)).catch(async (error) => {
    await database.as(row.tenant_id, (tx) => updateChange(tx, row.tenant_id, row.id, { state: 'approved', ...back }));
    throw error;
  });
  if (lines.length === 0) return;
  await holdBack(parts, row, actor, { detail: named(lines), lines });
  throw new Refusal('change_outdated', { what: named(lines) });
}

/** It has to be looked at and approved anew. */
async function holdBack(
  parts: ChangeParts,
  row: ChangeRow,
  who: Who,
  { detail, lines = [] }: { readonly detail: string; readonly lines?: ChangeLine[] },
): Promise<void> {
  await parts.platform.database.as(row.tenant_id, async (tx) => {
    await updateChange(tx, row.tenant_id, row.id, {
      ...{ state: 'proposed', conflict: lines, applied_at: null, applied_by: null },
      ...{ approved_at: null, approved_by: null, approval_reason: null },
    });
    await record(tx, parts, row, who, 'outdated', { detail });
  });
}

async function giveUp(parts: ChangeParts, row: ChangeRow, who: Who, detail: string): Promise<void> {
  await parts.platform.database.as(row.tenant_id, async (tx) => {
    const fault = { code: 'refused', detail: detail.slice(0, 2000) };
    await updateChange(tx, row.tenant_id, row.id, { state: 'failed', fault, applied_at: null, applied_by: null });
    await record(tx, parts, row, who, 'failed', { detail });
  });
}

/** States of what was applied and can be taken back. */
const appliedStates = ['verifying', 'done', 'failed'] as const;

/**
 * Puts back what was before, unless somebody has changed it since; then it says what, and changes nothing.
 * @throws Refusal not_found, wrong_state, change_conflict, backend_refused
 */
export async function revertChange(parts: ChangeParts, actor: Actor, id: string, reason: string): Promise<Change> {
  const row = await withChange(parts, actor, id, appliedStates, async (_, found) => {
    if (!found.applied_at) throw wrongState(found);
    return found;
  });
  await revert(parts, row, actor, reason);
  await advanceChange(parts, row.tenant_id, id);
  return getChange(parts, actor, id);
}

/** Takes a change back in somebody's name: a person's, or the clock's. @throws Refusal change_conflict, backend_refused, wrong_state */
export async function revert(parts: ChangeParts, row: ChangeRow, who: Who, reason: string): Promise<void> {
  const { database, clock } = parts.platform;
  const { tenant_id: accountId, id } = row;
  const work = await workFor(parts, accountId, who as Actor, `${reasonOf(row)} (${reason})`.slice(0, 4000));
  const { conflicts: lines } = await orRefusal(planUndo(work.way, row.steps, row.made));
  if (lines.length > 0) {
    await database.as(accountId, async (tx) => {
      await updateChange(tx, accountId, id, { conflict: [...lines] });
      await record(tx, parts, row, who, 'conflict', { detail: named(lines) });
    });
    throw new Refusal('change_conflict', { what: named(lines) });
  }
  const at = clock.now();
  await orRefusal(parts.kinds[row.kind].revert(work, appliedOf(row)));
  await database.as(accountId, async (tx) => {
    await updateChange(tx, accountId, id, {
      ...{
        state: 'reverting',
        reverted_at: at,
        reverted_by: who.name,
        revert_reason: reason,
        conflict: [],
        fault: null,
      },
      verify_until: new Date(at.getTime() + patienceMs),
      hosts: row.hosts.map(({ computerId, hostId, name }) => ({
        ...{ computerId, name, state: 'waiting' as const },
        ...(hostId ? { hostId } : {}),
      })),
    });
    await record(tx, parts, row, who, 'reverting', { detail: reason });
  });
}
