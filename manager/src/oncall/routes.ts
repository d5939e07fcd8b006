import { type OnCallPage, routes, severityOfId } from '@sakimori/contract';
import { type BoundRoute, type Platform, serve } from '../platform/index.ts';
import { readPlan, setPlan } from './plan.ts';
import { type CallRow, type PageRow, selectCalls, selectPages } from './store.ts';

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

export const onCallRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.getOnCall, (_, { actor }) => platform.database.for(actor, (tx) => readPlan(tx, platform))),
  serve(routes.setOnCall, ({ body }, { actor }) => setPlan(platform, actor, body.plan, body.version)),
  serve(routes.listOnCallPages, ({ query }, { actor }) =>
    platform.database.for(actor, async (tx) => {
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
