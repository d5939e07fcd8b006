import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { getCheck, getSettings, listOutages, probeHost, setSettings } from './checks.ts';
import type { Prober } from './probe.ts';

export const livenessRoutes = (platform: Platform, prober: Prober): BoundRoute[] => [
  serve(routes.getLivenessCheck, ({ params }, { actor }) => getCheck(platform, actor, params.hostId)),
  serve(routes.probeHost, ({ params }, { actor }) => probeHost(platform, prober, actor, params.hostId)),
  serve(routes.getLivenessSettings, ({ params }, { actor }) => getSettings(platform, actor, params.accountId)),
  serve(routes.setLivenessSettings, ({ params, body }, { actor }) =>
    setSettings(platform, actor, params.accountId, body),
  ),
  serve(routes.listManagerOutages, async () => ({ items: await listOutages(platform) })),
];
