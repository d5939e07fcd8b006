import { type ManagerOutage, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconHistory } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';

/** Times in which the manager itself was cut off: no host was called silent then, and nobody was contacted (S45). */
export function OutagesCard() {
  const say = usePhrase();
  const query = useQuery(ask(['host', 'liveness', 'outages'], routes.listManagerOutages));
  const columns: Column<ManagerOutage>[] = [
    { key: 'began', head: say('console.outages.began'), width: 180, cell: ({ beganAt }) => <Time at={beganAt} /> },
    {
      key: 'ended',
      head: say('console.outages.ended'),
      width: 180,
      cell: ({ endedAt }) =>
        endedAt ? <Time at={endedAt} /> : <StateBadge tone="warn">{say('console.outages.standing')}</StateBadge>,
    },
    { key: 'reason', head: say('console.outages.reason'), cell: ({ reason }) => say(`outageReason.${reason}`) },
    {
      key: 'hosts',
      head: say('console.outages.hosts'),
      align: 'right',
      width: 140,
      cell: ({ hostCount }) => say('console.outages.hostCount', { count: hostCount }),
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.outages.title')}
      label={say('console.outages.title')}
      columns={columns}
      rowKey={({ id }) => id}
      empty={{
        icon: IconHistory,
        title: say('console.outages.none'),
        children: say('console.outages.noneText'),
      }}
    />
  );
}
