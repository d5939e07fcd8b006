import { Stack } from '@mantine/core';
import { routes, type Source } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconPlug, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { sourcesQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { DoorsCard } from './doors-card.tsx';
import { QuarantineCard } from './quarantine-card.tsx';
import { RemoteHostsCard } from './remote-hosts-card.tsx';
import { SourceForm } from './source-form.tsx';

const route = getRouteApi('/frame/sources');
const tones = { waiting: 'info', heard: 'good', silent: 'bad', removed: 'idle' } as const;
const small = { fontSize: '0.75rem' };

/** Senders of Trend Micro's events: whose they are, when they were heard, what came, and what is held back. */
export function SourcesPage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(sourcesQuery(account));
  const mayWrite = may('source.write');
  const columns: Column<Source>[] = [
    {
      key: 'state',
      head: say('console.alerts.state'),
      width: 100,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`sourceState.${state}`)}</StateBadge>,
    },
    { key: 'account', head: say('console.account'), shown: isProvider, short: true, cell: (row) => row.accountName },
    { key: 'name', head: say('console.sources.name'), cell: (row) => row.name },
    { key: 'value', head: say('console.sources.value'), cell: (row) => <Sender row={row} /> },
    {
      key: 'heard',
      head: say('console.sources.lastHeard'),
      width: 150,
      cell: ({ lastHeardAt }) => (lastHeardAt ? <Time at={lastHeardAt} /> : '—'),
    },
    { key: 'counts', head: say('console.sources.counts'), cell: (row) => <Counts row={row} /> },
    {
      key: 'deeds',
      head: say('console.edit'),
      silent: true,
      shown: mayWrite,
      cell: (row) => <Deeds row={row} />,
    },
  ];
  return (
    <Page
      title={say('console.nav.sources')}
      subtitle={say('console.sources.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {mayWrite && (
            <DialogButton label={say('console.sources.add')} button={{ leftSection: <IconPlus size={16} /> }} size="lg">
              {(close) => <SourceForm account={account} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <Stack gap="md">
        <ListCard
          query={query}
          rowsOf={({ items }) => items}
          title={say('console.sources.title')}
          label={say('console.sources.title')}
          columns={columns}
          rowKey={({ id }) => id}
          empty={{ icon: IconPlug, title: say('console.sources.none'), children: say('console.sources.noneText') }}
        />
        {mayWrite && <QuarantineCard />}
        <RemoteHostsCard account={account} />
        <DoorsCard query={query} />
      </Stack>
    </Page>
  );
}

function Sender({ row: { kind, value, trendTenant } }: { row: Source }) {
  const say = usePhrase();
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      {value}
      <div className="dim" style={small}>
        {say(`sourceKind.${kind}`)}
        {trendTenant ? ` · TenantID ${trendTenant}` : ''}
      </div>
    </div>
  );
}

function Counts({ row: { counts } }: { row: Source }) {
  const say = usePhrase();
  return (
    <div>
      {counts.records.toLocaleString()}
      <div className="dim" style={small}>
        {say('console.sources.countsOf', counts)}
      </div>
      {counts.application + counts.device > 0 && (
        <div className="dim" style={small}>
          {say('console.sources.outOfScope', counts)}
        </div>
      )}
    </div>
  );
}

function Deeds({ row }: { row: Source }) {
  const say = usePhrase();
  const params = { sourceId: row.id };
  const done = () => queryClient.invalidateQueries({ queryKey: ['source'] });
  if (row.state === 'removed')
    return (
      <ConfirmButton
        label={say('console.sources.restore')}
        text={row.name}
        harmless
        onConfirm={() => call(routes.restoreSource, { params }).then(done)}
      />
    );
  return (
    <>
      <DialogButton label={say('console.sources.edit')} button={{ size: 'compact-sm', variant: 'default' }} size="lg">
        {(close) => <SourceForm account={row.accountId} source={row} onDone={close} />}
      </DialogButton>{' '}
      <ConfirmButton
        label={say('console.sources.remove')}
        text={say('console.sources.removeText', { name: row.name })}
        onConfirm={() => call(routes.removeSource, { params }).then(done)}
      />
    </>
  );
}
