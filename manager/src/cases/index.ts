/**
 * Cases (インシデント, S72): what the provider and its partner SOC work together for accounts whose plan has alerts handled round the clock. Opened by the
 * edition's data when an alert opens; timeline, owner, merge and split; what is written for the customer is kept apart from what is internal.
 */
import { alertsOpened } from '../alerts/index.ts';
import { handleJob, type Room } from '../platform/index.ts';
import { deliveryJob, queueDeliveries } from './delivery.ts';
import type { CaseDesk } from './desk.ts';
import { handoverRoutes } from './handover-routes.ts';
import { draftBeforeTurns } from './handovers.ts';
import { openForAlerts } from './opening.ts';
import { caseRoutes } from './routes.ts';
import { socRoutes } from './soc-routes.ts';

export { caseOfAlert, getCase } from './cases.ts';
export type { CaseDesk } from './desk.ts';
export { type RecordedEntry, recordInCase } from './entries.ts';
export { incidentsOfPeriod } from './incidents.ts';
export { tellExhausted, tellKey, tellLevel } from './levels.ts';
export { type Opening, openCase } from './opening.ts';
export { coveredAccounts, coveringSoc, reporterOf } from './soc-store.ts';

export const casesRoom = (desk: CaseDesk): Room => ({
  name: 'cases',
  routes: [...caseRoutes(desk), ...socRoutes(desk.platform), ...handoverRoutes(desk)],
  jobs: [
    handleJob(alertsOpened, async ({ accountId }) => {
      while (await desk.platform.database.as(accountId, (tx) => openForAlerts(tx, desk, accountId)));
    }),
    deliveryJob(desk),
  ],
  ticks: [queueDeliveries(desk), draftBeforeTurns(desk)],
});
