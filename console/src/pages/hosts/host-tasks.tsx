import { Text } from '@mantine/core';
import type { Host, HostTaskEntry } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconCheck, IconCircleX, IconClipboardList, IconClock, IconSend, IconShieldOff } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { hostTasksQuery } from '../../queries.ts';
import { ProposeContainment } from '../containment/propose-containment.tsx';
import { containmentSettingQuery } from '../containment/queries.ts';
import { ScanMenu, useAskHost, useMayAsk } from './ask-host.tsx';
import { IsolateHost } from './isolate-host.tsx';
import { RebuildBaseline } from './rebuild-baseline.tsx';
import { StopHost } from './stop-host.tsx';

/** What the host is asked to do once: by whom, why, how far it is, and what came of it. */
export function HostTasks({ host }: { host: Host }) {
  const say = usePhrase();
  const query = useQuery(hostTasksQuery(host.id));
  const ask = useAskHost(host.id);
  // Where the customer's consent is demanded, the playbooks are the one way.
  const needsConsent = useQuery(containmentSettingQuery(host.accountId)).data?.needsConsent ?? true;
  const actions = useMayAsk(host) && (
    <>
      <ScanMenu ask={ask} />
      <RebuildBaseline host={host} />
      <ProposeContainment target={{ accountId: host.accountId, hostId: host.id, hostName: host.facts.name }} />
      <IsolateHost host={host} mayIsolate={!needsConsent} />
      {!needsConsent && <StopHost host={host} />}
    </>
  );
  const waits = query.data?.items.some(({ doneAt }) => !doneAt) && host.liveness.state === 'silent';
  return (
    <Card title={say('console.tasks.title')} actions={actions} flush>
      {ask.error && (
        <div style={{ padding: '0.75rem' }}>
          <ErrorNotice error={ask.error} />
        </div>
      )}
      {waits && (
        <Text size="sm" className="dim" px="md" pt="xs" role="status">
          {say('console.tasks.away')}
        </Text>
      )}
      <Loaded query={query}>{({ items }) => <TaskTable tasks={items} />}</Loaded>
    </Card>
  );
}

function TaskTable({ tasks }: { tasks: readonly HostTaskEntry[] }) {
  const say = usePhrase();
  if (tasks.length === 0)
    return (
      <EmptyState icon={IconClipboardList} title={say('console.tasks.none')}>
        {say('console.tasks.noneText')}
      </EmptyState>
    );
  const columns: Column<HostTaskEntry>[] = [
    {
      key: 'kind',
      head: say('console.tasks.kind'),
      width: 190,
      cell: (task) => <strong>{say(`hostTask.kind.${task.kind}`)}</strong>,
    },
    { key: 'state', head: say('console.tasks.state'), width: 110, cell: (task) => <TaskState state={task.state} /> },
    {
      key: 'asked',
      head: say('console.tasks.asked'),
      width: 160,
      cell: (task) => <Time at={task.createdAt} stacked />,
    },
    { key: 'by', head: say('console.tasks.by'), short: true, cell: (task) => task.createdBy },
    { key: 'result', head: say('console.tasks.result'), cell: (task) => <TaskResult task={task} /> },
    {
      key: 'done',
      head: say('console.tasks.done'),
      width: 160,
      cell: (task) => task.doneAt && <Time at={task.doneAt} />,
    },
  ];
  return (
    <PagedTable
      label={say('console.tasks.title')}
      columns={columns}
      rows={tasks}
      rowKey={(task) => task.id}
      pageSize={5}
      showFresh
    />
  );
}

const looks = {
  waiting: ['watch', IconClock],
  sent: ['info', IconSend],
  done: ['good', IconCheck],
  failed: ['bad', IconCircleX],
  not_supported: ['idle', IconShieldOff],
} as const;

function TaskState({ state }: { state: HostTaskEntry['state'] }) {
  const say = usePhrase();
  const [tone, icon] = looks[state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`hostTask.state.${state}`)}
    </StateBadge>
  );
}

/** The host's own words are English. */
function TaskResult({ task: { reason, detail } }: { task: HostTaskEntry }) {
  const say = usePhrase();
  if (!reason && !detail) return null;
  return (
    <div style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
      {reason && <div>{say('console.tasks.reason', { reason })}</div>}
      {detail && (
        <div lang="en" className="dim" style={{ fontSize: '0.8125rem' }}>
          {detail}
        </div>
      )}
    </div>
  );
}
