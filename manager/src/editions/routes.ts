import { type Actor, Refusal, routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve, type Tx } from '../platform/index.ts';
import type { Editions } from './editions.ts';

/** Ids of the editions that an account's contracts pin; none where it has no contract. */
export type EditionsOfAccount = (tx: Tx, accountId: string) => Promise<readonly string[]>;

/** A customer sees the editions of its own contracts, and the standard one where it has none: others may be agreements with somebody else. */
export function editionsRoutes(platform: Platform, editions: Editions, ofAccount: EditionsOfAccount): BoundRoute[] {
  const visibleTo = async ({ accountId }: Actor): Promise<(id: string) => boolean> => {
    if (accountId === undefined) return () => true;
    const pinned = await platform.database.as(accountId, (tx) => ofAccount(tx, accountId));
    return (id) => (pinned.length > 0 ? pinned.includes(id) : id === editions.standard.id);
  };
  return [
    serve(routes.listEditions, async (_, { actor }) => {
      const isVisible = await visibleTo(actor);
      return { items: editions.all.filter(({ id }) => isVisible(id)).map((edition) => editions.summaryOf(edition)) };
    }),
    serve(routes.getEdition, async ({ params: { editionId } }, { actor }) => {
      const isVisible = await visibleTo(actor);
      if (!isVisible(editionId)) throw new Refusal('not_found', { what: 'edition' });
      return editions.get(editionId);
    }),
  ];
}
