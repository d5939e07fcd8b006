import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { selectDeliveries, selectSocs } from './soc-store.ts';
import { changeSoc, cover, createSoc, getSoc, retry, rotateSecret, toDelivery, toSoc } from './socs.ts';

export const socRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listSocs, async (_, { actor }) => ({
    items: (await platform.database.for(actor, (tx) => selectSocs(tx))).map(toSoc),
  })),
  serve(routes.createSoc, ({ body }, { actor }) => createSoc(platform, actor, body)),
  serve(routes.changeSoc, ({ params, body }, { actor }) => changeSoc(platform, actor, params.socId, body)),
  serve(routes.rotateSocSecret, ({ params }, { actor }) => rotateSecret(platform, actor, params.socId)),
  serve(routes.coverAccount, async ({ params, body }, { actor }) => {
    await cover(platform, actor, params.accountId, body.socId);
    return undefined;
  }),
  serve(routes.listSocDeliveries, ({ params, query }, { actor }) =>
    platform.database.for(actor, async (tx) => {
      await getSoc(tx, params.socId);
      return { items: (await selectDeliveries(tx, { socId: params.socId, ...query })).map(toDelivery) };
    }),
  ),
  serve(routes.retrySocDelivery, async ({ params }, { actor }) => {
    await retry(platform, actor, params.socId, params.deliveryId);
    return undefined;
  }),
];
