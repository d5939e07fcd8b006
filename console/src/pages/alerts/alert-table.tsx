import { type Alert, matterOfAlert } from '@sakimori/contract';
import { Link } from '@tanstack/react-router';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { AlertStateBadge } from '../../parts/state-badge.tsx';
import { RelativeTime, Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { useTitles } from './alert-title.ts';

export type AlertTableProps = {
  readonly alerts: readonly Alert[];
  /** Fewer columns, for the overview and a host's page. */
  readonly brief?: boolean;
};

export function AlertTable({ alerts, brief = false }: AlertTableProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider } = useSession();
  const titlesOf = useTitles();
  const columns: Column<Alert>[] = [
    {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      cell: (alert) => <SeverityBadge severity={alert.severity} />,
    },
    {
      key: 'title',
      width: brief ? '50%' : '32%',
      head: say('console.alerts.title'),
      cell: (alert) => (
        <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Link to="/alerts/$alertId" params={{ alertId: alert.id }} className="row-link">
            {titlesOf(matterOfAlert(alert)).title}
          </Link>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            #{alert.number}
            {brief && ` · ${alert.hostName}`}
            {titlesOf(matterOfAlert(alert)).detail && ` · ${titlesOf(matterOfAlert(alert)).detail}`}
          </div>
        </div>
      ),
    },
    {
      key: 'account',
      short: true,
      head: say('console.account'),
      shown: isProvider && !brief,
      cell: (alert) => alert.accountName,
    },
    { key: 'host', short: true, head: say('console.alerts.host'), shown: !brief, cell: (alert) => alert.hostName },
    {
      key: 'module',
      short: true,
      head: say('console.alerts.module'),
      shown: !brief,
      cell: (alert) => say(`module.${alert.module}`),
    },
    {
      key: 'count',
      head: say('console.alerts.count'),
      shown: !brief,
      align: 'right',
      cell: (alert) => <span className="figures">{formatNumber(language, alert.detectionCount)}</span>,
    },
    { key: 'state', head: say('console.alerts.state'), width: 110, cell: (alert) => <AlertStateBadge alert={alert} /> },
    {
      key: 'last',
      head: say('console.alerts.last'),
      width: brief ? 96 : 160,
      cell: (alert) =>
        brief ? <RelativeTime at={alert.lastDetectedAt} /> : <Time at={alert.lastDetectedAt} stacked />,
    },
  ];
  return (
    <DataTable
      label={say('console.nav.alerts')}
      columns={columns}
      rows={alerts}
      rowKey={(alert) => alert.id}
      showFresh
    />
  );
}
