import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import { NewWork, WorkEnd, WorkItem, workQueues } from '../work.ts';

const WorkParams = z.object({ workId: Id });

export const listWork = route({
  needs: 'work.read',
  method: 'GET',
  path: '/work',
  summary: 'Work of people: what is due first, or what was ended last',
  query: z.object({
    accountId: Id.optional(),
    queue: z.enum(workQueues).optional(),
    /** `today` is what is due before the day ends in Japan, and what is late; `ended` is done and cancelled. */
    show: z.enum(['today', 'unended', 'ended']).default('unended'),
    /** The one of this number, ended or not. */
    number: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
    mine: z.enum(['true', 'false']).default('false'),
    limit: z.coerce.number().int().min(1).max(1000).default(500),
  }),
  reply: z.object({
    items: z.array(WorkItem).max(1000),
    counts: z.object({ unended: z.number().int(), today: z.number().int(), overdue: z.number().int() }),
  }),
});
export const getWork = route({
  needs: 'work.read',
  method: 'GET',
  path: '/work/{workId}',
  summary: 'One piece of work',
  params: WorkParams,
  reply: WorkItem,
  errors: ['not_found'],
});
export const createWork = route({
  needs: 'work.write',
  method: 'POST',
  path: '/accounts/{accountId}/work',
  summary: 'Put work for an account into a queue',
  params: z.object({ accountId: Id }),
  body: NewWork,
  reply: WorkItem,
  errors: ['not_found', 'not_in_plan', 'no_business_day'],
});
export const takeWork = route({
  needs: 'work.write',
  method: 'POST',
  path: '/work/{workId}/take',
  summary: 'Take work on; of another person’s, say that it is taken over',
  params: WorkParams,
  body: z.object({
    isTakenOver: z.boolean().default(false),
    /** The approved quote of work that is sold separately. */
    quoteId: Id.optional(),
  }),
  reply: WorkItem,
  errors: ['not_found', 'work_taken', 'wrong_state', 'not_in_plan', 'quote_needed', 'quote_not_approved'],
});
export const finishWork = route({
  needs: 'work.write',
  method: 'POST',
  path: '/work/{workId}/done',
  summary: 'Record that work is done, and how it is known',
  params: WorkParams,
  body: WorkEnd,
  reply: WorkItem,
  errors: ['not_found', 'wrong_state', 'work_taken', 'not_in_plan', 'quote_needed', 'quote_not_approved'],
});
export const cancelWork = route({
  needs: 'work.write',
  method: 'POST',
  path: '/work/{workId}/cancel',
  summary: 'Record that work is not needed any more, and why',
  params: WorkParams,
  body: WorkEnd,
  reply: WorkItem,
  errors: ['not_found', 'wrong_state'],
});
