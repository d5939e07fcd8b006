import { z } from 'zod';
import { Id } from '../primitives.ts';
import {
  EscalationAnswer,
  Judging,
  NewEscalation,
  ReviewDetail,
  ReviewItem,
  ReviewSheet,
  reviewStates,
} from '../review.ts';
import { route } from '../route.ts';

const ReviewParams = z.object({ reviewId: Id });
const ItemParams = ReviewParams.extend({ alertId: Id });

export const listReviews = route({
  needs: 'review.read',
  method: 'GET',
  path: '/reviews',
  summary: 'Review sheets, the latest business day first',
  query: z.object({
    accountId: Id.optional(),
    state: z.enum(reviewStates).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  reply: z.object({ items: z.array(ReviewSheet).max(500) }),
});
export const getReview = route({
  needs: 'review.read',
  method: 'GET',
  path: '/reviews/{reviewId}',
  summary: 'One review sheet with its items',
  params: ReviewParams,
  query: z.object({
    /** `due` is what still has to be looked at. */
    show: z.enum(['all', 'due', 'reviewed', 'excluded']).default('all'),
    limit: z.coerce.number().int().min(1).max(2000).default(500),
  }),
  reply: ReviewDetail,
  errors: ['not_found'],
});
export const judgeReviewItems = route({
  needs: 'review.write',
  method: 'POST',
  path: '/reviews/{reviewId}/verdicts',
  summary: 'Say what was found of one item or many; all or none',
  params: ReviewParams,
  body: Judging,
  reply: ReviewSheet,
  errors: ['not_found', 'wrong_state'],
});
export const undoReviewVerdicts = route({
  needs: 'review.write',
  method: 'POST',
  path: '/reviews/{reviewId}/verdicts/undo',
  summary: 'Take back what was found; alerts that it closed are open again',
  params: ReviewParams,
  body: Judging.pick({ alertIds: true }),
  reply: ReviewSheet,
  errors: ['not_found', 'wrong_state'],
});
export const escalateReviewItem = route({
  needs: 'review.write',
  method: 'POST',
  path: '/reviews/{reviewId}/items/{alertId}/escalations',
  summary: 'Tell the next contact of the customer what has to be done',
  params: ItemParams,
  body: NewEscalation,
  reply: ReviewItem,
  errors: ['not_found', 'wrong_state', 'no_recipient'],
});
export const answerEscalation = route({
  needs: 'review.write',
  method: 'POST',
  path: '/reviews/{reviewId}/items/{alertId}/escalations/{escalationId}/answer',
  summary: 'Note what a contact answered, or that nobody did',
  params: ItemParams.extend({ escalationId: Id }),
  body: EscalationAnswer,
  reply: ReviewItem,
  errors: ['not_found', 'wrong_state'],
});
