/**
 * Upgrades: agents of an account brought to another build, ring after ring, with a rule that stops it (S59); and versions that changed on hosts, announced by a plan or by nobody
 * (S17). `plans` what people do · `advance` what follows from it · `changes` what hosts say.
 */
import { routes } from '@sakimori/contract';
import { type Room, serve } from '../platform/index.ts';
import { advanceAll } from './advance.ts';
import { recordChanges } from './changes.ts';
import { changeState, createPlan, getPlan, listPlans, type UpgradeParts } from './plans.ts';
import { selectChanges } from './store.ts';

export { advanceAll } from './advance.ts';
export { recordChanges } from './changes.ts';
export { changeState, createPlan, getPlan, planHosts, type UpgradeParts } from './plans.ts';
export { unannouncedChanges } from './store.ts';

export const upgradesRoom = (parts: UpgradeParts): Room => {
  const { platform } = parts;
  return {
    name: 'upgrades',
    routes: [
      serve(routes.createUpgradePlan, ({ params, body }, { actor }) =>
        createPlan(parts, actor, params.accountId, body),
      ),
      serve(routes.listUpgradePlans, async ({ query }, { actor }) => ({
        items: await listPlans(platform, actor, query.accountId),
      })),
      serve(routes.getUpgradePlan, ({ params }, { actor }) => getPlan(platform, actor, params.planId)),
      serve(routes.changeUpgradePlan, ({ params, body }, { actor }) =>
        changeState(platform, actor, params.planId, body.deed),
      ),
      serve(routes.listVersionChanges, async ({ query }, { actor }) => ({
        items: await platform.database.for(actor, (tx) =>
          selectChanges(tx, { ...query, unannounced: query.unannounced === 'true' }),
        ),
      })),
    ],
    ticks: [
      { name: 'upgrades.advance', everyMs: 3000, run: () => advanceAll(platform) },
      { name: 'upgrades.changes', everyMs: 30 * 60_000, run: async () => void (await recordChanges(platform)) },
    ],
  };
};
