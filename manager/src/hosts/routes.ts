import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { askHost, type ContainmentGate, listTasks, openGate, stopHost } from './asked-tasks.ts';
import type { Authority } from './authority.ts';
import { listBaselines } from './baselines.ts';
import { getHost, getPreflight, listHosts, type OnRetired, retireHost } from './hosts.ts';
import { type AgentsAddress, issueToken, listTokens, withdrawToken } from './tokens.ts';

export const hostRoutes = (
  platform: Platform,
  authority: Authority,
  agentsAddress: AgentsAddress,
  onRetired: OnRetired,
  gate: ContainmentGate = openGate,
): BoundRoute[] => [
  serve(routes.listHosts, async ({ query }, { actor }) => ({
    items: await listHosts(platform, actor, query.accountId),
  })),
  serve(routes.getHost, ({ params }, { actor }) => getHost(platform, actor, params.hostId)),
  serve(routes.getHostPreflight, ({ params }, { actor }) => getPreflight(platform, actor, params.hostId)),
  serve(routes.retireHost, ({ params, body }, { actor }) =>
    retireHost(platform, actor, onRetired, params.hostId, body.reason),
  ),
  serve(routes.listHostTasks, async ({ params }, { actor }) => ({
    items: await listTasks(platform, actor, params.hostId),
  })),
  serve(routes.listBaselines, async ({ params }, { actor }) => ({
    items: await listBaselines(platform, actor, params.hostId),
  })),
  serve(routes.giveHostTask, ({ params, body }, { actor }) => askHost(platform, actor, params.hostId, body, gate)),
  serve(routes.stopHost, ({ params, body }, { actor }) => stopHost(platform, actor, params.hostId, body, gate)),
  serve(routes.listEnrolmentTokens, async ({ params }, { actor }) => ({
    items: await listTokens(platform, actor, params.accountId),
  })),
  serve(routes.createEnrolmentToken, ({ params, body }, { actor }) =>
    issueToken(platform, authority, agentsAddress, actor, params.accountId, body.validHours),
  ),
  serve(routes.revokeEnrolmentToken, async ({ params }, { actor }) => {
    await withdrawToken(platform, actor, params.accountId, params.tokenId);
    return undefined;
  }),
];
