/**
 * Reports: what was detected in a week or a month, for the customer. A report is a stored value first, summed from the hourly roll-ups; the weekly
 * mail and the monthly PDF are renderings of it. From the end of its period on it has to leave by a day: as a draft it is commented, signed by one or two
 * people, sent as the bytes that were signed, and kept.
 */
import { handleJob, type Platform, type Room } from '../platform/index.ts';
import { warnOfReports } from './deadline.ts';
import { composeDraft, draftsTick, makeDraft } from './drafts.ts';
import { reportRoutes } from './routes.ts';
import { sendIssue, sendSigned } from './sending.ts';
import { snapshotJob, snapshotsTick, takeSnapshot } from './snapshots.ts';
import { type ReportSources, wireSources } from './wiring.ts';

export { turnIntoLink } from './delivery.ts';
export { type IssuedReport, issueReport, type ReportSending } from './issue.ts';
export { composeReport, type ReportRequest } from './reports.ts';
export type { Configuration } from './settings.ts';
export { printMaterial, storedMonths } from './stored.ts';

export function reportsRoom(platform: Platform, sources: ReportSources = {}): Room {
  wireSources(platform, sources);
  return {
    name: 'reports',
    routes: reportRoutes(platform),
    jobs: [
      handleJob(composeDraft, (payload) => makeDraft(platform, payload), { isSlow: true }),
      handleJob(snapshotJob, (payload) => takeSnapshot(platform, payload), { isSlow: true }),
      handleJob(sendIssue, async (payload) => void (await sendSigned(platform, payload))),
    ],
    ticks: [snapshotsTick(platform), draftsTick(platform), warnOfReports(platform)],
  };
}
