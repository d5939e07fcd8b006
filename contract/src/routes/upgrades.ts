import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import { AgentBuild, UpgradePlan, UpgradeSettings, VersionChange } from '../upgrade.ts';

const PlanParams = z.object({ planId: Id });

export const createUpgradePlan = route({
  needs: 'host.install',
  method: 'POST',
  path: '/accounts/{accountId}/upgrade-plans',
  summary: 'Plan an upgrade of an account’s agents in rings; nothing begins before it is started (S59)',
  params: z.object({ accountId: Id }),
  body: UpgradeSettings.extend({
    /** A build that this manager hands out; the newest where it is left out. */
    build: AgentBuild.optional(),
    reason: z.string().trim().min(1).max(300),
  }),
  reply: UpgradePlan,
  errors: ['not_found', 'wrong_state', 'malformed', 'software_unavailable'],
});
export const listUpgradePlans = route({
  needs: 'host.install',
  method: 'GET',
  path: '/upgrade-plans',
  summary: 'Plans of upgrades with the result of each host, the newest 50 (S59)',
  query: z.object({ accountId: Id.optional() }),
  reply: z.object({ items: z.array(UpgradePlan).max(50) }),
});
export const getUpgradePlan = route({
  needs: 'host.install',
  method: 'GET',
  path: '/upgrade-plans/{planId}',
  summary: 'One plan with the result of each host (S59)',
  params: PlanParams,
  reply: UpgradePlan,
  errors: ['not_found'],
});
export const changeUpgradePlan = route({
  needs: 'host.install',
  method: 'POST',
  path: '/upgrade-plans/{planId}/state',
  summary: 'Start, pause, resume or abort a plan; hosts that are under way come to their end (S59)',
  params: PlanParams,
  body: z.object({ deed: z.enum(['start', 'pause', 'resume', 'abort']) }),
  reply: UpgradePlan,
  errors: ['not_found', 'wrong_state'],
});
export const listVersionChanges = route({
  needs: 'host.read',
  method: 'GET',
  path: '/version-changes',
  summary:
    'Versions of agents, engines and rules that changed on hosts, newest first; unannounced ones alone where asked (S17)',
  query: z.object({
    accountId: Id.optional(),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    unannounced: z.enum(['true', 'false']).default('false'),
  }),
  reply: z.object({ items: z.array(VersionChange).max(500) }),
});
