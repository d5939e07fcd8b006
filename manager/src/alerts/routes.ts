import { routes, severityId } from '@sakimori/contract';
import { type BoundRoute, type Platform, readCursor, serve, toPage } from '../platform/index.ts';
import { getAlert, toAlert, triage } from './alerts.ts';
import { selectAlerts } from './store.ts';

export const alertRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listAlerts, async ({ query }, { actor }) => {
    const filter = {
      ...query,
      severity: query.severity ? severityId(query.severity) : undefined,
      after: readCursor(query.cursor),
    };
    const rows = await platform.database.for(actor, (tx) => selectAlerts(tx, filter));
    return toPage(rows, query.limit, (row) => ({ at: row.opened_at, id: row.id }), toAlert);
  }),
  serve(routes.getAlert, ({ params }, { actor }) => platform.database.for(actor, (tx) => getAlert(tx, params.alertId))),
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
