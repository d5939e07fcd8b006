import { type RouteAnswer, reportKinds, type routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter, useAccountName } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconFileReport } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { reportsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { ComposeButton } from './compose-dialog.tsx';
import { usePeriodName } from './period-name.ts';

type ReportSummary = RouteAnswer<typeof routes.listReports>['items'][number];
const route = getRouteApi('/frame/reports');

export function ReportsPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useSession();
  const query = useQuery(reportsQuery(account));
  return (
    <Page
      title={say('console.nav.reports')}
      subtitle={say('console.reports.subtitle')}
      actions={
        <>
          <AccountFilter value={account} onChange={(next) => void navigate({ search: { account: next } })} />
          {may('report.compose') && <ComposeButton account={account} />}
        </>
      }
    >
      <Card flush>
        <Loaded query={query}>
          {({ items }) =>
            items.length > 0 ? (
              <ReportTable reports={items} />
            ) : (
              <EmptyState icon={IconFileReport} title={say('console.reports.none')}>
                {say(may('report.compose') ? 'console.reports.noneText' : 'console.reports.noneCustomer')}
              </EmptyState>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}

function ReportTable({ reports }: { reports: readonly ReportSummary[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider } = useSession();
  const accountName = useAccountName();
  const nameOf = usePeriodName();
  const columns: Column<ReportSummary>[] = [
    {
      key: 'period',
      head: say('console.reports.period'),
      cell: (report) => (
        <Link to="/reports/$reportId" params={{ reportId: report.id }} className="row-link">
          {nameOf(report.period)}
        </Link>
      ),
    },
    {
      key: 'kind',
      head: say('console.reports.kind'),
      width: 90,
      cell: (report) => say(`console.reports.kind.${reportKinds.find((kind) => kind === report.kind) ?? 'weekly'}`),
    },
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      cell: (report) => accountName(report.accountId),
    },
    {
      key: 'total',
      head: say('console.reports.total'),
      align: 'right',
      width: 110,
      cell: (report) => <span className="figures">{formatNumber(language, report.total)}</span>,
    },
    {
      key: 'sent',
      head: say('console.reports.sentTo'),
      cell: (report) =>
        report.sentTo.length > 0 ? (
          report.sentTo.join(', ')
        ) : (
          <span className="dim">{say('console.reports.notSent')}</span>
        ),
    },
    {
      key: 'at',
      head: say('console.reports.composedAt'),
      width: 170,
      cell: (report) => <Time at={report.composedAt} />,
    },
  ];
  return (
    <DataTable
      label={say('console.nav.reports')}
      columns={columns}
      rows={reports}
      rowKey={(report) => report.id}
      showFresh
    />
  );
}
