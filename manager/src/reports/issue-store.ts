import type { Deadline, Language, Report, ReportParty, Role, UsualFigures } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

export type SignatureRow = {
  id: string;
  report_id: string;
  signer_id: string;
  signer_name: string;
  signer_role: Role;
  at: Date;
  sha256: Partial<Record<Language, string>>;
  void_at: Date | null;
  void_reason: 'recomposed' | 'changeAsked' | null;
};

export type IssueRow = {
  tenant_id: string;
  id: string;
  kind: Report['kind'];
  period: string;
  party: ReportParty;
  signatures_needed: number;
  due_at: Date;
  due: Deadline;
  soon_at: Date;
  last_day_at: Date;
  warned: number;
  report_id: string | null;
  usual: UsualFigures | null;
  problem: string | null;
  sent_at: Date | null;
};
const columns = sql.raw(
  'i.tenant_id, i.id, i.kind, i.period, i.party, i.signatures_needed, i.due_at, i.due, i.soon_at, i.last_day_at, i.warned, i.report_id, i.usual, i.problem, i.sent_at',
);
export type Key = { readonly accountId: string; readonly id: string };

export type NewIssue = Pick<
  IssueRow,
  'tenant_id' | 'id' | 'kind' | 'period' | 'party' | 'signatures_needed' | 'due_at' | 'due' | 'soon_at' | 'last_day_at'
>;

/** One that is there already stays. */
export async function insertIssue(tx: Tx, row: NewIssue, at: Date): Promise<void> {
  await tx.run(sql`
    insert into reports_issue (tenant_id, id, kind, period, party, signatures_needed, due_at, due, soon_at, last_day_at, created_at)
    values (${row.tenant_id}, ${row.id}, ${row.kind}, ${row.period}, ${row.party}, ${row.signatures_needed}, ${row.due_at}, ${JSON.stringify(row.due)}::jsonb,
      ${row.soon_at}, ${row.last_day_at}, ${at}) on conflict (tenant_id, kind, period) do nothing`);
}

/** Accounts that there were in a period, without an issue of it and without a report of it that was sent after its end. */
export async function selectUnissued(
  tx: Tx,
  { kind, period, to }: { readonly kind: Report['kind']; readonly period: string; readonly to: Date },
): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select a.tenant_id from accounts_for_report a
    where a.created_at < ${to}
      and not exists (select from reports_issue i where i.tenant_id = a.tenant_id and i.kind = ${kind} and i.period = ${period})
      and not exists (
        select from reports_report r
        where r.tenant_id = a.tenant_id and r.kind = ${kind} and r.period = ${period} and r.composed_at >= ${to} and r.sent_at is not null)
    order by a.tenant_id`);
  return rows.map(({ tenant_id }) => tenant_id);
}

/** Of any account, for whoever has to find out whose it is; the transaction is the provider's. */
export const findIssue = (tx: Tx, id: string): Promise<IssueRow | undefined> =>
  tx.first(sql<IssueRow>`select ${columns} from reports_issue i where i.id = ${id}`);

export const lockIssue = (tx: Tx, { accountId, id }: Key): Promise<IssueRow | undefined> =>
  tx.first(
    sql<IssueRow>`select ${columns} from reports_issue i where i.tenant_id = ${accountId} and i.id = ${id} for update`,
  );

export const lockIssueOf = (
  tx: Tx,
  key: { readonly accountId: string; readonly kind: string; readonly period: string },
): Promise<IssueRow | undefined> =>
  tx.first(sql<IssueRow>`
    select ${columns} from reports_issue i where i.tenant_id = ${key.accountId} and i.kind = ${key.kind} and i.period = ${key.period} for update`);

export async function setDraft(tx: Tx, { accountId, id }: Key, reportId: string, usual: UsualFigures): Promise<void> {
  await tx.run(sql`
    update reports_issue set report_id = ${reportId}, usual = ${JSON.stringify(usual)}::jsonb, problem = null where tenant_id = ${accountId} and id = ${id}`);
}

export async function setProblem(tx: Tx, { accountId, id }: Key, problem: string | undefined): Promise<void> {
  await tx.run(
    sql`update reports_issue set problem = ${problem ?? null} where tenant_id = ${accountId} and id = ${id} and sent_at is null`,
  );
}

export async function setSent(tx: Tx, { accountId, id }: Key, at: Date): Promise<void> {
  await tx.run(
    sql`update reports_issue set sent_at = ${at}, problem = null where tenant_id = ${accountId} and id = ${id}`,
  );
}

/** Unsent reports with a step that nobody was told of yet. */
export const selectToWarn = (tx: Tx, now: Date): Promise<{ tenant_id: string; id: string }[]> =>
  tx.rows(sql<{ tenant_id: string; id: string }>`
    select tenant_id, id from reports_issue
    where sent_at is null and warned < case when due_at <= ${now} then 3 when last_day_at <= ${now} then 2 when soon_at <= ${now} then 1 else 0 end
    order by due_at limit 1000`);

export async function setWarned(tx: Tx, { accountId, id }: Key, step: number, now: Date): Promise<void> {
  await tx.run(sql`
    update reports_issue set warned = ${step}, late_at = case when ${step}::int = 3 then ${now}::timestamptz end where tenant_id = ${accountId} and id = ${id}`);
}

/** Changed terms hold for what nobody signed yet. */
export async function setNeeded(tx: Tx, accountId: string, signatures: number): Promise<void> {
  await tx.run(sql`
    update reports_issue i set signatures_needed = ${signatures}
    where tenant_id = ${accountId} and sent_at is null
      and not exists (select from reports_signature s where s.tenant_id = i.tenant_id and s.issue_id = i.id and s.void_at is null)`);
}

const signatureColumns = sql.raw(
  'id, report_id, signer_id, signer_name, signer_role, at, sha256, void_at, void_reason',
);
/** Those that stand, the first first; with `all` also those that fell. */
export const selectSignatures = (tx: Tx, { accountId, id }: Key, all = false): Promise<SignatureRow[]> =>
  tx.rows(sql<SignatureRow>`
    select ${signatureColumns} from reports_signature where tenant_id = ${accountId} and issue_id = ${id} ${all ? sql`` : sql`and void_at is null`}
    order by at, id limit 100`);

export async function insertSignature(
  tx: Tx,
  { accountId, id: issueId }: Key,
  row: Omit<SignatureRow, 'void_at' | 'void_reason'>,
): Promise<void> {
  await tx.run(sql`
    insert into reports_signature (tenant_id, id, issue_id, report_id, signer_id, signer_name, signer_role, at, sha256)
    values (${accountId}, ${row.id}, ${issueId}, ${row.report_id}, ${row.signer_id}, ${row.signer_name}, ${row.signer_role}, ${row.at}, ${JSON.stringify(row.sha256)}::jsonb)`);
}

/** @returns how many fell */
export const voidSignatures = (
  tx: Tx,
  { accountId, id }: Key,
  at: Date,
  reason: NonNullable<SignatureRow['void_reason']>,
): Promise<number> =>
  tx.run(sql`
    update reports_signature set void_at = ${at}, void_reason = ${reason} where tenant_id = ${accountId} and issue_id = ${id} and void_at is null`);

export type CommentRow = {
  id: string;
  at: Date;
  by_name: string;
  text: string;
  asks_change: boolean;
  resolved_at: Date | null;
  resolved_by: string | null;
};
export const selectComments = (tx: Tx, { accountId, id }: Key): Promise<CommentRow[]> =>
  tx.rows(sql<CommentRow>`
    select id, at, by_name, text, asks_change, resolved_at, resolved_by from reports_comment
    where tenant_id = ${accountId} and issue_id = ${id} order by at, id limit 500`);

export async function insertComment(
  tx: Tx,
  { accountId, id: issueId }: Key,
  row: Pick<CommentRow, 'id' | 'at' | 'by_name' | 'text' | 'asks_change'> & { by_id: string; report_id: string },
): Promise<void> {
  await tx.run(sql`
    insert into reports_comment (tenant_id, id, issue_id, report_id, at, by_id, by_name, text, asks_change)
    values (${accountId}, ${row.id}, ${issueId}, ${row.report_id}, ${row.at}, ${row.by_id}, ${row.by_name}, ${row.text}, ${row.asks_change})`);
}

/** @param commentId left out, every change that was asked for. @returns how many were open */
export const resolveComments = (
  tx: Tx,
  { accountId, id }: Key,
  by: { readonly at: Date; readonly name: string },
  commentId?: string,
): Promise<number> =>
  tx.run(sql`
    update reports_comment set resolved_at = ${by.at}, resolved_by = ${by.name}
    where tenant_id = ${accountId} and issue_id = ${id} and resolved_at is null
      ${commentId === undefined ? sql`and asks_change` : sql`and id = ${commentId}`}`);
