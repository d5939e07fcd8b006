import type { PeriodKind } from '../calendar/index.ts';
import { sql, type Tx } from '../platform/index.ts';
import type { IssueRow, SignatureRow } from './issue-store.ts';
import type { Sight } from './scope.ts';

/** A report that has to leave, with everything that its line on the board tells. */
export type BoardRow = IssueRow & {
  account_name: string;
  customer_name: string;
  composed_at: Date | null;
  sha256: string | null;
  signatures: (Omit<SignatureRow, 'at' | 'void_at'> & { at: string })[];
  open_comments: number;
  open_changes: number;
  accepted: number;
  waiting: number;
  deferred: number;
  failed: number;
};

export type BoardFilter = {
  readonly sight: Sight;
  readonly id?: string | undefined;
  readonly accountId?: string | undefined;
  readonly kind?: PeriodKind | undefined;
  readonly period?: string | undefined;
  readonly isSent?: boolean | undefined;
  readonly limit: number;
};

const seen = ({ accountIds, party }: Sight) => sql`
  ${accountIds === undefined ? sql`` : sql`and i.tenant_id = any(${[...accountIds]}::uuid[])`}
  ${party === undefined ? sql`` : sql`and i.party = ${party}`}`;

/** The transaction is the provider's, for comments are closed to others; what a partner SOC sees is filtered by its accounts. */
export function selectBoard(tx: Tx, filter: BoardFilter): Promise<BoardRow[]> {
  const { sight, id, accountId, kind, period, isSent } = filter;
  return tx.rows(sql<BoardRow>`
    with listed as (
      select i.*, a.name as account_name, a.customer_name from reports_issue i join accounts_for_report a on a.tenant_id = i.tenant_id
      where true ${seen(sight)}
        ${id ? sql`and i.id = ${id}` : sql``} ${accountId ? sql`and i.tenant_id = ${accountId}` : sql``}
        ${kind ? sql`and i.kind = ${kind}` : sql``} ${period ? sql`and i.period = ${period}` : sql``}
        ${isSent === undefined ? sql`` : isSent ? sql`and i.sent_at is not null` : sql`and i.sent_at is null`}
      order by ${isSent ? sql`i.sent_at desc, i.id` : sql`i.due_at, a.name, i.kind, i.id`} limit ${filter.limit}
    )
    select i.*, r.composed_at, r.sha256, s.signatures, c.open_comments, c.open_changes, d.accepted, d.waiting, d.deferred, d.failed
    from listed i
    left join reports_report r on r.tenant_id = i.tenant_id and r.id = i.report_id
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('id', id, 'report_id', report_id, 'signer_id', signer_id, 'signer_name', signer_name, 'signer_role', signer_role,
        'at', at, 'sha256', sha256, 'void_reason', void_reason) order by at, id), '[]') as signatures
      from reports_signature where tenant_id = i.tenant_id and issue_id = i.id and void_at is null
    ) s
    cross join lateral (
      select count(*) as open_comments, count(*) filter (where asks_change) as open_changes
      from reports_comment where tenant_id = i.tenant_id and issue_id = i.id and resolved_at is null
    ) c
    cross join lateral (
      select count(*) filter (where n.state = 'sent') as accepted,
        count(*) filter (where n.state = 'waiting' and (n.attempts = 0 or n.last_error is null)) as waiting,
        count(*) filter (where n.state = 'waiting' and n.attempts > 0 and n.last_error is not null) as deferred,
        count(*) filter (where n.state in ('failed', 'bounced')) as failed
      from (
        select distinct on (coalesce(contact_id::text, lower(recipient))) notice_id from reports_delivery
        where tenant_id = i.tenant_id and report_id = i.report_id order by coalesce(contact_id::text, lower(recipient)), created_at desc, id desc
      ) l join notices_notice n on n.tenant_id = i.tenant_id and n.id = l.notice_id
    ) d
    order by ${isSent ? sql`i.sent_at desc, i.id` : sql`i.due_at, i.account_name, i.kind, i.id`}`);
}

/** How many are unsent, how many of them late, and how many are yet due before the day ends. */
export function countBoard(
  tx: Tx,
  { sight, accountId, now, dayEnd }: { sight: Sight; accountId: string | undefined; now: Date; dayEnd: Date },
): Promise<{ unsent: number; late: number; today: number }> {
  return tx.one(sql<{ unsent: number; late: number; today: number }>`
    select count(*) as unsent, count(*) filter (where due_at <= ${now}) as late, count(*) filter (where due_at > ${now} and due_at <= ${dayEnd}) as today
    from reports_issue i where sent_at is null ${seen(sight)} ${accountId ? sql`and tenant_id = ${accountId}` : sql``}`);
}
