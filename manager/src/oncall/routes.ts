import { type OnCallPage, routes, severityOfId } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import type { OnCallDesk } from './pages.ts';
import { readPlan, setPlan } from './plan.ts';
import { type CallRow, type PageRow, selectCalls, selectPages } from './store.ts';
import { tryNow } from './trials.ts';

const toPageShown = (row: PageRow, calls: readonly CallRow[]): OnCallPage => ({
  ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, target: row.target },
  ...{ number: row.facts.number, severity: severityOfId(row.severity), state: row.state, level: row.level },
  ...(row.next_at ? { nextAt: row.next_at.toISOString() } : {}),
  openedAt: row.opened_at.toISOString(),
  ...(row.taken_at ? { takenAt: row.taken_at.toISOString() } : {}),
  ...(row.taken_by ? { takenBy: row.taken_by } : {}),
  calls: calls.slice(0, 200).map(({ level, channel, state, problem, at }) => ({
    ...{ level, channel, state, at: at.toISOString() },
    ...(problem ? { problem } : {}),
  })),
});

export const onCallRoutes = (desk: OnCallDesk): BoundRoute[] => [
  serve(routes.getOnCall, (_, { actor }) => desk.platform.database.for(actor, (tx) => readPlan(tx, desk.platform))),
  serve(routes.setOnCall, ({ body }, { actor }) => setPlan(desk.platform, actor, body.plan, body.version)),
  serve(routes.tryOnCallChannel, ({ params }, { actor }) => tryNow(desk, actor, params.channel)),
  serve(routes.listOnCallPages, ({ query }, { actor }) =>
    desk.platform.database.for(actor, async (tx) => {
      const rows = await selectPages(tx, query);
      const calls = Map.groupBy(
        await selectCalls(
          tx,
          rows.map(({ id }) => id),
        ),
        ({ page_id }) => page_id,
      );
      return { items: rows.map((row) => toPageShown(row, calls.get(row.id) ?? [])) };
    }),
  ),
];
