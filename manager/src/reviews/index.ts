/**
 * Reviews (確認シート, S65–S71): what the Advanced plan gets instead of a mail alone. Each business day at opening, the alerts of every day since the last
 * one lie on one sheet an account; rules of the edition leave out what needs nobody, and show why; people judge the rest before closing.
 */
import type { Desk } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import { makeSheets, tellBreaches } from './jobs.ts';
import { reviewRoutes } from './routes.ts';

export const reviewsRoom = (desk: Desk): Room => ({
  name: 'reviews',
  routes: reviewRoutes(desk),
  ticks: [makeSheets(desk), tellBreaches(desk)],
});
