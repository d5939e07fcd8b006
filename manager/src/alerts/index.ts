/**
 * Alerts: warnings raised by detections as their definitions say (`rules/alerts`), grouped per account and host, worked by people step by step, and
 * ended by themselves where what they tell of is over.
 */
import type { Platform, Room } from '../platform/index.ts';
import { definitionsOf } from './definitions.ts';
import { resolveDue } from './resolving.ts';
import { alertRoutes } from './routes.ts';
import { wakeDue } from './snooze.ts';

export {
  alertsOf,
  noteUndelivered,
  type OpenAlerts,
  type Triage,
  triageIn,
  unclosedAlerts,
} from './alerts.ts';
export { AlertDefinitions, definitionsOf, guidanceOf } from './definitions.ts';
export { alertKeyOf, groupingKey } from './grouping.ts';
export { allOverrides } from './overrides.ts';
export { alertsOpened, raiseAlerts } from './raising.ts';
export { resolveAlert } from './resolving.ts';

export const alertsRoom = (platform: Platform): Room => ({
  name: 'alerts',
  routes: alertRoutes(platform),
  ticks: [resolveDue(platform), wakeDue(platform)],
  start: async () => {
    definitionsOf(platform);
    return undefined;
  },
});
