import { z } from 'zod';
import { NewOnCallPlan, OnCall, OnCallPage } from '../oncall.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

export const getOnCall = route({
  needs: 'oncall.read',
  method: 'GET',
  path: '/oncall',
  summary: 'Rotations, levels and channels, and whose turn it is',
  reply: OnCall,
});
export const setOnCall = route({
  needs: 'oncall.write',
  method: 'PUT',
  path: '/oncall',
  summary: 'Set who is called, in which order and how; the version that it was made from must be the newest',
  body: z.object({ plan: NewOnCallPlan, version: z.number().int().min(0) }),
  reply: OnCall,
  errors: ['version_conflict'],
});
export const tryOnCallChannel = route({
  needs: 'oncall.write',
  method: 'POST',
  path: '/oncall/channels/{channel}/trials',
  summary: 'Try a telephone gateway now',
  params: z.object({ channel: z.string().max(31) }),
  reply: OnCall,
  errors: ['not_found'],
});
export const listOnCallPages = route({
  needs: 'oncall.read',
  method: 'GET',
  path: '/oncall/pages',
  summary: 'What people were called for, newest first',
  query: z.object({
    accountId: Id.optional(),
    state: z.enum(['calling', 'taken', 'exhausted']).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(OnCallPage).max(200) }),
});
