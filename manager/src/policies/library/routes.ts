import { routes } from '@sakimori/contract';
import { withConfiguration } from '../../configuration/index.ts';
import { type BoundRoute, type Platform, serve } from '../../platform/index.ts';
import { changePolicyRules } from './change-policy-rules.ts';
import { policyModules } from './policy-modules.ts';
import { changePolicySettings, policySettings } from './policy-settings.ts';
import { policyTree } from './policy-tree.ts';
import { describeRule } from './rule-detail.ts';
import { findRules } from './rule-heads.ts';
import { storeLogRules } from './store-log-rules.ts';

/** Rules of an account, and which of them its policies assign. */
export const libraryRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listRules, ({ params, query }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, async (_tx, view) => findRules(view, query)),
  ),
  serve(routes.getRule, ({ params }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, (tx, view) =>
      describeRule(tx, view, params.module, params.ruleId),
    ),
  ),
  serve(routes.storeLogRules, ({ params, body }, { actor }) => storeLogRules(platform, actor, params.accountId, body)),
  serve(routes.getPolicyTree, ({ params }, { actor }) =>
    withConfiguration(platform, actor, params.accountId, async (tx, view) => ({ items: await policyTree(tx, view) })),
  ),
  serve(routes.getPolicyModules, ({ params }, { actor }) =>
    platform.database.for(actor, (tx) => policyModules(tx, params.policyId)),
  ),
  serve(routes.getPolicySettings, ({ params }, { actor }) =>
    platform.database.for(actor, (tx) => policySettings(tx, params.policyId)),
  ),
  serve(routes.changePolicySettings, async ({ params, body }, { actor }) => {
    await changePolicySettings(platform, actor, params.policyId, body);
    return platform.database.for(actor, (tx) => policySettings(tx, params.policyId));
  }),
  serve(routes.changePolicyRules, async ({ params, body }, { actor }) => {
    await changePolicyRules(platform, actor, params.policyId, body);
    return platform.database.for(actor, (tx) => policyModules(tx, params.policyId));
  }),
];
