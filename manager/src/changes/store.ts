import type {
  ChangeDone,
  ChangeHost,
  ChangeKindName,
  ChangeLine,
  ChangePreviewShown,
  ChangeState,
  ChangeWish,
  Language,
} from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';
import type { Made, Step } from './steps.ts';

type TwoTexts = { readonly ja: string; readonly en: string };
export type Fault = { readonly code: string; readonly detail?: string };

export type ChangeRow = {
  readonly tenant_id: string;
  readonly account_name: string;
  readonly id: string;
  readonly number: number;
  readonly kind: ChangeKindName;
  readonly state: ChangeState;
  readonly subject: string;
  readonly reason: string;
  readonly wish: ChangeWish;
  readonly ticket_id: string | null;
  readonly ticket_number: number | null;
  readonly ticket_language: Language | null;
  readonly requester: string;
  readonly requested_at: Date;
  readonly created_at: Date;
  readonly created_by: string;
  readonly created_by_id: string;
  readonly refusal: { readonly clause: string; readonly text: TwoTexts } | null;
  readonly steps: Step[];
  readonly diff: ChangeLine[];
  readonly preview: ChangePreviewShown | null;
  readonly approved_at: Date | null;
  readonly approved_by: string | null;
  readonly approval_reason: string | null;
  readonly applied_at: Date | null;
  readonly applied_by: string | null;
  readonly made: Made;
  readonly verify_until: Date | null;
  readonly done_at: Date | null;
  readonly hosts: ChangeHost[];
  readonly plan_id: string | null;
  readonly basis: string | null;
  readonly due_at: Date | null;
  readonly reverted_at: Date | null;
  readonly reverted_by: string | null;
  readonly revert_reason: string | null;
  readonly conflict: ChangeLine[];
  readonly fault: Fault | null;
};

export type ChangeFilter = {
  readonly id?: string | undefined;
  readonly accountId?: string | undefined;
  readonly ticketId?: string | undefined;
  readonly kind?: ChangeKindName | undefined;
  readonly states?: readonly ChangeState[] | undefined;
};

const from = sql.raw(`
  select c.*, a.name as account_name, t.number as ticket_number, t.language as ticket_language
  from changes_change c join customers_account a on a.tenant_id = c.tenant_id
  left join tickets_named t on t.tenant_id = c.tenant_id and t.id = c.ticket_id`);

/** Newest first. */
export function selectChanges(tx: Tx, filter: ChangeFilter, limit: number): Promise<ChangeRow[]> {
  const { id, accountId, ticketId, kind, states } = filter;
  return tx.rows(sql<ChangeRow>`${from} where true
    ${id ? sql`and c.id = ${id}` : sql``}
    ${accountId ? sql`and c.tenant_id = ${accountId}` : sql``}
    ${ticketId ? sql`and c.ticket_id = ${ticketId}` : sql``}
    ${kind ? sql`and c.kind = ${kind}` : sql``}
    ${states ? sql`and c.state = any(${[...states]})` : sql``}
    order by c.created_at desc, c.id desc limit ${limit}`);
}

/** Holds a change until the transaction ends: of two deeds at once one is the second. */
export async function lockChange(tx: Tx, id: string): Promise<ChangeRow | undefined> {
  await tx.run(sql`select id from changes_change where id = ${id} for update`);
  return (await selectChanges(tx, { id }, 1))[0];
}

type NewRow = Pick<
  ChangeRow,
  'id' | 'kind' | 'subject' | 'reason' | 'wish' | 'ticket_id' | 'requester' | 'requested_at'
> &
  Pick<
    ChangeRow,
    'created_at' | 'created_by' | 'created_by_id' | 'refusal' | 'steps' | 'diff' | 'preview' | 'due_at' | 'basis'
  >;

/** @returns its number */
export async function insertChange(tx: Tx, accountId: string, row: NewRow): Promise<number> {
  const { number } = await tx.one(sql<{ number: number }>`
    insert into changes_change (tenant_id, id, kind, state, subject, reason, wish, ticket_id, requester, requested_at, created_at, created_by,
      created_by_id, refusal, steps, diff, preview, due_at, basis)
    values (${accountId}, ${row.id}, ${row.kind}, ${row.refusal ? 'refused' : 'proposed'}, ${row.subject}, ${row.reason}, ${json(row.wish)},
      ${row.ticket_id}, ${row.requester}, ${row.requested_at}, ${row.created_at}, ${row.created_by}, ${row.created_by_id},
      ${row.refusal && json(row.refusal)}, ${json(row.steps)}, ${json(row.diff)}, ${row.preview && json(row.preview)}, ${row.due_at}, ${row.basis})
    returning number`);
  return number;
}

const json = (value: unknown): string => JSON.stringify(value);

/** What can become another of a change that is there. */
export type Turn = Partial<
  Pick<
    ChangeRow,
    'state' | 'steps' | 'diff' | 'preview' | 'basis' | 'approved_at' | 'approved_by' | 'approval_reason'
  > &
    Pick<ChangeRow, 'applied_at' | 'applied_by' | 'made' | 'verify_until' | 'done_at' | 'hosts' | 'plan_id'> &
    Pick<ChangeRow, 'reverted_at' | 'reverted_by' | 'revert_reason' | 'conflict' | 'fault'>
>;
const documents: ReadonlySet<string> = new Set(['steps', 'diff', 'preview', 'made', 'hosts', 'conflict', 'fault']);

export async function updateChange(tx: Tx, accountId: string, id: string, turn: Turn): Promise<void> {
  const parts = Object.entries(turn).map(([name, value]) =>
    documents.has(name) && value !== null
      ? sql`${sql.raw(name)} = ${json(value)}::jsonb`
      : sql`${sql.raw(name)} = ${value as string | Date | null}`,
  );
  const list = parts.reduce((all, part) => sql`${all}, ${part}`);
  await tx.run(sql`update changes_change set ${list} where tenant_id = ${accountId} and id = ${id}`);
}

export type EventRow = {
  readonly change_id: string;
  readonly at: Date;
  readonly what: string;
  readonly by_name: string;
  readonly detail: string | null;
};

export async function insertEvent(tx: Tx, accountId: string, id: string, event: EventRow): Promise<void> {
  await tx.run(sql`
    insert into changes_event (tenant_id, change_id, id, at, what, by_name, detail)
    values (${accountId}, ${event.change_id}, ${id}, ${event.at}, ${event.what}, ${event.by_name}, ${event.detail})`);
}

export function selectEvents(tx: Tx, ids: readonly string[]): Promise<EventRow[]> {
  return tx.rows(sql<EventRow>`
    select change_id, at, what, by_name, detail from changes_event where change_id = any(${[...ids]}) order by at, id limit 20000`);
}

/** Changes that the clock or the hosts' word may move on. */
export function selectToAdvance(tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> {
  return tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from changes_change
    where state in ('applying', 'verifying', 'reverting')
      or (due_at <= ${now} and state in ('done', 'failed') and applied_at is not null and reverted_at is null
        and coalesce(fault->>'code', '') <> 'expiryConflict')
    order by created_at limit 1000`);
}

export async function selectDone(
  tx: Tx,
  { accountId, from: start, to }: { readonly accountId: string; readonly from: Date; readonly to: Date },
): Promise<ChangeDone[]> {
  const rows = await tx.rows(sql<{
    number: number;
    kind: ChangeKindName;
    subject: string;
    done_at: Date;
    ticket: number | null;
  }>`
    select c.number, c.kind, c.subject, c.done_at, t.number as ticket from changes_change c
    left join tickets_named t on t.tenant_id = c.tenant_id and t.id = c.ticket_id
    where c.tenant_id = ${accountId} and c.done_at >= ${start} and c.done_at < ${to} order by c.done_at, c.number`);
  return rows.map(({ done_at: doneAt, ticket, ...row }) => ({
    ...row,
    doneAt,
    ...(ticket === null ? {} : { ticketNumber: ticket }),
  }));
}
