import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../../platform/index.ts';
import { endIntrusionSwitch, getIntrusionMode, switchIntrusionMode } from './mode-switch.ts';

export const modeSwitchRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.getIntrusionMode, ({ params }, { actor }) => getIntrusionMode(platform, actor, params.hostId)),
  serve(routes.switchIntrusionMode, ({ params, body }, { actor }) =>
    switchIntrusionMode(platform, actor, params.hostId, body),
  ),
  serve(routes.endIntrusionSwitch, ({ params, body }, { actor }) =>
    endIntrusionSwitch(platform, actor, params.hostId, body.reason),
  ),
];
