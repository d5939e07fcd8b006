import {
  type Actor,
  type AuditAction,
  type CaseClosing,
  type CaseState,
  Refusal,
  type Severity,
  severityId,
} from '@sakimori/contract';
import type { z } from 'zod';
import { staffWho } from '../access/index.ts';
import { alertsOf, triageIn } from '../alerts/index.ts';
import { note } from '../audit/index.ts';
import { takePage } from '../oncall/index.ts';
import type { Tx } from '../platform/index.ts';
import { tellSoc } from './delivery.ts';
import type { CaseDesk } from './desk.ts';
import { recordInCase } from './entries.ts';
import { alertIdsOf, type LockedCase, lockCase, updateCase } from './store.ts';

const thing = { what: 'case' } as const;
export const unclosed: readonly CaseState[] = ['open', 'working', 'waiting'];

/** The case, locked, in one of the states that a deed begins in. @throws Refusal `not_found`, `wrong_state` */
export async function takeCase(tx: Tx, id: string, from: readonly CaseState[]): Promise<LockedCase & CaseRef> {
  const row = await lockCase(tx, id);
  if (!row) throw new Refusal('not_found', thing);
  if (!from.includes(row.state)) throw inState(row.state);
  return { ...row, accountId: row.tenant_id };
}
const inState = (state: CaseState) =>
  new Refusal('wrong_state', { ...thing, state: state === 'waiting' ? 'awaiting' : state });
export type CaseRef = { readonly accountId: string; readonly id: string };

/** Who does it, and for which partner SOC. */
export type Doer = { readonly actor: Actor; readonly soc?: string | undefined };

export async function audit(
  tx: Tx,
  desk: CaseDesk,
  { actor, soc }: Doer,
  action: AuditAction,
  { accountId, id }: CaseRef,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const target = `case:${id}`;
  await note(tx, desk.platform.clock, {
    accountId,
    actor,
    action,
    target,
    facts: { ...facts, ...(soc ? { soc } : {}) },
  });
  const event = action === 'case.closed' || action === 'case.acknowledged' ? action : 'case.updated';
  await tellSoc(tx, desk, { accountId, id }, event, { by: actor.name });
}

/** Somebody has it: nobody else is called. */
export const taken = (tx: Tx, desk: CaseDesk, { accountId, id }: CaseRef, { name: by }: Actor): Promise<boolean> =>
  takePage(tx, desk, { accountId, target: `case:${id}`, by });

/** Takes a case that nobody has taken: no further level is called, and its alerts count as taken. @throws Refusal `not_found`, `wrong_state` */
export async function acknowledge(tx: Tx, desk: CaseDesk, doer: Doer, id: string, text?: string): Promise<void> {
  const found = await takeCase(tx, id, ['open']);
  const { actor } = doer;
  const isOurs = actor.kind === 'person' && doer.soc === undefined;
  await updateCase(tx, found, {
    ...{ state: 'working', acknowledged_at: desk.platform.clock.now(), acknowledged_by: actor.name },
    ...(isOurs && found.owner_id === null ? { owner_id: actor.id, owner_name: actor.name } : {}),
  });
  await recordInCase(tx, desk.platform, found, { ...doer, kind: 'acknowledged', text, audience: 'internal' });
  for (const alert of await alertsOf(tx, await alertIdsOf(tx, found)))
    if (alert.state === 'open')
      await triageIn(tx, desk.platform, actor, alert.id, { kind: 'acknowledged', from: ['open'], to: 'acknowledged' });
  await audit(tx, desk, doer, 'case.acknowledged', found, { number: found.number });
  await taken(tx, desk, found, actor);
}

/** @throws Refusal `not_found`, `forbidden` where a SOC would write to the customer */
export async function addNote(
  tx: Tx,
  desk: CaseDesk,
  doer: Doer,
  id: string,
  { audience, text }: { readonly audience: 'internal' | 'customer'; readonly text: string },
): Promise<void> {
  if (doer.soc !== undefined && audience === 'customer') throw new Refusal('forbidden', { permission: 'case.write' });
  const found = await takeCase(tx, id, [...unclosed, 'closed']);
  await recordInCase(tx, desk.platform, found, { ...doer, kind: 'note', text, audience });
  await audit(tx, desk, doer, 'case.noted', found, { number: found.number, audience });
}

/** @throws Refusal `not_found`, `wrong_state` */
export async function rank(
  tx: Tx,
  desk: CaseDesk,
  doer: Doer,
  id: string,
  { severity, text }: { readonly severity: Severity; readonly text?: string | undefined },
): Promise<void> {
  const found = await takeCase(tx, id, unclosed);
  await updateCase(tx, found, { severity: severityId(severity) });
  const values = { severity };
  await recordInCase(tx, desk.platform, found, { ...doer, kind: 'severity', values, text, audience: 'internal' });
  await audit(tx, desk, doer, 'case.ranked', found, { number: found.number, severity });
}

/** Works on, waits for the customer, or is open again. @throws Refusal `not_found`, `wrong_state` */
export async function move(
  tx: Tx,
  desk: CaseDesk,
  doer: Doer,
  id: string,
  { state, text }: { readonly state: 'working' | 'waiting'; readonly text?: string | undefined },
): Promise<void> {
  const found = await takeCase(tx, id, ['working', 'waiting', 'closed']);
  if (found.state === state) throw inState(state);
  const isReopened = found.state === 'closed';
  await updateCase(tx, found, { state, ...(isReopened ? { closed_at: null, closing: null } : {}) });
  const [kind, values] = [isReopened ? ('reopened' as const) : ('state' as const), { caseState: state }];
  await recordInCase(tx, desk.platform, found, { ...doer, kind, values, text, audience: 'internal' });
  await audit(tx, desk, doer, isReopened ? 'case.reopened' : 'case.moved', found, { number: found.number, state });
}

/** Hands a case to a person of the provider who may work it. @throws Refusal `not_found`, `wrong_state` */
export async function assign(
  tx: Tx,
  desk: CaseDesk,
  doer: Doer,
  id: string,
  { personId, text }: { readonly personId: string; readonly text?: string | undefined },
): Promise<void> {
  const found = await takeCase(tx, id, unclosed);
  const owner = (await staffWho(tx, 'case.write')).find((person) => person.id === personId);
  if (!owner) throw new Refusal('not_found', { what: 'person' });
  await updateCase(tx, found, { owner_id: owner.id, owner_name: owner.name });
  const values = { name: owner.name };
  await recordInCase(tx, desk.platform, found, { ...doer, kind: 'owner', values, text, audience: 'internal' });
  await audit(tx, desk, doer, 'case.assigned', found, { number: found.number, name: owner.name });
}

/** Closes a case and its alerts. The words for the customer are what the monthly report says of it (S88). @throws Refusal `not_found`, `wrong_state` */
export async function close(
  tx: Tx,
  desk: CaseDesk,
  doer: Doer,
  id: string,
  { closing, customerText, note: text }: z.infer<typeof CaseClosing>,
): Promise<void> {
  const found = await takeCase(tx, id, unclosed);
  const { platform } = desk;
  await updateCase(tx, found, { state: 'closed', closing, closed_at: platform.clock.now() });
  const values = { closing };
  const said = { ...doer, kind: 'closed', values } as const;
  await recordInCase(tx, platform, found, { ...said, text: customerText, audience: 'customer' });
  await recordInCase(tx, platform, found, { ...said, text, audience: 'internal' });
  for (const alert of await alertsOf(tx, await alertIdsOf(tx, found, 2000)))
    if (alert.state !== 'closed') {
      const step = { kind: 'closed', from: ['open', 'acknowledged'], to: 'closed', closing } as const;
      await triageIn(tx, platform, doer.actor, alert.id, step);
    }
  await audit(tx, desk, doer, 'case.closed', found, { number: found.number, closing });
  await taken(tx, desk, found, doer.actor);
}
