import { isDeepStrictEqual } from 'node:util';
import { phrase, Refusal } from '@sakimori/contract';
import { announce, type Tx } from '../platform/index.ts';
import { raiseWork } from '../work/index.ts';
import { appliedOf, reasonOf, revert } from './apply.ts';
import { conclude } from './changes.ts';
import type { Verdict } from './kind.ts';
import { type ChangeParts, record, system, workFor } from './record.ts';
import { type ChangeRow, lockChange, selectChanges, selectToAdvance, updateChange } from './store.ts';

/** Between "applying" and what came of it; one that is older was cut off. */
const applyingMs = 10 * 60_000;

/** What follows by the hosts' word and by the clock. @returns how many changes were looked at */
export async function advanceChanges(parts: ChangeParts): Promise<number> {
  const { database, clock, log } = parts.platform;
  const open = await database.asProvider((tx) => selectToAdvance(tx, clock.now()));
  for (const { tenant_id: accountId, id } of open)
    await advanceChange(parts, accountId, id).catch((error: Error) =>
      log.error({ changeId: id, err: error.message }, 'a change could not go on; it tries again'),
    );
  return open.length;
}

export async function advanceChange(parts: ChangeParts, accountId: string, id: string): Promise<void> {
  const [row] = await parts.platform.database.as(accountId, (tx) => selectChanges(tx, { id }, 1));
  switch (row?.state) {
    case 'applying':
      return endInterrupted(parts, row);
    case 'verifying':
      return follow(parts, row, row.applied_at!);
    case 'reverting':
      return follow(parts, row, row.reverted_at!);
    case 'done':
    case 'failed':
      return expire(parts, row);
  }
}

/** Whoever applied it was cut off: what stands there now has to be looked at by a person. */
async function endInterrupted(parts: ChangeParts, row: ChangeRow): Promise<void> {
  const { clock } = parts.platform;
  if (clock.now().getTime() - row.applied_at!.getTime() < applyingMs) return;
  await ifStill(parts, row, async (tx) => {
    await conclude(tx, parts, row, { state: 'failed', fault: { code: 'interrupted' } });
    await record(tx, parts, row, system, 'failed', { detail: 'interrupted' });
  });
}

/** Moves a change on where nobody else has done so since it was read. */
function ifStill(parts: ChangeParts, row: ChangeRow, work: (tx: Tx) => Promise<void>): Promise<void> {
  return parts.platform.database.as(row.tenant_id, async (tx) => {
    if ((await lockChange(tx, row.id))?.state === row.state) await work(tx);
  });
}

async function follow(parts: ChangeParts, row: ChangeRow, since: Date): Promise<void> {
  const { clock } = parts.platform;
  const work = await workFor(parts, row.tenant_id, system, reasonOf(row));
  const verdict = await parts.kinds[row.kind].verify(work, appliedOf(row), since);
  const isLate = row.verify_until !== null && row.verify_until <= clock.now();
  const judged = isLate && verdict.outcome === 'waiting' ? judgeLate(verdict) : verdict;
  await ifStill(parts, row, async (tx) => {
    if (judged.outcome === 'waiting') {
      if (isDeepStrictEqual(judged.hosts, row.hosts)) return;
      await updateChange(tx, row.tenant_id, row.id, { hosts: [...judged.hosts] });
      await announce(tx, { topic: 'change', accountId: row.tenant_id, id: row.id });
    } else await settle(tx, parts, row, judged);
  });
}

/** When the time is over: hosts that are away come to it when they are back; if none has confirmed it, it is not known to work. */
function judgeLate({ hosts }: Verdict): Verdict {
  const away = hosts.filter(({ state }) => state === 'offline');
  const others = hosts.filter(({ state }) => state !== 'offline');
  const isKept = others.length > 0 && others.every(({ state }) => state === 'confirmed');
  if (isKept) return { outcome: 'confirmed', hosts };
  const missing = others.filter(({ state }) => state !== 'confirmed');
  const detail = (missing.length > 0 ? missing : away)
    .map(({ name }) => name)
    .join(', ')
    .slice(0, 1000);
  return { outcome: 'failed', hosts, detail };
}

async function settle(tx: Tx, parts: ChangeParts, row: ChangeRow, { outcome, hosts, detail }: Verdict): Promise<void> {
  const isKept = outcome === 'confirmed';
  const facts = {
    ...{ hosts: hosts.length, confirmed: hosts.filter(({ state }) => state === 'confirmed').length },
    ...(detail ? { detail } : {}),
  };
  const code = row.state === 'reverting' ? 'revertUnverified' : 'notVerified';
  const fault = isKept ? null : { code, ...(detail ? { detail } : {}) };
  if (row.state === 'reverting') {
    await conclude(tx, parts, row, { state: 'reverted', hosts: [...hosts], fault });
    await record(tx, parts, row, system, 'reverted', facts);
    return;
  }
  const done = isKept ? { done_at: parts.platform.clock.now() } : {};
  await conclude(tx, parts, row, { state: isKept ? 'done' : 'failed', hosts: [...hosts], fault, ...done });
  await record(tx, parts, row, system, isKept ? 'done' : 'failed', facts);
}

/** The time of an exclusion or of a mode is over: what was before stands again by itself. Where it cannot, a person has to look. */
async function expire(parts: ChangeParts, row: ChangeRow): Promise<void> {
  if (!row.due_at || row.due_at > parts.platform.clock.now() || !row.applied_at || row.reverted_at) return;
  try {
    await revert(parts, row, system, phrase('ja', 'change.reason.expired'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await ifStill(parts, row, async (tx) => {
      const fault = {
        code: 'expiryConflict',
        detail: String(error.facts['what'] ?? error.facts['detail'] ?? error.code).slice(0, 2000),
      };
      await updateChange(tx, row.tenant_id, row.id, { fault });
      await record(tx, parts, row, system, 'expiryFailed', { detail: fault.detail });
      await raiseWork(tx, parts, {
        ...{
          accountId: row.tenant_id,
          kind: 'changeNotEnded',
          key: `change-not-ended:${row.id}`,
          target: `change:${row.id}`,
        },
        ...{ dueAt: parts.platform.clock.now(), facts: { number: row.number, subject: row.subject } },
      });
    });
    return;
  }
  await advanceChange(parts, row.tenant_id, row.id);
}
