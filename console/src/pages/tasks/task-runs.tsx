import { Button, Group, Switch } from '@mantine/core';
import { routes, type TaskRun } from '@sakimori/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconCalendar } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';

const tones = { ran: 'good', failed: 'bad', missed: 'bad', skipped: 'idle', moved: 'info' } as const;

export function RunState({ state }: { state: TaskRun['state'] }) {
  const say = usePhrase();
  return <StateBadge tone={tones[state]}>{say(`runState.${state}`)}</StateBadge>;
}

/** What became of each planned run, the newest first; those that nobody carried out can be looked at alone. */
export function TaskRuns({ accountId }: { accountId: string | undefined }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const [missed, setMissed] = useState(false);
  const filter = { accountId, state: missed ? ('missed' as const) : undefined, limit: 50 };
  const query = useInfiniteQuery({
    queryKey: ['task', 'runs', filter],
    queryFn: ({ pageParam }) => call(routes.listTaskRuns, { query: { ...filter, cursor: pageParam } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns: Column<TaskRun>[] = [
    {
      key: 'planned',
      head: say('console.scheduled.planned'),
      width: 150,
      cell: ({ plannedAt }) => <Time at={plannedAt} />,
    },
    { key: 'name', head: say('console.scheduled.name'), cell: ({ name }) => name },
    { key: 'account', head: say('console.account'), shown: isProvider, short: true, cell: (run) => run.accountName },
    {
      key: 'state',
      head: say('console.scheduled.state'),
      width: 170,
      cell: ({ state }) => <RunState state={state} />,
    },
    { key: 'note', head: say('console.scheduled.note'), cell: (run) => <Note run={run} /> },
  ];
  const actions = (
    <Switch
      size="xs"
      label={say('console.scheduled.onlyMissed')}
      checked={missed}
      onChange={(event) => setMissed(event.currentTarget.checked)}
    />
  );
  return (
    <Card flush title={say('console.scheduled.runs')} actions={actions}>
      <ErrorNotice error={query.error} />
      {rows.length > 0 ? (
        <DataTable label={say('console.scheduled.runs')} columns={columns} rows={rows} rowKey={({ id }) => id} />
      ) : (
        !query.isPending && (
          <EmptyState icon={IconCalendar} title={say('console.scheduled.noRuns')}>
            {say('console.scheduled.noRunsText')}
          </EmptyState>
        )
      )}
      {query.hasNextPage && (
        <Group p="sm" justify="center">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {say('console.loadMore')}
          </Button>
        </Group>
      )}
    </Card>
  );
}

function Note({ run: { state, reason, madeUpFor, movedTo, hosts } }: { run: TaskRun }) {
  const say = usePhrase();
  return (
    <div style={{ overflowWrap: 'anywhere', fontSize: '0.8125rem' }}>
      {state === 'missed' && say('console.scheduled.missedText')}
      {reason}
      {movedTo && (
        <span>
          {say('console.scheduled.next')}: <Time at={movedTo} />
        </span>
      )}
      {madeUpFor !== undefined && <div>{say('console.scheduled.madeUpFor', { count: madeUpFor })}</div>}
      {hosts && <div>{say('console.scheduled.hosts', hosts)}</div>}
    </div>
  );
}
