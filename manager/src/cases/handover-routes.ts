import { routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { CaseDesk } from './desk.ts';
import { draftByHand, getHandover, listHandovers, sign, write } from './handovers.ts';

export const handoverRoutes = (desk: CaseDesk): BoundRoute[] => {
  const { database } = desk.platform;
  return [
    serve(routes.listHandovers, ({ query }, { actor }) =>
      database.for(actor, async (tx) => ({ items: await listHandovers(tx, desk, query.limit) })),
    ),
    serve(routes.getHandover, ({ params }, { actor }) =>
      database.for(actor, (tx) => getHandover(tx, desk, params.handoverId)),
    ),
    serve(routes.draftHandover, (_, { actor }) => draftByHand(desk, actor)),
    serve(routes.editHandover, ({ params, body }, { actor }) => write(desk, actor, params.handoverId, body)),
    serve(routes.signHandover, ({ params, body }, { actor }) => sign(desk, actor, params.handoverId, body.version)),
  ];
};
