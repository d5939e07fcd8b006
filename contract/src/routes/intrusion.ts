import { z } from 'zod';
import { modes } from '../detection.ts';
import {
  IntrusionMode,
  IntrusionPreview,
  intrusionSwitchDaysMax,
  NewIntrusionSwitch,
  previewDays,
} from '../intrusion-mode.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const HostParams = z.object({ hostId: Id });
const path = '/hosts/{hostId}/intrusion-mode';

export const getIntrusionMode = route({
  needs: 'host.read',
  method: 'GET',
  path,
  summary:
    'Whether intrusion prevention blocks or only detects on a host, and whether it was switched for this host alone',
  params: HostParams,
  reply: IntrusionMode,
  errors: ['not_found'],
});
export const previewIntrusionMode = route({
  needs: 'host.read',
  method: 'GET',
  path: `${path}/preview`,
  summary: `What a switch to this mode would have changed on a host in the last ${previewDays} days, rule by rule; nothing is switched`,
  params: HostParams,
  query: z.object({ mode: z.enum(modes) }),
  reply: IntrusionPreview,
  errors: ['not_found'],
});
export const switchIntrusionMode = route({
  needs: 'policy.write',
  method: 'POST',
  path,
  summary: `Switch intrusion prevention of one host to prevent or detect until a time, ${intrusionSwitchDaysMax} days at most, with a reason; others under the same policy stay`,
  params: HostParams,
  body: NewIntrusionSwitch,
  reply: IntrusionMode,
  errors: ['not_found', 'wrong_state'],
});
export const endIntrusionSwitch = route({
  needs: 'policy.write',
  method: 'POST',
  path: `${path}/end`,
  summary: 'End the switch of a host before its time, with a reason: its policy holds again',
  params: HostParams,
  body: z.object({ reason: z.string().trim().min(1).max(300) }),
  reply: IntrusionMode,
  errors: ['not_found', 'wrong_state'],
});
