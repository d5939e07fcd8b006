import { NativeSelect, Stack } from '@mantine/core';
import { type DayRule, dayRules, routes, type ScheduledTask } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconCalendar } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { RunState, TaskRuns } from './task-runs.tsx';

const route = getRouteApi('/frame/scheduled-tasks');
const refresh = () => queryClient.invalidateQueries({ queryKey: ['task'] });

/** What runs at a time, on which days, and what became of each run (S58). */
export function TasksPage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(ask(['task', 'list', account], routes.listScheduledTasks, { query: { accountId: account } }));
  const columns: Column<ScheduledTask>[] = [
    {
      key: 'name',
      head: say('console.scheduled.name'),
      cell: ({ name, type, isEnabled }) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          {name} {!isEnabled && <StateBadge tone="idle">{say('console.scheduled.disabled')}</StateBadge>}
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {say.or('taskType', type)}
          </div>
        </div>
      ),
    },
    { key: 'account', head: say('console.account'), shown: isProvider, short: true, cell: (one) => one.accountName },
    {
      key: 'repeats',
      head: say('console.scheduled.repeats'),
      width: 120,
      cell: ({ recurrence, timeZone }) => (
        <div>
          {say(`recurrence.${recurrence}`)}
          {timeZone !== 'Asia/Tokyo' && (
            <div className="dim" style={{ fontSize: '0.75rem' }}>
              {timeZone}
            </div>
          )}
        </div>
      ),
    },
    { key: 'days', head: say('console.scheduled.days'), width: 190, cell: (task) => <Days task={task} /> },
    {
      key: 'next',
      head: say('console.scheduled.next'),
      width: 150,
      cell: ({ nextRunAt }) => nextRunAt && <Time at={nextRunAt} />,
    },
    {
      key: 'last',
      head: say('console.scheduled.last'),
      width: 150,
      cell: ({ lastRunAt, lastState }) => (
        <div>
          {lastRunAt && <Time at={lastRunAt} />}
          {lastState && (
            <div>
              <RunState state={lastState} />
            </div>
          )}
        </div>
      ),
    },
    {
      key: 'run',
      head: say('console.edit'),
      silent: true,
      shown: may('policy.write'),
      cell: ({ accountId, id: taskId, name }) => (
        <ConfirmButton
          harmless
          label={say('console.scheduled.run')}
          text={say('console.scheduled.runText', { name })}
          onConfirm={async () => {
            await call(routes.runScheduledTaskNow, { params: { accountId, taskId } });
            await refresh();
          }}
        />
      ),
    },
  ];
  return (
    <Page
      title={say('console.nav.scheduledTasks')}
      subtitle={say('console.scheduled.subtitle')}
      actions={
        <AccountFilter
          value={account}
          onChange={(next) => void navigate({ search: { account: next }, replace: true })}
        />
      }
    >
      <Stack gap="md">
        <ListCard
          query={query}
          rowsOf={({ items }) => items}
          title={say('console.scheduled.tasks')}
          label={say('console.scheduled.tasks')}
          columns={columns}
          rowKey={({ accountId, id }) => `${accountId} ${id}`}
          empty={{
            icon: IconCalendar,
            title: say('console.scheduled.none'),
            children: say('console.scheduled.noneText'),
          }}
        />
        <TaskRuns accountId={account} />
      </Stack>
    </Page>
  );
}

function Days({ task }: { task: ScheduledTask }) {
  const say = usePhrase();
  const { may } = useSession();
  const { accountId, id: taskId, dayRule } = task;
  const save = useMutation({
    mutationFn: (rule: DayRule) => call(routes.setTaskDayRule, { params: { accountId, taskId }, body: { rule } }),
    onSuccess: refresh,
  });
  if (!may('policy.write')) return say(`dayRule.${dayRule}`);
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={`${say('console.scheduled.days')}: ${task.name}`}
        value={save.isPending ? save.variables : dayRule}
        onChange={(event) => save.mutate(event.currentTarget.value as DayRule)}
        data={dayRules.map((value) => ({ value, label: say(`dayRule.${value}`) }))}
      />
      <ErrorNotice error={save.error} />
    </>
  );
}
