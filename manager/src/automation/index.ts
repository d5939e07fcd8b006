/**
 * Automation: tasks that run at a time or at an event, and the machines of clouds. `recurrence` when a task runs next · `scheduled` what is run
 * when it is due · `events` conditions on computers and what follows · `clouds` connectors, and their synchronizations.
 */
import { handleJob, type Platform, type Room } from '../platform/index.ts';
import { syncTick } from './clouds/keep.ts';
import { runSync, syncConnector } from './clouds/syncs.ts';
import { composeAndMail, mailReport } from './scheduled/report.ts';
import { taskRoutes } from './scheduled/routes.ts';
import { type RunOptions, runScheduledTask, runsTick, runTask, unreachedTick } from './scheduled/runs.ts';

export { type Connector, type ConnectorKind, externalIdOf, sealSecret } from './clouds/connector.ts';
export { awsFields, gcpFields, vCenterFields } from './clouds/listing.ts';
export { removeConnector } from './clouds/removal.ts';
export { type SyncRow, selectSync } from './clouds/store.ts';
export { submitSync } from './clouds/syncs.ts';
export { activateHost } from './events/activation.ts';
export { followInventory } from './events/inventory.ts';
export { patternFault } from './events/pattern.ts';
export { nextRunOf } from './recurrence.ts';
export { type ComputerFilter, targetOf } from './scheduled/computer-filter.ts';
export { withNextRun } from './scheduled/due.ts';
export { allParameters, parametersOf } from './scheduled/parameters.ts';
export type { Recipients } from './scheduled/recipients.ts';
export { type ReportParameters, reportKinds } from './scheduled/report.ts';
export { type MissedRun, queueRun } from './scheduled/runs.ts';
export { connectorOfGroup, synchronizable } from './scheduled/synchronize.ts';

export type AutomationOptions = RunOptions;

export const automationRoom = (platform: Platform, options: AutomationOptions): Room => ({
  name: 'automation',
  routes: taskRoutes(platform, options),
  jobs: [
    handleJob(runScheduledTask, (payload) => runTask(platform, options, payload)),
    handleJob(mailReport, (payload) => composeAndMail(platform, payload), { isSlow: true }),
    handleJob(syncConnector, (connector, stopping) => runSync(platform, connector, stopping), { isSlow: true }),
  ],
  ticks: [runsTick(platform), unreachedTick(platform, options), syncTick(platform)],
});
