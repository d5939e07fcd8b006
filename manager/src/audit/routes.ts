import { routes } from '@sakimori/contract';
import { type BoundRoute, type Platform, readCursor, serve, toPage } from '../platform/index.ts';
import { providerTenant } from './audit.ts';
import { selectEntries } from './store.ts';

export const auditRoutes = (platform: Platform): BoundRoute[] => [
  serve(routes.listAudit, async ({ query }, { actor }) => {
    const filter = {
      accountId: query.accountId,
      target: query.target,
      after: readCursor(query.cursor),
      limit: query.limit,
    };
    const rows = await platform.database.for(actor, (tx) => selectEntries(tx, filter));
    return toPage(
      rows,
      query.limit,
      (row) => ({ at: row.at, id: row.id }),
      (row) => ({
        id: row.id,
        at: row.at.toISOString(),
        ...(row.tenant_id === providerTenant ? {} : { accountId: row.tenant_id }),
        actorKind: row.actor_kind,
        actorId: row.actor_id,
        actorName: row.actor_name,
        action: row.action,
        target: row.target,
        facts: row.facts,
      }),
    );
  }),
];
