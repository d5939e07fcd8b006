import { z } from 'zod';
import { LivenessCheck, LivenessSettings, ManagerOutage } from '../liveness.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const HostParams = z.object({ hostId: Id });
const AccountParams = z.object({ accountId: Id });

export const getLivenessCheck = route({
  needs: 'host.read',
  method: 'GET',
  path: '/hosts/{hostId}/liveness',
  summary: 'How a host’s liveness is watched, and what the last probe from outside saw',
  params: HostParams,
  reply: LivenessCheck,
  errors: ['not_found'],
});
export const probeHost = route({
  needs: 'liveness.write',
  method: 'POST',
  path: '/hosts/{hostId}/probe',
  summary: 'Probe a host from outside now, at the addresses that it reported itself',
  params: HostParams,
  reply: LivenessCheck,
  errors: ['not_found', 'wrong_state'],
});
export const getLivenessSettings = route({
  needs: 'host.read',
  method: 'GET',
  path: '/accounts/{accountId}/liveness',
  summary: 'By what patience hosts of an account are watched',
  params: AccountParams,
  reply: LivenessSettings.extend({
    /** What holds where nothing is set. */
    silenceSecondsDefault: z.number().int(),
    endedSecondsDefault: z.number().int(),
  }),
  errors: ['not_found'],
});
export const setLivenessSettings = route({
  needs: 'liveness.write',
  method: 'PUT',
  path: '/accounts/{accountId}/liveness',
  summary: 'Set by what patience hosts of an account are watched',
  params: AccountParams,
  body: LivenessSettings,
  reply: LivenessSettings,
  errors: ['not_found', 'patience_too_short', 'probe_point_refused'],
});
export const listManagerOutages = route({
  needs: 'liveness.write',
  method: 'GET',
  path: '/liveness/outages',
  summary: 'Times in which the manager itself heard nobody, newest first',
  reply: z.object({ items: z.array(ManagerOutage).max(100) }),
});
