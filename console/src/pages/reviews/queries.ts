import { type ReviewVerdict, routes } from '@sakimori/contract';
import { call } from '../../api.ts';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export type Shown = 'all' | 'due' | 'reviewed' | 'excluded';

export const reviewsQuery = (accountId?: string) =>
  ask(['reviews', 'list', accountId], routes.listReviews, { query: { accountId } });
export const reviewQuery = (reviewId: string, show: Shown) =>
  ask(['reviews', reviewId, show], routes.getReview, { params: { reviewId }, query: { show } });

export const refreshReviews = () => queryClient.invalidateQueries({ queryKey: ['reviews'] });

/** What was found of these alerts; without a verdict, it is taken back. */
export async function judge(
  reviewId: string,
  alertIds: readonly string[],
  verdict: ReviewVerdict | undefined,
  note?: string,
): Promise<void> {
  const params = { reviewId };
  const ids = [...alertIds];
  if (verdict === undefined) await call(routes.undoReviewVerdicts, { params, body: { alertIds: ids } });
  else
    await call(routes.judgeReviewItems, {
      params,
      body: { alertIds: ids, verdict, ...(note?.trim() ? { note: note.trim() } : {}) },
    });
  await refreshReviews();
}
