/**
 * On-call (当番): who is called when something cannot wait. One plan holds rotations, levels and channels; a page goes from level to level until
 * somebody takes it. Any room to the right starts a page and says when it is taken.
 */
import { turnOf } from '@sakimori/contract';
import type { Room } from '../platform/index.ts';
import { callJob, callLevels, type OnCallDesk } from './pages.ts';
import { planInForce } from './plan.ts';
import { onCallRoutes } from './routes.ts';
import { type PageRow, selectPages } from './store.ts';
import { trialJobs, tryGateways } from './trials.ts';

export { type OnCallDesk, startPage, takePage } from './pages.ts';
export { type Post, PostProblem, post } from './post.ts';
export type { PageRow } from './store.ts';

/** Pages for these targets, as far as the transaction may see them. */
export const pagesFor = async (
  tx: Parameters<typeof selectPages>[0],
  targets: readonly string[],
): Promise<PageRow[]> => (targets.length === 0 ? [] : selectPages(tx, { targets, limit: 1000 }));

/** How many turns of the plan in force end after one moment and no later than another. */
export async function turnsEnding(tx: Parameters<typeof selectPages>[0], after: Date, until: Date): Promise<number> {
  const { document } = await planInForce(tx);
  const ends = document.rotations.map((rotation) => turnOf(rotation, after).until);
  return ends.filter((end) => end > after && end <= until).length;
}

export const onCallRoom = (desk: OnCallDesk): Room => ({
  name: 'oncall',
  routes: onCallRoutes(desk),
  jobs: [callJob(desk), ...trialJobs(desk)],
  ticks: [callLevels(desk), tryGateways(desk)],
});
