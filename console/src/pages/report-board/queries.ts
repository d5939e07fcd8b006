import { type ReportIssueDetail, type Route, type RouteCall, routes } from '@sakimori/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

/** A partner SOC hears no live events, and what became of a letter is another matter's event: so it is asked again. */
const everyMs = 10_000;

export const boardQuery = (filter: { accountId?: string | undefined; show: 'unsent' | 'sent' }) =>
  queryOptions({
    queryKey: ['report', 'board', filter],
    queryFn: () => call(routes.listReportIssues, { query: filter }),
    refetchInterval: everyMs,
  });
export const issueQuery = (issueId: string) =>
  queryOptions<ReportIssueDetail>({
    queryKey: ['report', 'issue', issueId],
    queryFn: () => call(routes.getReportIssue, { params: { issueId } }),
    refetchInterval: everyMs,
  });
/** By the report too: a draft that was composed again is another one. */
export const draftQuery = (issueId: string, reportId: string) =>
  ask(['report', 'draft', issueId, reportId], routes.getReportDraft, { params: { issueId }, query: {} });
export const settingsQuery = (accountId: string) =>
  ask(['report', 'settings', accountId], routes.getReportSettings, { params: { accountId } });

/** Does something to a report that has to leave, and shows it as it stands then. */
export async function act<R extends Route>(route: R, given: RouteCall<R>): Promise<void> {
  const detail = (await call(route, given)) as ReportIssueDetail;
  queryClient.setQueryData(issueQuery(detail.id).queryKey, detail);
  await queryClient.invalidateQueries({ queryKey: ['report', 'board'] });
}
