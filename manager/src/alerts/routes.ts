import { routes, severityId } from '@sakimori/contract';
import { type BoundRoute, type Platform, readCursor, serve, toPage } from '../platform/index.ts';
import { getAlert, toAlert, triage } from './alerts.ts';
import { listDefinitions, resetOverride, setOverride } from './overrides.ts';
import { snoozeAlert, wakeAlert } from './snooze.ts';
import { selectAlerts } from './store.ts';

export const alertRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listAlerts, async ({ query }, { actor }) => {
    const filter = {
      ...query,
      definitionId: query.definition,
      snoozed: query.snoozed === undefined ? undefined : query.snoozed === 'yes',
      severity: query.severity ? severityId(query.severity) : undefined,
      after: readCursor(query.cursor),
    };
    const rows = await platform.database.for(actor, (tx) => selectAlerts(tx, filter));
    return toPage(rows, query.limit, (row) => ({ at: row.opened_at, id: row.id }), toAlert);
  }),
  serve(routes.getAlert, ({ params }, { actor }) =>
    platform.database.for(actor, (tx) => getAlert(tx, platform, params.alertId)),
  ),
  serve(routes.snoozeAlert, ({ params, body }, { actor }) => snoozeAlert(platform, actor, params.alertId, body)),
  serve(routes.wakeAlert, ({ params }, { actor }) => wakeAlert(platform, actor, params.alertId)),
  serve(routes.listAlertDefinitions, async ({ query }, { actor }) => ({
    items: await listDefinitions(platform, actor, query.accountId),
  })),
  serve(routes.setAlertOverride, ({ params, body }, { actor }) =>
    setOverride(platform, actor, params.accountId, params.definitionId, body),
  ),
  serve(routes.resetAlertOverride, ({ params }, { actor }) =>
    resetOverride(platform, actor, params.accountId, params.definitionId),
  ),
  serve(routes.acknowledgeAlert, ({ params, body }, { actor }) =>
    triage(platform, actor, params.alertId, {
      kind: 'acknowledged',
      from: ['open'],
      to: 'acknowledged',
      note: body.note,
    }),
  ),
  serve(routes.noteAlert, ({ params, body }, { actor }) =>
    triage(platform, actor, params.alertId, {
      kind: 'noted',
      from: ['open', 'acknowledged', 'closed'],
      note: body.note,
    }),
  ),
  serve(routes.closeAlert, ({ params, body }, { actor }) =>
    triage(platform, actor, params.alertId, {
      kind: 'closed',
      from: ['open', 'acknowledged'],
      to: 'closed',
      closing: body.closing,
      note: body.note,
    }),
  ),
  serve(routes.reopenAlert, ({ params, body }, { actor }) =>
    triage(platform, actor, params.alertId, { kind: 'reopened', from: ['closed'], to: 'open', note: body.note }),
  ),
];
