import { routes } from '@sakimori/contract';
import type { Desk } from '../customers/index.ts';
import { type BoundRoute, serve } from '../platform/index.ts';
import { answer, escalate } from './escalations.ts';
import { getReview, judge, toSheet, undo } from './reviews.ts';
import { selectSheets } from './store.ts';

export const reviewRoutes = (desk: Desk): BoundRoute[] => [
  serve(routes.listReviews, async ({ query }, { actor }) => {
    const rows = await desk.platform.database.for(actor, (tx) => selectSheets(tx, query));
    return { items: rows.map((row) => toSheet(row, desk.platform.clock.now())) };
  }),
  serve(routes.getReview, ({ params, query }, { actor }) =>
    desk.platform.database.for(actor, (tx) => getReview(tx, desk, params.reviewId, query)),
  ),
  serve(routes.judgeReviewItems, ({ params, body }, { actor }) => judge(desk, actor, params.reviewId, body)),
  serve(routes.undoReviewVerdicts, ({ params, body }, { actor }) => undo(desk, actor, params.reviewId, body.alertIds)),
  serve(routes.escalateReviewItem, ({ params, body }, { actor }) => escalate(desk, actor, params, body)),
  serve(routes.answerEscalation, ({ params, body }, { actor }) => answer(desk, actor, params, body)),
];
