import { sql, type Tx } from '../platform/index.ts';

/** What a ticket `t` is about, where that is not what was asked alone: an alert, a case. */
type Key = { tenant_id: string; id: string };

/** The alert that a letter of ours was about, or that is named. */
export function selectAlertKey(
  tx: Tx,
  { noticeId, alertId }: { readonly noticeId?: string; readonly alertId?: string },
): Promise<Key | undefined> {
  if (alertId) return tx.first(sql<Key>`select tenant_id, id from alerts_beginning where id = ${alertId}`);
  return tx.first(sql<Key>`
    select tenant_id, alert_id as id from notices_notice where id = ${noticeId} and alert_id is not null`);
}

export const selectCaseKey = (tx: Tx, caseId: string): Promise<Key | undefined> =>
  tx.first(sql<Key>`select tenant_id, id from cases_case where id = ${caseId}`);

/** Whether a ticket `t` is about a case: about itself, one that was merged into it, or one of its alerts. */
export const isOfCase = (caseId: string) => sql`(
  t.case_id = ${caseId}
  or exists (select from cases_case c where c.tenant_id = t.tenant_id and c.id = t.case_id and c.merged_into = ${caseId})
  or exists (select from cases_alert m where m.tenant_id = t.tenant_id and m.alert_id = t.alert_id and m.case_id = ${caseId}))`;
