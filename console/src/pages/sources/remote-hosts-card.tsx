import type { RemoteHost } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconServer2 } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Time } from '../../parts/time.tsx';
import { remoteHostsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';

/** Hosts that only sources know: none of them is watched by an agent of ours. */
export function RemoteHostsCard({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const query = useQuery(remoteHostsQuery(account));
  const columns: Column<RemoteHost>[] = [
    { key: 'name', head: say('console.sources.name'), cell: ({ name }) => name },
    { key: 'account', head: say('console.account'), shown: isProvider, short: true, cell: (row) => row.accountName },
    {
      key: 'first',
      head: say('console.sources.firstSeen'),
      width: 160,
      cell: ({ firstSeenAt }) => <Time at={firstSeenAt} />,
    },
    {
      key: 'last',
      head: say('console.sources.lastHeard'),
      width: 160,
      cell: ({ lastSeenAt }) => (lastSeenAt ? <Time at={lastSeenAt} /> : '—'),
    },
    { key: 'alerts', head: say('console.sources.alerts'), width: 140, cell: (row) => String(row.openAlertCount) },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.sources.hosts')}
      label={say('console.sources.hosts')}
      columns={columns}
      rowKey={({ id }) => id}
      empty={{ icon: IconServer2, title: say('console.sources.hostsNone'), children: say('console.sources.hostsText') }}
    />
  );
}
