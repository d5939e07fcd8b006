import { routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';

export const baselinesQuery = (hostId: string) =>
  ask(['host', 'baselines', hostId], routes.listBaselines, { params: { hostId } });
export const exclusionsQuery = (accountId: string) =>
  ask(['policy', 'exclusions', accountId], routes.listExclusions, { params: { accountId } });
export const estimateQuery = (policyId: string, estimateId: string) =>
  ask(['policy', 'estimate', policyId, estimateId], routes.getEstimate, { params: { policyId, estimateId } });
