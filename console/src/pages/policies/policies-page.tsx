import type { Policy } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useAccountName } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconShieldCheck } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { policiesQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';

const route = getRouteApi('/frame/policies');

export function PoliciesPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { isProvider } = useSession();
  const accountName = useAccountName();
  const query = useQuery(policiesQuery(account));
  const columns: Column<Policy>[] = [
    {
      key: 'name',
      head: say('console.hosts.policy'),
      cell: (policy) => (
        <Link to="/policies/$policyId" params={{ policyId: policy.id }} className="row-link">
          {policy.name}
        </Link>
      ),
    },
    {
      key: 'account',
      head: say('console.account'),
      shown: isProvider,
      cell: (policy) => accountName(policy.accountId),
    },
    {
      key: 'version',
      head: say('console.policies.version'),
      width: 120,
      cell: (policy) => <span className="figures">v{policy.version}</span>,
    },
    {
      key: 'hosts',
      head: say('console.policies.hosts'),
      width: 120,
      align: 'right',
      cell: (policy) => say('console.countOfHosts', { count: policy.hostCount }),
    },
    {
      key: 'at',
      head: say('console.policies.updatedAt'),
      width: 210,
      cell: (policy) => <Time at={policy.updatedAt} stacked />,
    },
  ];
  return (
    <Page
      title={say('console.nav.policies')}
      subtitle={say('console.policies.subtitle')}
      actions={<AccountFilter value={account} onChange={(next) => void navigate({ search: { account: next } })} />}
    >
      <Card flush>
        <Loaded query={query}>
          {({ items }) =>
            items.length > 0 ? (
              <DataTable
                label={say('console.nav.policies')}
                columns={columns}
                rows={items}
                rowKey={(policy) => policy.id}
              />
            ) : (
              <EmptyState icon={IconShieldCheck} title={say('console.policies.none')}>
                {say('console.policies.noneText')}
              </EmptyState>
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
