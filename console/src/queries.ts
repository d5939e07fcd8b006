import {
  type DetectionModule,
  type Route,
  type RouteAnswer,
  type RouteCall,
  routes,
  type Severity,
} from '@sakimori/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from './api.ts';

/** What the pages ask for. The first word of a key is what `live.ts` makes stale. */
export const ask = <R extends Route>(key: readonly unknown[], route: R, given?: RouteCall<R>) =>
  queryOptions<RouteAnswer<R>>({ queryKey: key, queryFn: () => call(route, given) });

export type AlertFilter = {
  state?: 'open' | 'acknowledged' | 'closed' | 'unclosed' | undefined;
  severity?: Severity | undefined;
  module?: DetectionModule | undefined;
  accountId?: string | undefined;
  hostId?: string | undefined;
  definition?: string | undefined;
  attack?: string | undefined;
  snoozed?: 'yes' | 'no' | undefined;
};
export type DetectionFilter = {
  accountId?: string | undefined;
  hostId?: string | undefined;
  alertId?: string | undefined;
  module?: DetectionModule | undefined;
  from?: string | undefined;
  to?: string | undefined;
};
export type AuditFilter = { accountId?: string | undefined; target?: string | undefined };

type Cursor = string | undefined;
export const paging = {
  initialPageParam: undefined as Cursor,
  getNextPageParam: (page: { nextCursor?: string | undefined }): Cursor => page.nextCursor,
};

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => call(routes.getSession),
  staleTime: 60_000,
});
export const overviewQuery = (accountId?: string) =>
  ask(['overview', accountId], routes.getOverview, { query: { accountId } });
export const sourcesQuery = (accountId?: string) =>
  ask(['source', 'list', accountId], routes.listSources, { query: { accountId } });
export const remoteHostsQuery = (accountId?: string) =>
  ask(['source', 'hosts', accountId], routes.listRemoteHosts, { query: { accountId } });
export const remotesQuery = (accountId?: string) =>
  ask(['remote', 'list', accountId], routes.listRemotes, { query: { accountId } });
export const remoteComputersQuery = (accountId: string) =>
  ask(['remote', 'computers', accountId], routes.listRemoteComputers, { params: { accountId } });
export const remotePoliciesQuery = (accountId: string) =>
  ask(['remote', 'policies', accountId], routes.listRemotePolicies, { params: { accountId } });
export const remoteTasksQuery = (accountId: string) =>
  ask(['remote', 'tasks', accountId], routes.listRemoteTasks, { params: { accountId } });
export const capabilitiesQuery = (accountId: string) =>
  ask(['remote', 'capabilities', accountId], routes.listCapabilities, { params: { accountId } });
export const shadowQuery = (accountId: string) =>
  ask(['remote', 'shadow', accountId], routes.compareShadow, { params: { accountId }, query: {} });
export const heldSendersQuery = ask(['source', 'held'], routes.listHeldSenders);
export const heldRecordsQuery = (senderId: string) =>
  ask(['source', 'held', senderId], routes.listHeldRecords, { params: { senderId } });
export const accountsQuery = ask(['account'], routes.listAccounts);
export const contractsQuery = (accountId: string) =>
  ask(['contract', 'terms', accountId], routes.listContracts, { params: { accountId } });
export const serversQuery = (accountId: string) =>
  ask(['contract', 'servers', accountId], routes.listServers, { params: { accountId }, query: {} });
export const termsQuery = (accountId: string) =>
  ask(['contract', 'agreed', accountId], routes.getTerms, { params: { accountId } });
export const brandsQuery = ask(['brand', 'list'], routes.listBrands);
export const identityQuery = (accountId?: string) =>
  ask(['brand', 'identity', accountId], routes.getIdentity, { query: { accountId } });
export const hearingsQuery = (accountId?: string) =>
  ask(['account', 'hearing', 'list', accountId], routes.listHearings, { query: { accountId } });
export const hearingQuery = (hearingId: string) =>
  ask(['account', 'hearing', hearingId], routes.getHearing, { params: { hearingId } });
export const hearingVersionQuery = (hearingId: string, number: number) =>
  ask(['account', 'hearing', hearingId, number], routes.getHearingVersion, { params: { hearingId, number } });
export const hearingChangesQuery = (hearingId: string, from: number, to: number) =>
  ask(['account', 'hearing', hearingId, 'changes', from, to], routes.compareHearingVersions, {
    params: { hearingId },
    query: { from, to },
  });
export const hearingSettingsQuery = (hearingId: string, number: number) =>
  ask(['account', 'hearing', hearingId, 'settings', number], routes.compareHearing, { params: { hearingId, number } });
export const quotesQuery = (accountId?: string) =>
  ask(['quote', accountId], routes.listQuotes, { query: { accountId } });
export const maintenanceQuery = (filter: { accountId?: string | undefined; hostId?: string | undefined }) =>
  ask(['host', 'maintenance', filter], routes.listMaintenance, { query: filter });
export const contactRunsQuery = (filter: {
  accountId?: string | undefined;
  alertId?: string | undefined;
  hostId?: string | undefined;
}) => ask(['alert', 'flow', filter], routes.listContactRuns, { query: filter });
export const livenessCheckQuery = (hostId: string) =>
  ask(['host', 'liveness', hostId], routes.getLivenessCheck, { params: { hostId } });
export const livenessSettingsQuery = (accountId: string) =>
  ask(['host', 'liveness', 'settings', accountId], routes.getLivenessSettings, { params: { accountId } });
export const editionsQuery = ask(['edition'], routes.listEditions);
export const editionQuery = (editionId: string) =>
  ask(['edition', editionId], routes.getEdition, { params: { editionId } });
export const contactsQuery = (accountId: string) =>
  ask(['contact', accountId], routes.listContacts, { params: { accountId } });

export const hostsQuery = (accountId?: string) =>
  ask(['host', 'list', accountId], routes.listHosts, { query: { accountId } });
export const hostQuery = (hostId: string) => ask(['host', 'one', hostId], routes.getHost, { params: { hostId } });
export const sourceBlockingQuery = (accountId: string) =>
  ask(['account', 'source-blocking', accountId], routes.getSourceBlocking, { params: { accountId } });
export const blockProposalsQuery = (place: { hostId?: string | undefined; accountId?: string | undefined }) =>
  ask(['alert', 'proposals', place], routes.listBlockProposals, { query: { ...place, state: 'open' } });
export const pushesQuery = (accountId: string) =>
  ask(['installation', 'pushes', accountId], routes.listPushes, { query: { accountId } });
export const pushLogQuery = (pushId: string, targetId: string) =>
  ask(['installation', 'log', pushId, targetId], routes.getPushLog, { params: { pushId, targetId } });
export const upgradePlansQuery = (accountId: string) =>
  ask(['installation', 'upgrades', accountId], routes.listUpgradePlans, { query: { accountId } });
export const unannouncedQuery = (accountId: string) =>
  ask(['installation', 'unannounced', accountId], routes.listVersionChanges, {
    query: { accountId, unannounced: 'true' },
  });
export const rebootNoticesQuery = (place: { accountId?: string; hostId?: string }) =>
  ask(['installation', 'reboot', place], routes.listRebootNotices, { query: place });
export const hostPreflightQuery = (hostId: string) =>
  ask(['host', 'preflight', hostId], routes.getHostPreflight, { params: { hostId } });
export const hostTasksQuery = (hostId: string) =>
  ask(['host', 'tasks', hostId], routes.listHostTasks, { params: { hostId } });
export const hostInventoryQuery = (hostId: string) =>
  ask(['host', 'inventory', hostId], routes.getHostInventory, { params: { hostId } });
export const tokensQuery = (accountId: string) =>
  ask(['token', accountId], routes.listEnrolmentTokens, { params: { accountId } });

export const alertsQuery = (filter: AlertFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['alert', 'list', filter, limit],
    queryFn: ({ pageParam }) => call(routes.listAlerts, { query: { ...filter, limit, cursor: pageParam } }),
    ...paging,
  });
export const alertQuery = (alertId: string) => ask(['alert', 'one', alertId], routes.getAlert, { params: { alertId } });
export const alertDefinitionsQuery = (accountId?: string) =>
  ask(['alert', 'definitions', accountId], routes.listAlertDefinitions, { query: { accountId } });
export const digestsQuery = (accountId: string) =>
  ask(['contact', 'digests', accountId], routes.listContactDigests, { params: { accountId } });
export const detectionsQuery = (filter: DetectionFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['detection', 'list', filter, limit],
    queryFn: ({ pageParam }) => call(routes.listDetections, { query: { ...filter, limit, cursor: pageParam } }),
    ...paging,
  });

export const policiesQuery = (accountId?: string) =>
  ask(['policy', 'list', accountId], routes.listPolicies, { query: { accountId } });
export const policyQuery = (policyId: string) =>
  ask(['policy', 'one', policyId], routes.getPolicy, { params: { policyId } });
export const policyVersionsQuery = (policyId: string) =>
  ask(['policy', 'versions', policyId], routes.listPolicyVersions, { params: { policyId } });

export const caughtMailsQuery = infiniteQueryOptions({
  queryKey: ['mail', 'caught'],
  queryFn: ({ pageParam }) => call(routes.listCaughtMails, { query: { limit: 50, cursor: pageParam } }),
  ...paging,
});
export const mailSettingsQuery = ask(['mail', 'settings'], routes.getMailSettings);
export const noticesQuery = (accountId?: string) =>
  infiniteQueryOptions({
    queryKey: ['notice', accountId],
    queryFn: ({ pageParam }) => call(routes.listNotices, { query: { accountId, limit: 50, cursor: pageParam } }),
    ...paging,
  });

export const reportsQuery = (accountId?: string) =>
  ask(['report', 'list', accountId], routes.listReports, { query: { accountId } });
export const reportQuery = (reportId: string) =>
  ask(['report', 'one', reportId], routes.getReport, { params: { reportId } });

export const reportDocumentsQuery = (reportId: string) =>
  ask(['report', 'documents', reportId], routes.getReportDocuments, { params: { reportId } });

export const peopleQuery = ask(['person'], routes.listPeople);
export const keysQuery = ask(['key'], routes.listKeys);
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => call(routes.listAudit, { query: { ...filter, limit: 50, cursor: pageParam } }),
    ...paging,
  });
