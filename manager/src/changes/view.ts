import { type Change, type Language, openChangeStates, phrase } from '@sakimori/contract';
import { showInstant } from '../notices/index.ts';
import type { Tx } from '../platform/index.ts';
import { sharedFields } from './steps.ts';
import { type ChangeRow, selectChanges, selectEvents } from './store.ts';

const openMax = 500;

/** Changes as people see them, with their history and with what else is under way. */
export async function toChanges(tx: Tx, rows: readonly ChangeRow[]): Promise<Change[]> {
  const events = Map.groupBy(
    await selectEvents(
      tx,
      rows.map(({ id }) => id),
    ),
    ({ change_id }) => change_id,
  );
  const open = new Map<string, ChangeRow[]>();
  for (const { tenant_id: accountId, state } of rows)
    if (openChangeStates.includes(state) && !open.has(accountId))
      open.set(accountId, await selectChanges(tx, { accountId, states: openChangeStates }, openMax));
  return rows.map((row) => ({
    ...basicsOf(row),
    ...resultsOf(row),
    others: openChangeStates.includes(row.state) ? othersOf(row, open.get(row.tenant_id) ?? []) : [],
    history: (events.get(row.id) ?? []).slice(0, 500).map(({ at, what, by_name, detail }) => ({
      ...{ at: at.toISOString(), what, by: by_name },
      ...text('detail', detail),
    })),
  }));
}

function othersOf(row: ChangeRow, open: readonly ChangeRow[]): Change['others'] {
  return open
    .flatMap((other) => {
      if (other.id === row.id) return [];
      const shared = sharedFields(row.steps, other.steps);
      if (shared.length === 0) return [];
      const { id, number, subject, state } = other;
      const isContradictory = shared.some((field) => field.isContradictory);
      return [
        {
          id,
          number,
          subject,
          state,
          isContradictory,
          fields: shared.slice(0, 20).map(({ field }) => field.slice(0, 500)),
        },
      ];
    })
    .slice(0, 20);
}

const instant = <Key extends string>(key: Key, at: Date | null) =>
  (at ? { [key]: at.toISOString() } : {}) as { [K in Key]?: string };
const text = <Key extends string>(key: Key, value: string | null) =>
  (value === null ? {} : { [key]: value }) as { [K in Key]?: string };

const basicsOf = (row: ChangeRow) => ({
  ...{ id: row.id, number: row.number, accountId: row.tenant_id, accountName: row.account_name, kind: row.kind },
  ...{ state: row.state, subject: row.subject, reason: row.reason, wish: row.wish, requester: row.requester },
  ...{
    requestedAt: row.requested_at.toISOString(),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
  },
  ...(row.ticket_id && row.ticket_number !== null ? { ticket: { id: row.ticket_id, number: row.ticket_number } } : {}),
  // The six kinds are part of every plan; one that an edition sells is refused without a quote before it is a change.
  ...{ isChargeable: false, diff: row.diff, conflict: row.conflict, hosts: row.hosts },
  ...(row.refusal ? { refusal: row.refusal } : {}),
  ...(row.preview ? { preview: row.preview } : {}),
});

function resultsOf(row: ChangeRow) {
  const answer = answerOf(row);
  return {
    ...instant('approvedAt', row.approved_at),
    ...text('approvedBy', row.approved_by),
    ...text('approvalReason', row.approval_reason),
    ...instant('appliedAt', row.applied_at),
    ...text('appliedBy', row.applied_by),
    ...instant('verifyUntil', row.state === 'verifying' || row.state === 'reverting' ? row.verify_until : null),
    ...instant('doneAt', row.done_at),
    ...text('planId', row.kind === 'agent' ? row.plan_id : null),
    ...instant('until', row.due_at),
    ...instant('revertedAt', row.reverted_at),
    ...text('revertedBy', row.reverted_by),
    ...text('revertReason', row.revert_reason),
    ...(row.fault ? { fault: row.fault } : {}),
    ...(answer ? { answer } : {}),
  };
}

type Answered = Pick<ChangeRow, 'state' | 'subject' | 'number' | 'refusal' | 'ticket_language' | 'due_at' | 'hosts'>;

/** What whoever asked may be told, once something has come of it. */
export function answerOf(row: Answered): string | undefined {
  const language: Language = row.ticket_language ?? 'ja';
  const facts = { number: String(row.number), subject: row.subject };
  switch (row.state) {
    case 'refused':
      return row.refusal?.text[language];
    case 'done':
      return phrase(language, row.due_at ? 'change.answer.doneUntil' : 'change.answer.done', {
        ...facts,
        hosts: hostsIn(row),
        until: row.due_at ? showInstant(language, row.due_at.toISOString()) : '',
      });
    case 'failed':
      return phrase(language, 'change.answer.failed', facts);
    case 'reverted':
      return phrase(language, 'change.answer.reverted', facts);
    default:
      return undefined;
  }
}

/** What may be said of the hosts: that none is concerned, that all have it, or that some are away. */
const hostsIn = ({ hosts }: Pick<ChangeRow, 'hosts'>): 'none' | 'all' | 'away' => {
  if (hosts.length === 0) return 'none';
  return hosts.every(({ state }) => state === 'confirmed') ? 'all' : 'away';
};
