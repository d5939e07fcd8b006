import { sql, type Tx } from '../platform/index.ts';

/** Of a detection what is compared with others. */
export type BriefDetection = {
  readonly id: string;
  readonly host_id: string;
  readonly module: string;
  readonly occurred_at: Date;
  readonly title: string;
};

/** The newest ones of some hosts in a span, in the order of time. */
export const selectBrief = (
  tx: Tx,
  accountId: string,
  of: { readonly hostIds: readonly string[]; readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<BriefDetection[]> =>
  tx.rows(sql<BriefDetection>`
    select * from (
      select d.id, d.host_id, d.module, d.occurred_at, coalesce(d.record ->> 'title', d.record -> 'rule' ->> 'name') as title
      from detections_detection d
      where d.tenant_id = ${accountId} and d.host_id = any(${of.hostIds}) and d.occurred_at >= ${of.from} and d.occurred_at < ${of.to}
      order by d.occurred_at desc limit ${of.limit}
    ) newest order by occurred_at, id`);
