/** Alerts: warnings raised by detections, grouped per account, host, rule and subject, and worked by people step by step. */
import type { Platform, Room } from '../platform/index.ts';
import { alertRoutes } from './routes.ts';

export {
  alertSeverityMin,
  alertsOf,
  alertsOpened,
  groupingKey,
  noteUndelivered,
  type OpenAlerts,
  raiseAlerts,
  resolveAlert,
  type Triage,
  triageIn,
  unclosedAlerts,
} from './alerts.ts';

export const alertsRoom = (platform: Platform): Room => ({ name: 'alerts', routes: alertRoutes(platform) });
