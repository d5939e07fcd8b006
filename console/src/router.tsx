import { alertStates, DetectionModule, RuleModule, Severity, ticketStates, workQueues } from '@sakimori/contract';
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { changeRoutes } from './change-routes.tsx';
import { frame, frameRoute } from './frame-route.tsx';
import { openPages, rootRoute } from './open-pages.tsx';
import { sessionQuery } from './queries.ts';
import { accountSearch, oneOf, optional, type Search, text, wholeNumber } from './search-parameters.ts';
import { queryClient } from './session.tsx';

const pages = [
  createRoute({
    ...frame,
    path: '/',
    validateSearch: accountSearch,
    // A partner SOC has no overview: its work begins at the queue.
    beforeLoad: async () => {
      const { permissions } = await queryClient.ensureQueryData(sessionQuery);
      if (!permissions.includes('alert.read') && permissions.includes('case.read')) throw redirect({ to: '/cases' });
    },
    component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    ...frame,
    path: '/onboardings',
    component: lazyRouteComponent(() => import('./pages/onboarding/board-page.tsx'), 'BoardPage'),
  }),
  createRoute({
    ...frame,
    path: '/onboardings/$onboardingId',
    component: lazyRouteComponent(() => import('./pages/onboarding/onboarding-page.tsx'), 'OnboardingPage'),
  }),
  createRoute({
    ...frame,
    path: '/hosts',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/hosts/hosts-page.tsx'), 'HostsPage'),
  }),
  createRoute({
    ...frame,
    path: '/malware',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/malware/malware-page.tsx'), 'MalwarePage'),
  }),
  createRoute({
    ...frame,
    path: '/installation',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/installation/installation-page.tsx'), 'InstallationPage'),
  }),
  ...changeRoutes,
  createRoute({
    ...frame,
    path: '/upgrades',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/upgrades/upgrades-page.tsx'), 'UpgradesPage'),
  }),
  createRoute({
    ...frame,
    path: '/hosts/$hostId',
    component: lazyRouteComponent(() => import('./pages/hosts/host-page.tsx'), 'HostPage'),
  }),
  createRoute({
    ...frame,
    path: '/alerts',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        host: text(search, 'host'),
        state: oneOf(search, 'state', [...alertStates, 'unclosed', 'snoozed', 'all'] as const),
        severity: oneOf(search, 'severity', Severity.options),
        module: oneOf(search, 'module', DetectionModule.options),
        definition: text(search, 'definition'),
        attack: text(search, 'attack'),
      }),
    component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
  }),
  createRoute({
    ...frame,
    path: '/alert-definitions',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/alerts/definitions-page.tsx'), 'DefinitionsPage'),
  }),
  createRoute({
    ...frame,
    path: '/flows',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/flows/flows-page.tsx'), 'FlowsPage'),
  }),
  createRoute({
    ...frame,
    path: '/containment',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/containment/containment-page.tsx'), 'ContainmentPage'),
  }),
  createRoute({
    ...frame,
    path: '/sources',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/sources/sources-page.tsx'), 'SourcesPage'),
  }),
  createRoute({
    ...frame,
    path: '/remote',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/remote/remote-page.tsx'), 'RemotePage'),
  }),
  createRoute({
    ...frame,
    path: '/scheduled-tasks',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/tasks/tasks-page.tsx'), 'TasksPage'),
  }),
  createRoute({
    ...frame,
    path: '/maintenance',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/maintenance/maintenance-page.tsx'), 'MaintenancePage'),
  }),
  createRoute({
    ...frame,
    path: '/cases',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        state: oneOf(search, 'state', ['unclosed', 'unacknowledged', 'working', 'waiting', 'closed'] as const),
        mine: oneOf(search, 'mine', ['yes'] as const),
      }),
    component: lazyRouteComponent(() => import('./pages/cases/cases-page.tsx'), 'CasesPage'),
  }),
  createRoute({
    ...frame,
    path: '/cases/$caseId',
    component: lazyRouteComponent(() => import('./pages/cases/case-page.tsx'), 'CasePage'),
  }),
  createRoute({
    ...frame,
    path: '/handovers',
    component: lazyRouteComponent(() => import('./pages/handovers/handovers-page.tsx'), 'HandoversPage'),
  }),
  createRoute({
    ...frame,
    path: '/handovers/$handoverId',
    component: lazyRouteComponent(() => import('./pages/handovers/handover-page.tsx'), 'HandoverPage'),
  }),
  createRoute({
    ...frame,
    path: '/oncall',
    component: lazyRouteComponent(() => import('./pages/oncall/oncall-page.tsx'), 'OnCallPage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/socs',
    component: lazyRouteComponent(() => import('./pages/socs/socs-page.tsx'), 'SocsPage'),
  }),
  createRoute({
    ...frame,
    path: '/reviews',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/reviews/reviews-page.tsx'), 'ReviewsPage'),
  }),
  createRoute({
    ...frame,
    path: '/reviews/$reviewId',
    validateSearch: (search: Search) =>
      optional({ show: oneOf(search, 'show', ['due', 'reviewed', 'excluded', 'all'] as const) }),
    component: lazyRouteComponent(() => import('./pages/reviews/review-page.tsx'), 'ReviewPage'),
  }),
  createRoute({
    ...frame,
    path: '/tickets',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        state: oneOf(search, 'state', [...ticketStates, 'unclosed', 'all'] as const),
        mine: search['mine'] === true ? true : undefined,
      }),
    component: lazyRouteComponent(() => import('./pages/tickets/tickets-page.tsx'), 'TicketsPage'),
  }),
  createRoute({
    ...frame,
    path: '/tickets/$ticketId',
    component: lazyRouteComponent(() => import('./pages/tickets/ticket-page.tsx'), 'TicketPage'),
  }),
  createRoute({
    ...frame,
    path: '/alerts/$alertId',
    component: lazyRouteComponent(() => import('./pages/alerts/alert-page.tsx'), 'AlertPage'),
  }),
  createRoute({
    ...frame,
    path: '/detections',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        host: text(search, 'host'),
        module: oneOf(search, 'module', DetectionModule.options),
        days: oneOf(search, 'days', ['1', '7', '30'] as const),
      }),
    component: lazyRouteComponent(() => import('./pages/detections/detections-page.tsx'), 'DetectionsPage'),
  }),
  createRoute({
    ...frame,
    path: '/web-reputation',
    validateSearch: (search: Search) => optional({ account: text(search, 'account') }),
    component: lazyRouteComponent(() => import('./pages/web-reputation/web-reputation-page.tsx'), 'WebReputationPage'),
  }),
  createRoute({
    ...frame,
    path: '/mail',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        view: oneOf(search, 'view', ['caught', 'outbox'] as const),
        mail: text(search, 'mail'),
      }),
    component: lazyRouteComponent(() => import('./pages/mail/mail-page.tsx'), 'MailPage'),
  }),
  createRoute({
    ...frame,
    path: '/reports',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/reports/reports-page.tsx'), 'ReportsPage'),
  }),
  createRoute({
    ...frame,
    path: '/meetings',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/meetings/meetings-page.tsx'), 'MeetingsPage'),
  }),
  createRoute({
    ...frame,
    path: '/meetings/$meetingId',
    component: lazyRouteComponent(() => import('./pages/meetings/meeting-page.tsx'), 'MeetingPage'),
  }),
  createRoute({
    ...frame,
    path: '/calendar',
    validateSearch: (search: Search) =>
      optional({ account: text(search, 'account'), year: wholeNumber(search, 'year') }),
    component: lazyRouteComponent(() => import('./pages/calendar/calendar-page.tsx'), 'CalendarPage'),
  }),
  createRoute({
    ...frame,
    path: '/report-board',
    validateSearch: (search: Search) =>
      optional({ account: text(search, 'account'), show: oneOf(search, 'show', ['unsent', 'sent'] as const) }),
    component: lazyRouteComponent(() => import('./pages/report-board/board-page.tsx'), 'ReportBoardPage'),
  }),
  createRoute({
    ...frame,
    path: '/report-board/$issueId',
    component: lazyRouteComponent(() => import('./pages/report-board/issue-page.tsx'), 'ReportIssuePage'),
  }),
  createRoute({
    ...frame,
    path: '/reports/$reportId',
    component: lazyRouteComponent(() => import('./pages/reports/report-page.tsx'), 'ReportPage'),
  }),
  createRoute({
    ...frame,
    path: '/policies',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/policies/policies-page.tsx'), 'PoliciesPage'),
  }),
  createRoute({
    ...frame,
    path: '/policies/$policyId',
    component: lazyRouteComponent(() => import('./pages/policies/policy-page.tsx'), 'PolicyPage'),
  }),
  createRoute({
    ...frame,
    path: '/rules',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        module: oneOf(search, 'module', RuleModule.options),
        text: text(search, 'text'),
        severity: oneOf(search, 'severity', Severity.options),
        type: wholeNumber(search, 'type'),
        rule: wholeNumber(search, 'rule'),
      }),
    component: lazyRouteComponent(() => import('./pages/rules/rules-page.tsx'), 'RulesPage'),
  }),
  createRoute({
    ...frame,
    path: '/workbench',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/workbench/workbench-page.tsx'), 'WorkbenchPage'),
  }),
  createRoute({
    ...frame,
    path: '/workbench/$draftId',
    component: lazyRouteComponent(() => import('./pages/workbench/draft-page.tsx'), 'DraftPage'),
  }),
  createRoute({
    ...frame,
    path: '/hearing',
    validateSearch: (search: Search) => optional({ sheet: text(search, 'sheet') }),
    component: lazyRouteComponent(() => import('./pages/hearing/hearing-page.tsx'), 'HearingPage'),
  }),
  createRoute({
    ...frame,
    path: '/quotes',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/quotes/quotes-page.tsx'), 'QuotesPage'),
  }),
  createRoute({
    ...frame,
    path: '/licenses',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/licenses/licenses-page.tsx'), 'LicensesPage'),
  }),
  createRoute({
    ...frame,
    path: '/work',
    validateSearch: (search: Search) =>
      optional({
        account: text(search, 'account'),
        queue: oneOf(search, 'queue', workQueues),
        show: oneOf(search, 'show', ['today', 'unended', 'ended'] as const),
        mine: search['mine'] === true ? true : undefined,
      }),
    component: lazyRouteComponent(() => import('./pages/work/work-page.tsx'), 'WorkPage'),
  }),
  createRoute({
    ...frame,
    path: '/plans',
    validateSearch: (search: Search) => optional({ edition: text(search, 'edition') }),
    component: lazyRouteComponent(() => import('./pages/plans/plans-page.tsx'), 'PlansPage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/accounts',
    validateSearch: accountSearch,
    component: lazyRouteComponent(() => import('./pages/accounts/accounts-page.tsx'), 'AccountsPage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/mail',
    component: lazyRouteComponent(() => import('./pages/mail/mail-settings-page.tsx'), 'MailSettingsPage'),
  }),
  createRoute({
    ...frame,
    path: '/provider',
    component: lazyRouteComponent(() => import('./pages/provider/provider-page.tsx'), 'ProviderPage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/people',
    component: lazyRouteComponent(() => import('./pages/people/people-page.tsx'), 'PeoplePage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/keys',
    component: lazyRouteComponent(() => import('./pages/keys/keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/workload-security',
    validateSearch: accountSearch,
    component: lazyRouteComponent(
      () => import('./pages/workload-security/workload-security-page.tsx'),
      'WorkloadSecurityPage',
    ),
  }),
  createRoute({
    ...frame,
    path: '/settings/audit',
    validateSearch: (search: Search) => optional({ account: text(search, 'account'), target: text(search, 'target') }),
    component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    ...frame,
    path: '/settings/profile',
    component: lazyRouteComponent(() => import('./pages/profile/profile-page.tsx'), 'ProfilePage'),
  }),
] as const;

export const router = createRouter({
  routeTree: rootRoute.addChildren([...openPages, frameRoute.addChildren(pages)]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
