import { Group, SegmentedControl } from '@mantine/core';
import type { Change } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconAdjustments, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { ChangeForm } from './change-form.tsx';
import { ChangeStateBadge } from './change-state.tsx';
import { changesQuery } from './queries.ts';

const route = getRouteApi('/frame/changes');
const shows = ['open', 'done', 'all'] as const;

/** Configuration changes that customers asked for, newest first (S54–S61). */
export function ChangesPage() {
  const say = usePhrase();
  const { may } = useSession();
  const { account } = route.useSearch();
  const [state, setState] = useState<(typeof shows)[number]>('all');
  const navigate = route.useNavigate();
  const chosen = useChosenAccount(account);
  const query = useQuery(changesQuery({ accountId: account, state }));
  const columns: Column<Change>[] = [
    {
      key: 'subject',
      head: say('console.change.subject'),
      cell: (change) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          <Link to="/changes/$changeId" params={{ changeId: change.id }} className="row-link">
            {change.subject}
          </Link>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {[`#${change.number}`, say(`changeKind.${change.kind}`), change.requester].join(' · ')}
          </div>
        </div>
      ),
    },
    { key: 'account', short: true, head: say('console.account'), cell: ({ accountName }) => accountName },
    {
      key: 'state',
      head: say('console.work.state'),
      width: 190,
      cell: ({ state: now }) => <ChangeStateBadge state={now} />,
    },
    {
      key: 'at',
      head: say('console.change.requestedAt'),
      width: 150,
      cell: ({ requestedAt }) => <Time at={requestedAt} stacked />,
    },
    {
      key: 'until',
      head: say('console.change.until'),
      width: 150,
      cell: ({ until }) => (until ? <Time at={until} stacked /> : <span className="dim">–</span>),
    },
  ];
  return (
    <Page
      title={say('console.change.title')}
      subtitle={say('console.change.subtitle')}
      actions={
        <>
          <AccountFilter
            value={account}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {may('change.write') && chosen && (
            <DialogButton
              label={say('console.change.new')}
              size="lg"
              button={{ leftSection: <IconPlus size={16} aria-hidden /> }}
            >
              {(close) => <ChangeForm accountId={chosen.id} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <Group gap="sm">
        <SegmentedControl
          aria-label={say('console.work.state')}
          size="sm"
          data={shows.map((each) => ({ value: each, label: say(`console.change.show.${each}`) }))}
          value={state}
          onChange={(next) => setState(shows.find((each) => each === next) ?? 'all')}
        />
      </Group>
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        label={say('console.change.title')}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{ icon: IconAdjustments, title: say('console.change.none'), children: say('console.change.noneText') }}
      />
    </Page>
  );
}
