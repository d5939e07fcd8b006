import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { createEstimate, getEstimate } from './estimates/estimates.ts';
import { createExclusion, endExclusion, listExclusions } from './exclusions/exclusions.ts';

/** What integrity monitoring leaves out for a time, and what it would watch before it does. */
export const integrityRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listExclusions, async ({ params }, { actor }) => ({
    items: await listExclusions(platform, actor, params.accountId),
  })),
  serve(routes.createExclusion, ({ params, body }, { actor }) =>
    createExclusion(platform, actor, params.accountId, body),
  ),
  serve(routes.endExclusion, async ({ params, body }, { actor }) => {
    await endExclusion(platform, actor, params.accountId, params.exclusionId, body.reason);
    return undefined;
  }),
  serve(routes.createEstimate, ({ params, body }, { actor }) => createEstimate(platform, actor, params.policyId, body)),
  serve(routes.getEstimate, ({ params }, { actor }) =>
    getEstimate(platform, actor, params.policyId, params.estimateId),
  ),
];
