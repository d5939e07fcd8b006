import { Button, Group, Stack } from '@mantine/core';
import { type Remote, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { formatDate } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconCloud, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { remotesQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { CapabilitiesCard } from './capabilities-card.tsx';
import { ComputersCard, PoliciesCard, TasksCard } from './fetched-cards.tsx';
import { MigrationCard } from './migration-card.tsx';
import { RemoteForm } from './remote-form.tsx';
import { ShadowCard } from './shadow-card.tsx';
import { TestPanel } from './test-panel.tsx';

const route = getRouteApi('/frame/remote');
const tones = { untested: 'info', working: 'good', failing: 'bad' } as const;
const small = { fontSize: '0.75rem' };
const compact = { size: 'compact-sm', variant: 'default' } as const;

/** Customers' own tenants: attached, tested, and what was fetched of the chosen account's. */
export function RemotePage() {
  const say = usePhrase();
  const { may } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(remotesQuery(account));
  const mayWrite = may('remote.write');
  const choose = (next: string | undefined) => void navigate({ search: { account: next }, replace: true });
  const tenant = account === undefined ? undefined : query.data?.items.find(({ accountId }) => accountId === account);
  const shown = tenant?.accountId;
  const columns: Column<Remote>[] = [
    {
      key: 'state',
      head: say('console.remote.state'),
      width: 120,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`remoteState.${state}`)}</StateBadge>,
    },
    { key: 'account', head: say('console.account'), short: true, cell: (row) => row.accountName },
    { key: 'name', head: say('console.remote.name'), cell: (row) => <Tenant row={row} /> },
    { key: 'mode', head: say('console.remote.mode'), width: 150, cell: ({ mode }) => say(`remoteMode.${mode}`) },
    {
      key: 'synced',
      head: say('console.remote.synced'),
      width: 170,
      cell: ({ syncedAt }) => (syncedAt ? <Time at={syncedAt} stacked /> : '—'),
    },
    {
      key: 'computers',
      head: say('console.remote.computers'),
      align: 'right',
      width: 110,
      cell: ({ computerCount }) => computerCount.toLocaleString(),
    },
    { key: 'key', head: say('console.remote.key'), width: 170, cell: (row) => <Key row={row} /> },
    {
      key: 'deeds',
      head: say('console.edit'),
      silent: true,
      cell: (row) => <Deeds row={row} mayWrite={mayWrite} onOpen={() => choose(row.accountId)} />,
    },
  ];
  return (
    <Page
      title={say('console.nav.remote')}
      subtitle={say('console.remote.subtitle')}
      actions={
        <>
          <AccountFilter value={account} onChange={choose} />
          {mayWrite && (
            <DialogButton
              label={say('console.remote.attach')}
              button={{ leftSection: <IconPlus size={16} /> }}
              size="lg"
            >
              {(close) => <RemoteForm account={account} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <Stack gap="md">
        {tenant && tenant.applicationControlCount > 0 && (
          <Notice tone="warn">{say('console.remote.outOfScope', { count: tenant.applicationControlCount })}</Notice>
        )}
        <ListCard
          query={query}
          rowsOf={({ items }) => items}
          title={say('console.remote.title')}
          label={say('console.remote.title')}
          columns={columns}
          rowKey={({ accountId }) => accountId}
          empty={{ icon: IconCloud, title: say('console.remote.none'), children: say('console.remote.noneText') }}
        />
        {shown && <ComputersCard accountId={shown} />}
        {shown && <PoliciesCard accountId={shown} />}
        {shown && <TasksCard accountId={shown} />}
        {account && <CapabilitiesCard accountId={account} />}
        {shown && <ShadowCard accountId={shown} />}
        {shown && <MigrationCard accountId={shown} />}
      </Stack>
    </Page>
  );
}

function Tenant({ row }: { row: Remote }) {
  const say = usePhrase();
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      {row.name}
      <div className="dim" style={small}>
        {say(`remoteProduct.${row.product}`)} · {row.address.replace('https://', '')}
      </div>
      {row.problem && (
        <div style={{ ...small, color: 'var(--tone-bad-text, #b3261e)' }}>
          {say(`remoteProblem.${row.problem.code}`)}
          {row.failingSince && (
            <>
              {' ('}
              <Time at={row.failingSince} relative />)
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Key({ row }: { row: Remote }) {
  const say = usePhrase();
  return (
    <div>
      {say('console.remote.keyOf', { hint: row.keyHint, at: formatDate(row.keyReplacedAt) })}
      <div className="dim" style={small}>
        {say('console.remote.budget')}: {say('console.remote.budgetOf', row.budget)}
      </div>
    </div>
  );
}

function Deeds({ row, mayWrite, onOpen }: { row: Remote; mayWrite: boolean; onOpen: () => void }) {
  const say = usePhrase();
  const params = { accountId: row.accountId };
  const done = () => queryClient.invalidateQueries({ queryKey: ['remote'] });
  return (
    <Group gap={4}>
      <Button {...compact} onClick={onOpen}>
        {say('console.remote.open')}
      </Button>
      {mayWrite && (
        <>
          <DialogButton label={say('console.remote.test')} button={compact} size="lg">
            {() => <TestPanel accountId={row.accountId} />}
          </DialogButton>
          <ConfirmButton
            label={say('console.remote.sync')}
            text={row.name}
            harmless
            onConfirm={() => call(routes.syncRemote, { params }).finally(done)}
          />
          <DialogButton label={say('console.remote.edit')} button={compact} size="lg">
            {(close) => <RemoteForm account={row.accountId} remote={row} onDone={close} />}
          </DialogButton>
          <ConfirmButton
            label={say('console.remote.detach')}
            text={say('console.remote.detachText', { name: row.name })}
            onConfirm={() => call(routes.detachRemote, { params }).then(done)}
          />
        </>
      )}
    </Group>
  );
}
