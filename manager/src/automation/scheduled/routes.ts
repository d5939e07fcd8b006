import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, readCursor, serve, toPage } from '../../platform/index.ts';
import { selectRuns } from './run-store.ts';
import type { RunOptions } from './runs.ts';
import { listTasks, runNow, setDayRule, toRun } from './tasks.ts';

export const taskRoutes = (platform: Platform, options: RunOptions): BoundRoute[] => [
  serve(routes.listScheduledTasks, async ({ query }, { actor }) => ({
    items: await platform.database.for(actor, (tx) => listTasks(tx, platform, options, query.accountId)),
  })),
  serve(routes.setTaskDayRule, ({ params, body }, { actor }) =>
    setDayRule(platform, options, actor, params, body.rule),
  ),
  serve(routes.runScheduledTaskNow, ({ params }, { actor }) => runNow(platform, options, actor, params)),
  serve(routes.listTaskRuns, async ({ query }, { actor }) => {
    const { cursor, ...filter } = query;
    const rows = await platform.database.for(actor, (tx) => selectRuns(tx, { ...filter, after: readCursor(cursor) }));
    return toPage(rows, query.limit, (row) => ({ at: row.planned_at, id: row.id }), toRun);
  }),
];
