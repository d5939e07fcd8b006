import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { sql, type Tx } from '../../platform/index.ts';
import type { Handler } from '../http/call.ts';
import { type Criterion, readSearch, type Search } from '../search/criteria.ts';
import { searchObjects } from '../search/match.ts';

type UsageRow = {
  id: number;
  at: Date;
  api_type: string;
  action: string;
  method: string;
  duration_ms: number;
  status_code: number;
  authentication_method: string;
  expand_parameter: string;
  response_item_count: number;
};

const listedMax = 5000;
const right = 'platformRights.systemInformationRights.canViewSystemInformation';

/** What the account's keys called, newest kept for some weeks. */
export const usageHandlers: readonly [string, Handler][] = [
  [
    'listApiUsageMetrics',
    async (call) => {
      call.demandRight(right, 'view', 'ApiUsageMetric');
      return call.read((_, tx) => find(tx, call.accountId, { maxItems: listedMax, criteria: [] }));
    },
  ],
  [
    'searchApiUsageMetrics',
    async (call) => {
      call.demandRight(right, 'view', 'ApiUsageMetric');
      const search = readSearch('ApiUsageMetric', call.body);
      return call.read((_, tx) => find(tx, call.accountId, search));
    },
  ],
];

/** Paging by id reaches everything; other criteria look at the newest. */
async function find(tx: Tx, accountId: string, search: Search): Promise<ApiObject> {
  const after = idAfter(search.criteria);
  const rows = await tx.rows(sql<UsageRow>`
    select * from (
      select id, at, api_type, action, method, duration_ms, status_code, authentication_method, expand_parameter, response_item_count
      from workloadapi_usage where tenant_id = ${accountId} ${after === undefined ? sql`order by id desc` : sql`and id > ${after}::bigint order by id`} limit 50000
    ) as found order by id`);
  const metrics = rows.map((row) => ({
    ...{ apiType: row.api_type, action: row.action, method: row.method, date: row.at.getTime(), tenantGUID: accountId },
    ...{ duration: row.duration_ms, statusCode: row.status_code, authenticationMethod: row.authentication_method },
    ...{ expandParameter: row.expand_parameter, responseItemCount: row.response_item_count, ID: row.id },
  }));
  return { apiUsageMetrics: searchObjects(metrics, search) };
}

function idAfter(criteria: readonly Criterion[]): number | undefined {
  const found = criteria.find((criterion) => criterion.test === 'id' && criterion.comparison.startsWith('greater'));
  return found?.test === 'id' ? Math.max(0, Math.floor(found.value) - 1) : undefined;
}
