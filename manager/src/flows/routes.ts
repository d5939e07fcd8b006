import { routes } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import { answerQuestion, getFlow, listRuns, lookAtQuestion, recordCall, setFlow, stopRun } from './flows.ts';

export const flowRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.getContactFlow, ({ params }, { actor }) => getFlow(desk.platform, actor, params.accountId)),
  serve(routes.setContactFlow, ({ params, body }, { actor }) => setFlow(desk, actor, params.accountId, body)),
  serve(routes.listContactRuns, async ({ query }, { actor }) => ({
    items: await listRuns(desk.platform, actor, query),
  })),
  serve(routes.recordCall, ({ params, body }, { actor }) => recordCall(desk, actor, params, body)),
  serve(routes.stopContactRun, ({ params, body }, { actor }) => stopRun(desk, actor, params, body.reason)),
  serve(routes.lookAtQuestion, ({ body }) => lookAtQuestion(desk.platform, body.secret)),
  serve(routes.answerQuestion, ({ body }) => answerQuestion(desk, body.secret)),
];
