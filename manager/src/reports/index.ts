/**
 * Reports: what was detected in a week or a month, for the customer. A report is a stored value first, summed from the hourly roll-ups; the weekly
 * mail and the monthly PDF are renderings of it.
 */
import type { Platform, Room } from '../platform/index.ts';
import { reportRoutes } from './routes.ts';
import { type TermsSource, wireTerms } from './wiring.ts';

export { type IssuedReport, issueReport, type ReportSending } from './issue.ts';
export { composeReport, type ReportRequest } from './reports.ts';

export function reportsRoom(platform: Platform, options: { readonly termsOf?: TermsSource } = {}): Room {
  if (options.termsOf) wireTerms(platform, options.termsOf);
  return { name: 'reports', routes: reportRoutes(platform) };
}
