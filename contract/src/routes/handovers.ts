import { z } from 'zod';
import { Handover, HandoverEdit, HandoverSummary } from '../handover.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const HandoverParams = z.object({ handoverId: Id });

export const listHandovers = route({
  needs: 'case.write',
  method: 'GET',
  path: '/handovers',
  summary: 'Shift hand-overs, newest first; a draft is the first',
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  reply: z.object({ items: z.array(HandoverSummary).max(200) }),
});
export const getHandover = route({
  needs: 'case.write',
  method: 'GET',
  path: '/handovers/{handoverId}',
  summary: 'One hand-over; a draft says how it is now, a signed one how it was',
  params: HandoverParams,
  reply: Handover,
  errors: ['not_found'],
});
export const draftHandover = route({
  needs: 'case.write',
  method: 'POST',
  path: '/handovers',
  summary: 'Draft a hand-over from the cases since the last one; where there is a draft, that one',
  reply: Handover,
});
export const editHandover = route({
  needs: 'case.write',
  method: 'PUT',
  path: '/handovers/{handoverId}',
  summary: 'Say something in a draft; the version that it was made from must be the newest',
  params: HandoverParams,
  body: HandoverEdit,
  reply: Handover,
  errors: ['not_found', 'wrong_state', 'version_conflict'],
});
export const signHandover = route({
  needs: 'case.write',
  method: 'POST',
  path: '/handovers/{handoverId}/signature',
  summary: 'Sign a draft: it stays as it is from then on',
  params: HandoverParams,
  body: HandoverEdit.pick({ version: true }),
  reply: Handover,
  errors: ['not_found', 'wrong_state', 'version_conflict'],
});
