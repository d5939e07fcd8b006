import { SimpleGrid, Stack, Text } from '@mantine/core';
import { headlineIn, matterOfAlert, type Report, ruleNameIn, severityId } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { LazyBarChart } from '../../parts/lazy-bar-chart.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { reportQuery } from '../../queries.ts';
import { ContainedHosts } from './contained-hosts.tsx';
import { FormerPeriods } from './former-periods.tsx';
import { Incidents } from './incidents.tsx';
import { Inquiries } from './inquiries.tsx';
import { MonthSettings } from './month-settings.tsx';
import { usePeriodName } from './period-name.ts';
import { ReportDocuments } from './report-documents.tsx';
import { UnannouncedChanges } from './unannounced-changes.tsx';

const route = getRouteApi('/frame/reports/$reportId');

/** A stored report: the same figures as in its mail and PDF. */
export function ReportPage() {
  const { reportId } = route.useParams();
  const query = useQuery(reportQuery(reportId));
  return <Loaded query={query}>{(report) => <ReportView reportId={reportId} report={report} />}</Loaded>;
}

function ReportView({ reportId, report }: { reportId: string; report: Report }) {
  const say = usePhrase();
  const nameOf = usePeriodName();
  return (
    <Page
      title={`${say(`console.reports.kind.${report.kind}`)} ${nameOf(report.period)}`}
      subtitle={
        <>
          {report.customerName} · {report.accountName} ·{' '}
          <TextLink to="/reports" size="sm">
            {say('console.reports.back')}
          </TextLink>
        </>
      }
    >
      <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
        <Overview report={report} />
        <ByDay report={report} />
        <ByModule report={report} />
        {report.former && <FormerPeriods report={report} />}
        <BySeverity report={report} />
        <TopRules report={report} />
        <ByHost report={report} />
      </SimpleGrid>
      {report.kind === 'monthly' && <MonthSettings settings={report.settings} composedAt={report.composedAt} />}
      {report.inquiries && <Inquiries inquiries={report.inquiries} />}
      <Alerts report={report} />
      {report.incidents && <Incidents incidents={report.incidents} />}
      {report.contained && <ContainedHosts contained={report.contained} />}
      {report.unannounced && <UnannouncedChanges changes={report.unannounced} />}
      <ReportDocuments reportId={reportId} name={`${report.accountName}-${report.period}`} />
    </Page>
  );
}

function Overview({ report }: { report: Report }) {
  const say = usePhrase();
  const previous =
    report.previousTotal === undefined
      ? say('console.report.noPrevious')
      : say('console.report.previous', { count: report.previousTotal });
  return (
    <Card title={say('console.report.figures')}>
      <Stack gap="sm">
        <Text fz="1.75rem" fw={600} className="figures">
          {say('console.count', { count: report.total })}
          <Text component="span" size="sm" className="dim" ml="sm">
            {previous}
          </Text>
        </Text>
        <FactList
          facts={[
            [
              say('console.reports.period'),
              <span key="period">
                <Time at={report.from} /> – <Time at={report.to} />
              </span>,
            ],
            [say('console.reports.composedAt'), <Time key="at" at={report.composedAt} relative zone />],
          ]}
        />
      </Stack>
    </Card>
  );
}

function ByDay({ report }: { report: Report }) {
  const say = usePhrase();
  const bars = useMemo(
    () => report.byDay.map(({ day, count }) => ({ label: day.slice(5).replace('-', '/'), value: count })),
    [report],
  );
  const sayValue = useMemo(() => (value: number) => say('console.count', { count: value }), [say]);
  return (
    <Card title={say('console.report.byDay')}>
      <LazyBarChart
        bars={bars}
        summary={say('console.report.byDayText', { count: report.total })}
        sayValue={sayValue}
      />
    </Card>
  );
}

function ByModule({ report }: { report: Report }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const number = (value: number) => <span className="figures">{formatNumber(language, value)}</span>;
  return (
    <Card title={say('console.report.byModule')} flush>
      <DataTable
        label={say('console.report.byModule')}
        rows={report.byModule}
        rowKey={(row) => row.module}
        columns={[
          { key: 'module', head: say('console.alerts.module'), cell: (row) => say(`module.${row.module}`) },
          {
            key: 'detected',
            head: say('console.report.detected'),
            align: 'right',
            cell: (row) => number(row.detected),
          },
          {
            key: 'prevented',
            head: say('console.report.prevented'),
            align: 'right',
            cell: (row) => number(row.prevented),
          },
          { key: 'total', head: say('console.report.sum'), align: 'right', cell: (row) => number(row.total) },
        ]}
      />
    </Card>
  );
}

function BySeverity({ report }: { report: Report }) {
  const say = usePhrase();
  return (
    <Card title={say('console.report.bySeverity')} flush>
      <DataTable
        label={say('console.report.bySeverity')}
        rows={report.bySeverity.toSorted((a, b) => severityId(b.severity) - severityId(a.severity))}
        rowKey={(row) => row.severity}
        columns={[
          {
            key: 'severity',
            head: say('console.alerts.severity'),
            cell: (row) => <SeverityBadge severity={row.severity} />,
          },
          {
            key: 'count',
            head: say('console.report.sum'),
            align: 'right',
            cell: (row) => say('console.count', { count: row.count }),
          },
        ]}
      />
    </Card>
  );
}

function TopRules({ report }: { report: Report }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card title={say('console.report.topRules')} flush>
      {report.topRules.length === 0 && <Text p="md">{say('console.report.noneInPeriod')}</Text>}
      {report.topRules.length > 0 && (
        <DataTable
          label={say('console.report.topRules')}
          rows={report.topRules}
          rowKey={(row) => row.module + row.ruleId}
          columns={[
            {
              key: 'rule',
              head: say('console.report.rule'),
              cell: (row) => ruleNameIn(language, { name: row.ruleName, nameJa: row.ruleNameJa }),
            },
            { key: 'module', head: say('console.alerts.module'), cell: (row) => say(`module.${row.module}`) },
            {
              key: 'count',
              head: say('console.report.sum'),
              align: 'right',
              cell: (row) => say('console.count', { count: row.count }),
            },
          ]}
        />
      )}
    </Card>
  );
}

function ByHost({ report }: { report: Report }) {
  const say = usePhrase();
  return (
    <Card title={say('console.report.byHost')} flush>
      {report.byHost.length === 0 && <Text p="md">{say('console.report.noneInPeriod')}</Text>}
      {report.byHost.length > 0 && (
        <DataTable
          label={say('console.report.byHost')}
          rows={report.byHost}
          rowKey={(row) => row.hostId}
          columns={[
            { key: 'host', head: say('console.alerts.host'), cell: (row) => row.hostName },
            {
              key: 'count',
              head: say('console.report.sum'),
              align: 'right',
              cell: (row) => say('console.count', { count: row.count }),
            },
          ]}
        />
      )}
    </Card>
  );
}

function Alerts({ report }: { report: Report }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card title={say('console.report.alerts')} flush>
      {report.alerts.length === 0 && <Text p="md">{say('console.report.noneInPeriod')}</Text>}
      {report.alerts.length > 0 && (
        <DataTable
          label={say('console.report.alerts')}
          rows={report.alerts}
          rowKey={(row) => String(row.number)}
          columns={[
            { key: 'number', head: '#', width: 60, cell: (row) => row.number },
            {
              key: 'severity',
              head: say('console.alerts.severity'),
              width: 96,
              cell: (row) => <SeverityBadge severity={row.severity} />,
            },
            {
              key: 'what',
              head: say('console.alerts.title'),
              cell: (row) => headlineIn(language, matterOfAlert(row)),
            },
            { key: 'host', head: say('console.alerts.host'), cell: (row) => row.hostName },
            {
              key: 'opened',
              head: say('console.report.openedAt'),
              width: 170,
              cell: (row) => <Time at={row.openedAt} />,
            },
            { key: 'state', head: say('console.alerts.state'), cell: (row) => say.or('alertState', row.state) },
          ]}
        />
      )}
    </Card>
  );
}
