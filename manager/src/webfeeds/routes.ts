import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import type { WebTables } from './tables.ts';
import { tryAddress } from './trial.ts';
import { addFeed, listFeeds, refreshFeed, removeFeed, replaceFeed } from './webfeeds.ts';

export const webFeedRoutes = (platform: Platform, tables: WebTables): BoundRoute[] => [
  serve(routes.listWebFeeds, ({ query }, { actor }) => listFeeds(platform, tables, actor, query.accountId)),
  serve(routes.addWebFeed, ({ body }, { actor }) => addFeed(platform, actor, body)),
  serve(routes.replaceWebFeed, ({ params, body }, { actor }) => replaceFeed(platform, actor, params.feedId, body)),
  serve(routes.refreshWebFeed, ({ params }, { actor }) => refreshFeed(platform, actor, params.feedId)),
  serve(routes.removeWebFeed, async ({ params }, { actor }) => {
    await removeFeed(platform, actor, params.feedId);
    return undefined;
  }),
  serve(routes.tryWebAddress, ({ body }, { actor }) => tryAddress(platform, tables, actor, body)),
];
