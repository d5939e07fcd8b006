import { Grid, Stack } from '@mantine/core';
import type { Account } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconBuilding } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { accountsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { Contract } from '../contracts/contract.tsx';
import { RecipientHistory } from '../recipients/recipient-history.tsx';
import { BrandChoice } from './brand-choice.tsx';
import { Contacts } from './contacts.tsx';
import { CreateAccountButton } from './create-account.tsx';

const route = getRouteApi('/frame/settings/accounts');

/** Accounts at the left, the contacts of the chosen one at the right. A customer sees the own account only. */
export function AccountsPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useSession();
  const query = useQuery(accountsQuery);
  const choose = (id: string) => void navigate({ search: { account: id }, replace: true });
  return (
    <Page
      title={say('console.nav.accounts')}
      subtitle={say('console.accounts.subtitle')}
      actions={may('account.write') && <CreateAccountButton onCreated={choose} />}
    >
      <Loaded query={query}>
        {({ items }) => {
          const shown = items.find((each) => each.id === account) ?? items[0];
          if (!shown)
            return (
              <Card>
                <EmptyState icon={IconBuilding} title={say('console.accounts.none')}>
                  {say('console.accounts.noneText')}
                </EmptyState>
              </Card>
            );
          return (
            <Grid gap="md">
              <Grid.Col span={{ base: 12, lg: 6 }}>
                <Card title={say('console.accounts.title')} flush>
                  <AccountTable accounts={items} shownId={shown.id} onChoose={choose} />
                  <BrandChoice account={shown} />
                </Card>
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 6 }}>
                <Stack gap="md">
                  <Contacts key={shown.id} account={shown} />
                  <RecipientHistory account={shown} />
                </Stack>
              </Grid.Col>
              {may('contract.read') && (
                <Grid.Col span={12}>
                  <Contract key={shown.id} account={shown} />
                </Grid.Col>
              )}
            </Grid>
          );
        }}
      </Loaded>
    </Page>
  );
}

type AccountTableProps = { accounts: readonly Account[]; shownId: string; onChoose: (id: string) => void };

function AccountTable({ accounts, shownId, onChoose }: AccountTableProps) {
  const say = usePhrase();
  const columns: Column<Account>[] = [
    {
      key: 'name',
      head: say('console.account'),
      cell: (account) => (
        <div>
          <button
            type="button"
            className="row-link"
            aria-current={account.id === shownId}
            onClick={() => onChoose(account.id)}
          >
            {account.name}
          </button>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {account.customerName}
          </div>
        </div>
      ),
    },
    { key: 'plan', head: say('console.accounts.plan'), width: 120, cell: (account) => say(`plan.${account.plan}`) },
    {
      key: 'hosts',
      head: say('console.nav.hosts'),
      align: 'right',
      width: 80,
      cell: (account) => say('console.countOfHosts', { count: account.hostCount }),
    },
    {
      key: 'alerts',
      head: say('console.overview.unclosed'),
      align: 'right',
      width: 120,
      cell: (account) => say('console.count', { count: account.openAlertCount }),
    },
  ];
  return (
    <DataTable
      label={say('console.accounts.title')}
      columns={columns}
      rows={accounts}
      rowKey={(account) => account.id}
    />
  );
}
