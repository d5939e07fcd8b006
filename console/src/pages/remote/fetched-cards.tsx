import { Text } from '@mantine/core';
import {
  hasPhrase,
  type RemoteComputer,
  type RemotePolicy,
  type RemoteTask,
  remoteTaskStateOf,
} from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { formatTimeWithZone } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconCalendarEvent, IconServer2, IconShieldCheck } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { remoteComputersQuery, remotePoliciesQuery, remoteTasksQuery } from '../../queries.ts';

const tones = { online: 'good', offline: 'bad', unmanaged: 'idle', gone: 'idle' } as const;

/** How old what stands here is: it was fetched, and not asked for just now. */
function AsOf({ at }: { at: string | undefined }) {
  const say = usePhrase();
  return (
    <Text size="xs" className="dim" p="xs" component="div">
      {at ? say('console.remote.asOf', { at: formatTimeWithZone(at) }) : say('console.remote.neverFetched')}
    </Text>
  );
}

export function ComputersCard({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(remoteComputersQuery(accountId));
  const columns: Column<RemoteComputer>[] = [
    {
      key: 'liveness',
      head: say('console.remote.liveness'),
      width: 130,
      cell: ({ liveness }) => <StateBadge tone={tones[liveness]}>{say(`remoteLiveness.${liveness}`)}</StateBadge>,
    },
    { key: 'name', head: say('console.remote.name'), short: true, cell: ({ name }) => name },
    { key: 'platform', head: say('console.remote.platform'), cell: ({ platform }) => platform },
    { key: 'agent', head: say('console.remote.agent'), width: 140, cell: ({ agentVersion }) => agentVersion },
    { key: 'policy', head: say('console.remote.policy'), cell: ({ policyName }) => policyName ?? '—' },
    {
      key: 'modules',
      head: say('console.remote.modules'),
      cell: ({ modules }) =>
        modules
          .filter(({ status }) => status === 'active')
          .map(({ module }) => say(`module.${module}`))
          .join(say('report.comma')) || '—',
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.remote.computers')}
      label={say('console.remote.computers')}
      columns={columns}
      rowKey={({ number }) => String(number)}
      empty={{ icon: IconServer2, title: say('console.remote.computersNone') }}
      note={({ fetchedAt }) => <AsOf at={fetchedAt} />}
    />
  );
}

export function PoliciesCard({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(remotePoliciesQuery(accountId));
  const columns: Column<RemotePolicy>[] = [
    { key: 'name', head: say('console.remote.policy'), cell: ({ name }) => name },
    {
      key: 'modules',
      head: say('console.remote.modules'),
      cell: ({ modules }) =>
        modules
          .filter(({ status }) => status !== 'off' && status !== '')
          .map(({ module, status }) => `${say(`module.${module}`)} (${status})`)
          .join(say('report.comma')) || '—',
    },
    {
      key: 'settings',
      head: say('console.remote.ownSettings'),
      align: 'right',
      width: 120,
      cell: ({ settingCount }) => String(settingCount),
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.remote.policies')}
      label={say('console.remote.policies')}
      columns={columns}
      rowKey={({ number }) => String(number)}
      empty={{ icon: IconShieldCheck, title: say('console.remote.policiesNone') }}
      note={({ fetchedAt }) => <AsOf at={fetchedAt} />}
    />
  );
}

const taskTones = { on: 'good', late: 'bad', off: 'idle' } as const;

export function TasksCard({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(remoteTasksQuery(accountId));
  const time = (at: string | undefined) => (at ? formatTimeWithZone(at) : '—');
  const columns: Column<RemoteTask>[] = [
    {
      key: 'state',
      head: say('console.remote.taskState'),
      width: 130,
      cell: (task) => (
        <StateBadge tone={taskTones[remoteTaskStateOf(task)]}>
          {say(`remoteTaskState.${remoteTaskStateOf(task)}`)}
        </StateBadge>
      ),
    },
    { key: 'name', head: say('console.remote.task'), cell: ({ name }) => name },
    {
      key: 'type',
      head: say('console.remote.taskType'),
      cell: ({ type }) => {
        const key = `taskType.${type}`;
        return hasPhrase(key) ? say(key) : type;
      },
    },
    { key: 'last', head: say('console.remote.lastRun'), cell: ({ lastRunAt }) => time(lastRunAt) },
    { key: 'next', head: say('console.remote.nextRun'), cell: ({ nextRunAt }) => time(nextRunAt) },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.remote.tasks')}
      label={say('console.remote.tasks')}
      columns={columns}
      rowKey={({ number }) => String(number)}
      empty={{ icon: IconCalendarEvent, title: say('console.remote.tasksNone') }}
      note={({ fetchedAt }) => <AsOf at={fetchedAt} />}
    />
  );
}
