import type { DetectionCount } from '@sakimori/contract';
import { sql, type Tx } from '../platform/index.ts';

const sortsMax = 50_000;

/** Detections of some hosts since a time, counted by rule, action, file and source: what a change of configuration would have made of them is judged sort by sort. */
export function countDetections(
  tx: Tx,
  {
    accountId,
    hostIds,
    since,
  }: { readonly accountId: string; readonly hostIds: readonly string[]; readonly since: Date },
): Promise<DetectionCount[]> {
  return tx.rows(sql<DetectionCount>`
    select module, rule_id as "ruleId", max(record->'rule'->>'name') as name, max(record->'rule'->>'nameJa') as "nameJa",
      action = 'denied' as "isDenied", record->'file'->>'path' as path, record->'source'->>'address' as source,
      sum(coalesce((record->'facts'->>'count')::bigint, 1))::bigint as count
    from detections_detection
    where tenant_id = ${accountId} and host_id = any(${[...hostIds]}) and occurred_at >= ${since}
    group by module, rule_id, action = 'denied', record->'file'->>'path', record->'source'->>'address'
    order by count desc limit ${sortsMax}`);
}
