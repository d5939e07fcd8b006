import type { Host } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconServer2 } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { LivenessBadge } from '../../parts/state-badge.tsx';
import { RelativeTime } from '../../parts/time.tsx';
import { hostsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { EnrolButton } from './enrol-dialog.tsx';
import { EnrolGuide } from './enrol-guide.tsx';
import { ModuleDots } from './module-dots.tsx';
import { PolicyState } from './policy-state.tsx';

const route = getRouteApi('/frame/hosts');

export function HostsPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useSession();
  const query = useQuery(hostsQuery(account));
  return (
    <Page
      title={say('console.nav.hosts')}
      subtitle={query.data && say('console.hosts.subtitle', { count: query.data.items.length })}
      actions={
        <>
          <AccountFilter value={account} onChange={(next) => void navigate({ search: { account: next } })} />
          {may('host.enrol') && <EnrolButton account={account} />}
        </>
      }
    >
      <Loaded query={query}>
        {({ items }) => {
          if (items.length > 0) return <Card flush>{<HostTable hosts={items} />}</Card>;
          return may('host.enrol') ? (
            <EnrolGuide account={account} />
          ) : (
            <Card>
              <EmptyState icon={IconServer2} title={say('console.hosts.none')}>
                {say('console.hosts.noneCustomer')}
              </EmptyState>
            </Card>
          );
        }}
      </Loaded>
    </Page>
  );
}

const order = { silent: 0, connected: 1, retired: 2 } as const;
const byNeed = (a: Host, b: Host): number =>
  order[a.liveness.state] - order[b.liveness.state] || a.facts.name.localeCompare(b.facts.name);

function HostTable({ hosts }: { hosts: readonly Host[] }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const columns: Column<Host>[] = [
    {
      key: 'name',
      head: say('console.alerts.host'),
      cell: (host) => (
        <div>
          <Link to="/hosts/$hostId" params={{ hostId: host.id }} className="row-link">
            {host.facts.name}
          </Link>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {host.facts.os}
          </div>
        </div>
      ),
    },
    { key: 'account', head: say('console.account'), shown: isProvider, cell: (host) => host.accountName },
    { key: 'liveness', head: say('console.alerts.state'), width: 110, cell: (host) => <LivenessBadge host={host} /> },
    {
      key: 'seen',
      head: say('console.hosts.lastSeen'),
      width: 110,
      cell: (host) => (host.lastSeenAt ? <RelativeTime at={host.lastSeenAt} /> : say('console.hosts.never')),
    },
    {
      key: 'modules',
      head: say('console.hosts.modules'),
      width: 160,
      cell: (host) => <ModuleDots modules={host.modules} />,
    },
    { key: 'policy', head: say('console.hosts.policy'), cell: (host) => <PolicyState host={host} /> },
    {
      key: 'alerts',
      head: say('console.overview.unclosed'),
      align: 'right',
      width: 130,
      cell: (host) => (
        <span
          className="figures"
          data-tone={host.openAlertCount > 0 ? 'bad' : undefined}
          style={{ color: 'var(--tone, inherit)' }}
        >
          {say('console.count', { count: host.openAlertCount })}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={say('console.nav.hosts')}
      columns={columns}
      rows={[...hosts].sort(byNeed)}
      rowKey={(host) => host.id}
      showFresh
    />
  );
}
