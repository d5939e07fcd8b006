import { z } from 'zod';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';
import {
  feedTextBytesMax,
  NewWebFeed,
  WebFeed,
  WebFeedReplacement,
  WebFeeds,
  WebTrial,
  WebTrialOutcome,
} from '../web-feed.ts';

const FeedParams = z.object({ feedId: Id });

export const listWebFeeds = route({
  needs: 'webfeed.read',
  method: 'GET',
  path: '/web-feeds',
  summary: 'Feeds of web reputation: the provider’s, and with an account its own as well',
  query: z.object({ accountId: Id.optional() }),
  reply: WebFeeds,
});
export const addWebFeed = route({
  needs: 'webfeed.write',
  method: 'POST',
  path: '/web-feeds',
  summary: 'Add a feed that is fetched, or a list; an account’s own reaches its hosts alone',
  body: NewWebFeed,
  reply: WebFeed,
  bodyBytesMax: feedTextBytesMax + 64 * 1024,
  errors: ['not_found', 'limit_reached'],
});
export const replaceWebFeed = route({
  needs: 'webfeed.write',
  method: 'PUT',
  path: '/web-feeds/{feedId}/text',
  summary: 'Put another list in the place of one that was uploaded, or another address in that of one that is fetched',
  params: FeedParams,
  body: WebFeedReplacement,
  reply: WebFeed,
  bodyBytesMax: feedTextBytesMax + 64 * 1024,
  errors: ['not_found', 'limit_reached'],
});
export const refreshWebFeed = route({
  needs: 'webfeed.write',
  method: 'POST',
  path: '/web-feeds/{feedId}/refresh',
  summary: 'Fetch a feed now; the answer comes when it is fetched, or could not be',
  params: FeedParams,
  reply: WebFeed,
  errors: ['not_found'],
});
export const removeWebFeed = route({
  needs: 'webfeed.write',
  method: 'DELETE',
  path: '/web-feeds/{feedId}',
  summary: 'Remove a feed with its entries',
  params: FeedParams,
  errors: ['not_found'],
});
export const tryWebAddress = route({
  needs: 'webfeed.read',
  method: 'POST',
  path: '/web-reputation/try',
  summary: 'Say what becomes of an address, and why; nothing is called up',
  body: WebTrial,
  reply: WebTrialOutcome,
  errors: ['not_found'],
});
