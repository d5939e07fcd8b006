/**
 * Sources: events of Trend Micro's own products, by syslog, Amazon SNS or a folder. A source binds a sender to an account; what it sends becomes
 * detections of that account by the same walk as an agent's. What no source may bring goes to quarantine (decision 0041).
 */
import type { Desk } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import { Intake } from './intake.ts';
import { watchSources } from './jobs.ts';
import { Receivers } from './receivers.ts';
import { sourceRoutes } from './routes.ts';

export { Intake } from './intake.ts';
export { raiseSilentSources } from './jobs.ts';
export { type IssueServer, Receivers } from './receivers.ts';

export type SourcesRoom = Room & { readonly intake: Intake; readonly receivers: Receivers };

export function sourcesRoom(desk: Desk): SourcesRoom {
  const intake = new Intake(desk);
  const receivers = new Receivers(desk.platform, intake);
  return {
    ...{ name: 'sources', intake, receivers },
    routes: sourceRoutes({ platform: desk.platform, intake }, receivers),
    ticks: [watchSources(desk)],
  };
}
