import { dayInJapan, routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import { countWork, selectWork } from './store.ts';
import { createWork, endWork, getWork, takeWork, toWork, type WorkDesk } from './work.ts';

/** The last moment of a day in Japan. */
const endOfDay = (now: Date): Date => new Date(Date.parse(`${dayInJapan(now)}T24:00:00+09:00`));

export const workRoutes = (desk: WorkDesk): BoundRoute[] => [
  serve(routes.listWork, ({ query }, { actor }) => {
    const now = desk.platform.clock.now();
    const { accountId, queue, show, mine, limit, number } = query;
    const filter = {
      ...{ accountId, queue, limit, number, ended: number === undefined ? show === 'ended' : undefined },
      ...(mine === 'true' ? { ownerId: actor.id } : {}),
      ...(show === 'today' ? { dueBefore: endOfDay(now) } : {}),
    };
    return desk.platform.database.for(actor, async (tx) => ({
      items: (await selectWork(tx, filter)).map((row) => toWork(row, now)),
      counts: await countWork(tx, { accountId, now, dayEnd: endOfDay(now) }),
    }));
  }),
  serve(routes.getWork, ({ params }, { actor }) =>
    desk.platform.database.for(actor, (tx) => getWork(tx, desk, params.workId)),
  ),
  serve(routes.createWork, ({ params, body }, { actor }) => createWork(desk, actor, params.accountId, body)),
  serve(routes.takeWork, ({ params, body }, { actor }) => takeWork(desk, actor, params.workId, body)),
  serve(routes.finishWork, ({ params, body }, { actor }) => endWork(desk, actor, params.workId, 'done', body.evidence)),
  serve(routes.cancelWork, ({ params, body }, { actor }) =>
    endWork(desk, actor, params.workId, 'cancelled', body.evidence),
  ),
];
