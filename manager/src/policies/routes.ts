import { Refusal, routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { findPolicy, toVersion, toVersionHead, updatePolicy } from './policies.ts';
import { selectPolicies, selectVersion, selectVersions } from './store.ts';
import { differenceOf } from './version-difference.ts';

export const policyRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listPolicies, async ({ query }, { actor }) => {
    const rows = await platform.database.for(actor, (tx) => selectPolicies(tx, query));
    return {
      items: rows.map((row) => ({
        id: row.id,
        accountId: row.tenant_id,
        name: row.name,
        version: row.version,
        hostCount: row.host_count,
        updatedAt: row.updated_at.toISOString(),
      })),
    };
  }),
  serve(routes.getPolicy, ({ params }, { actor }) =>
    platform.database.for(actor, async (tx) => {
      const policy = await findPolicy(tx, params.policyId);
      const version = await selectVersion(tx, policy.tenant_id, policy.id, policy.version);
      return { ...toVersion(version!), accountId: policy.tenant_id, name: policy.name };
    }),
  ),
  serve(routes.listPolicyVersions, ({ params }, { actor }) =>
    platform.database.for(actor, async (tx) => {
      const policy = await findPolicy(tx, params.policyId);
      return { items: (await selectVersions(tx, policy.tenant_id, policy.id)).map(toVersionHead) };
    }),
  ),
  serve(routes.comparePolicyVersions, ({ params, query }, { actor }) =>
    platform.database.for(actor, async (tx) => {
      const { tenant_id: accountId, id } = await findPolicy(tx, params.policyId);
      const [before, after] = [
        await selectVersion(tx, accountId, id, query.from),
        await selectVersion(tx, accountId, id, query.to),
      ];
      if (!before || !after) throw new Refusal('not_found', { what: 'policy' });
      return { policyId: id, ...query, lines: differenceOf(before.document, after.document) };
    }),
  ),
  serve(routes.updatePolicy, ({ params, body }, { actor }) => updatePolicy(platform, actor, params.policyId, body)),
];
