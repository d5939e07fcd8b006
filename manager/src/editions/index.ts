/**
 * Editions of the service specification as data: what each plan grants, hours, deadlines, clauses and how they are read. What an edition says of
 * a feature under a plan is `entitlement` of the contract; which edition and plan an account has is the room of customers’ knowledge.
 */
import type { Platform, Room } from '../platform/index.ts';
import type { Editions } from './editions.ts';
import { type EditionsOfAccount, editionsRoutes } from './routes.ts';

export { Editions } from './editions.ts';
export type { EditionsOfAccount } from './routes.ts';

export const editionsRoom = (
  platform: Platform,
  editions: Editions,
  ofAccount: EditionsOfAccount = async () => [],
): Room => ({ name: 'editions', routes: editionsRoutes(platform, editions, ofAccount) });
