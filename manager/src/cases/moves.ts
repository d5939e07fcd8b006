import { Refusal } from '@sakimori/contract';
import { newId, type Tx } from '../platform/index.ts';
import { audit, type Doer, takeCase, taken, unclosed } from './deeds.ts';
import type { CaseDesk } from './desk.ts';
import { recordInCase } from './entries.ts';
import {
  alertIdsOf,
  insertCase,
  insertMove,
  lockAccount,
  markUndone,
  moveAlerts,
  selectMoves,
  updateCase,
} from './store.ts';

/** Puts all alerts of a case into another one of its account. @returns the case they are in. @throws Refusal `not_found`, `wrong_state` */
export async function merge(tx: Tx, desk: CaseDesk, doer: Doer, fromId: string, intoId: string): Promise<string> {
  const { platform } = desk;
  if (fromId === intoId) throw new Refusal('wrong_state', { what: 'case', state: 'same' });
  // One order for all transactions, so that two of them never wait for each other.
  const held = new Map<string, Awaited<ReturnType<typeof takeCase>>>();
  for (const id of [fromId, intoId].sort()) held.set(id, await takeCase(tx, id, unclosed));
  const [from, into] = [held.get(fromId)!, held.get(intoId)!];
  // Alerts of two accounts never lie in one case.
  if (from.accountId !== into.accountId) throw new Refusal('not_found', { what: 'case' });
  const { accountId } = from;
  await lockAccount(tx, accountId);
  const moved = await moveAlerts(tx, accountId, { fromId, toId: intoId });
  await updateCase(tx, from, { state: 'merged', merged_into: intoId });
  if (from.severity > into.severity) await updateCase(tx, into, { severity: from.severity });
  await insertMove(tx, accountId, {
    ...{ id: newId(platform.clock), kind: 'merge', from_id: fromId, to_id: intoId, from_state: from.state },
    ...{ alert_ids: moved.map(({ alert_id }) => alert_id), at: platform.clock.now(), by_name: doer.actor.name },
  });
  const internal = { ...doer, audience: 'internal' } as const;
  await recordInCase(tx, platform, from, { ...internal, kind: 'merged', values: { number: into.number } });
  const here = { number: from.number, alerts: moved.length };
  await recordInCase(tx, platform, into, { ...internal, kind: 'merged_here', values: here });
  await audit(tx, desk, doer, 'case.merged', from, { number: from.number, into: into.number, alerts: moved.length });
  await taken(tx, desk, from, doer.actor);
  return intoId;
}

/** Puts some alerts of a case into a new one. @returns the new case. @throws Refusal `not_found`, `wrong_state` */
export async function split(
  tx: Tx,
  desk: CaseDesk,
  doer: Doer,
  fromId: string,
  given: readonly string[],
): Promise<string> {
  const { platform } = desk;
  const from = await takeCase(tx, fromId, unclosed);
  const { accountId } = from;
  await lockAccount(tx, accountId);
  const [alertIds, held] = [[...new Set(given)], await alertIdsOf(tx, from, 100_000)];
  if (alertIds.some((id) => !held.includes(id))) throw new Refusal('not_found', { what: 'alert' });
  if (alertIds.length === held.length) throw new Refusal('wrong_state', { what: 'case', state: 'all_alerts' });
  const [id, at] = [newId(platform.clock), platform.clock.now()];
  const by = doer.actor.name;
  const row = {
    accountId,
    id,
    title: undefined,
    severity: from.severity,
    clause: undefined,
    edition: undefined,
    at,
    by,
  };
  const number = await insertCase(tx, row);
  await moveAlerts(tx, accountId, { fromId, toId: id, alertIds });
  // Who splits it has seen both parts.
  const isPerson = doer.actor.kind === 'person';
  const seen = { state: 'working', acknowledged_at: at, acknowledged_by: by } as const;
  await updateCase(
    tx,
    { accountId, id },
    { ...seen, ...(isPerson ? { owner_id: doer.actor.id, owner_name: by } : {}) },
  );
  await insertMove(tx, accountId, {
    ...{ id: newId(platform.clock), kind: 'split', from_id: fromId, to_id: id, from_state: from.state },
    ...{ alert_ids: alertIds, at, by_name: by },
  });
  const internal = { ...doer, audience: 'internal' } as const;
  const values = { number, alerts: alertIds.length };
  await recordInCase(tx, platform, from, { ...internal, kind: 'split', values });
  const off = { ...values, number: from.number };
  await recordInCase(tx, platform, { accountId, id }, { ...internal, kind: 'split_off', values: off });
  await audit(tx, desk, doer, 'case.split', from, { number: from.number, into: number, alerts: alertIds.length });
  return id;
}

/** Undoes a merge or a split while both cases can be changed. @throws Refusal `not_found`, `wrong_state` */
export async function undoMove(tx: Tx, desk: CaseDesk, doer: Doer, caseId: string, moveId: string): Promise<string> {
  const { platform } = desk;
  const seen = await takeCase(tx, caseId, [...unclosed, 'merged']);
  const { accountId } = seen;
  const [found] = await selectMoves(tx, { accountId, id: caseId }, moveId);
  if (!found) throw new Refusal('not_found', { what: 'caseMove' });
  const others = found.from_id === caseId ? found.to_id : found.from_id;
  await takeCase(tx, others, [...unclosed, 'merged']);
  await lockAccount(tx, accountId);
  const back = { fromId: found.to_id, toId: found.from_id, alertIds: found.alert_ids };
  const moved = await moveAlerts(tx, accountId, back);
  // What was moved on since then is not taken out of a third case.
  if (moved.length < found.alert_ids.length) throw new Refusal('wrong_state', { what: 'case', state: 'moved_on' });
  if (found.kind === 'merge')
    await updateCase(tx, { accountId, id: found.from_id }, { state: found.from_state, merged_into: null });
  else await endSplit(tx, accountId, found.from_id, found.to_id);
  await markUndone(tx, accountId, moveId, platform.clock.now());
  for (const [id, number] of [
    [found.from_id, found.to_number],
    [found.to_id, found.from_number],
  ] as const)
    await recordInCase(
      tx,
      platform,
      { accountId, id },
      { ...doer, kind: 'move_undone', values: { number }, audience: 'internal' },
    );
  await audit(tx, desk, doer, 'case.undone', seen, { number: seen.number, kind: found.kind, alerts: moved.length });
  return found.from_id;
}

/** The case that a split made is empty again; what joined it meanwhile goes along. */
async function endSplit(tx: Tx, accountId: string, intoId: string, emptyId: string): Promise<void> {
  await moveAlerts(tx, accountId, { fromId: emptyId, toId: intoId });
  await updateCase(tx, { accountId, id: emptyId }, { state: 'merged', merged_into: intoId });
}
