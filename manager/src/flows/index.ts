/**
 * Contact flows (S46): whom an account wants reached when an agent is silent. Each step waits for its answer, each try is on record, and all of
 * it ends when somebody answers or the host is back.
 */
import type { Desk } from '../customers/index.ts';
import { handleJob, type Room } from '../platform/index.ts';
import { callWebhook, type Post, postOutside, sendWebhook } from './jobs.ts';
import { flowRoutes } from './routes.ts';
import { advanceFlows, type FlowParts } from './runs.ts';

export { advanceFlows, type FlowParts } from './runs.ts';

const everyMs = 2000;

export type FlowOptions = { readonly publicUrl: () => string; readonly post?: Post };

export function flowsRoom(desk: Desk, { publicUrl, post = postOutside }: FlowOptions): Room {
  const parts: FlowParts = { ...desk, publicUrl };
  return {
    name: 'flows',
    routes: flowRoutes(desk),
    jobs: [handleJob(callWebhook, (payload) => sendWebhook(desk.platform, post, payload), { isSlow: true })],
    ticks: [{ name: 'flows.due', everyMs, run: async () => void (await advanceFlows(parts)) }],
  };
}
