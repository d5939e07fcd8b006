/**
 * Reports: what was detected in a week or a month, for the customer. A report is a stored value first, summed from the hourly roll-ups; the weekly
 * mail and the monthly PDF are renderings of it.
 */
import { handleJob, type Platform, type Room } from '../platform/index.ts';
import { composeDraft, draftsTick, makeDraft } from './drafts.ts';
import { reportRoutes } from './routes.ts';
import { type ReportSources, wireSources } from './wiring.ts';

export { type IssuedReport, issueReport, type ReportSending } from './issue.ts';
export { composeReport, type ReportRequest } from './reports.ts';

export function reportsRoom(platform: Platform, sources: ReportSources = {}): Room {
  wireSources(platform, sources);
  return {
    name: 'reports',
    routes: reportRoutes(platform),
    jobs: [handleJob(composeDraft, (payload) => makeDraft(platform, payload), { isSlow: true })],
    ticks: [draftsTick(platform)],
  };
}
