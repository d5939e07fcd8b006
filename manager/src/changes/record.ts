import type { Actor, AuditAction, ChangeKindName, Facts } from '@sakimori/contract';
import { type AuditNote, note } from '../audit/index.ts';
import type { Backends } from '../backends/index.ts';
import type { Desk } from '../customers/index.ts';
import { announce, newId, type Tx } from '../platform/index.ts';
import { noteByDesk } from '../tickets/index.ts';
import type { ChangeKind, Work } from './kind.ts';
import { type ChangeRow, insertEvent } from './store.ts';

export type ChangeParts = Desk & {
  readonly backends: Backends;
  readonly kinds: Readonly<Record<ChangeKindName, ChangeKind>>;
};
export type Who = AuditNote['actor'];
export const system = { kind: 'system', id: 'system', name: 'Sakimori' } as const;

/** What can happen to a change; each has its words in the phrases and its entry in the audit. */
export type EventKind = Extract<AuditAction, `change.${string}`> extends `change.${infer Event}` ? Event : never;

/** Writes down what happened, in the transaction that does it: in the change's own history, in the audit, for the pages that look at it. */
export async function record(
  tx: Tx,
  { platform }: Pick<ChangeParts, 'platform'>,
  change: Pick<ChangeRow, 'tenant_id' | 'id' | 'number' | 'kind' | 'subject'>,
  who: Who,
  what: EventKind,
  { detail, ...facts }: Facts & { readonly detail?: string } = {},
): Promise<void> {
  const { clock } = platform;
  const { tenant_id: accountId, id, number, kind, subject } = change;
  await insertEvent(tx, accountId, newId(clock), {
    ...{ change_id: id, at: clock.now(), what, by_name: who.name, detail: detail?.slice(0, 4000) ?? null },
  });
  await note(tx, clock, {
    ...{ accountId, actor: who, action: `change.${what}`, target: `change:${id}` },
    facts: { number, kind, subject, ...facts, ...(detail ? { detail: detail.slice(0, 500) } : {}) },
  });
  await announce(tx, { topic: 'change', accountId, id });
}

/** The ticket that asked has what came of it, as a note with the words for the answer. */
export async function noteOnTicket(
  tx: Tx,
  parts: ChangeParts,
  ticketId: string | null,
  text: string | undefined,
): Promise<void> {
  if (ticketId && text) await noteByDesk(tx, parts, ticketId, text);
}

/** Asks the backend of an account in somebody's name. */
export async function workFor(
  { platform, backends }: ChangeParts,
  accountId: string,
  actor: Pick<Actor, 'kind' | 'id' | 'name'>,
  reason: string,
): Promise<Work> {
  return { platform, accountId, way: { backend: await backends.of(accountId), by: { actor, reason } } };
}
