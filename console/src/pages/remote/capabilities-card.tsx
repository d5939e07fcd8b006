import type { CapabilityAnswer } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconTool } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { capabilitiesQuery } from '../../queries.ts';

/** What can be asked of whatever rules the account's hosts, and why something cannot (S25). */
export function CapabilitiesCard({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(capabilitiesQuery(accountId));
  const columns: Column<CapabilityAnswer>[] = [
    {
      key: 'capability',
      head: say('console.remote.capabilities'),
      cell: ({ capability }) => say(`capability.${capability}`),
    },
    {
      key: 'offered',
      head: say('console.remote.state'),
      width: 130,
      cell: ({ isOffered }) => (
        <StateBadge tone={isOffered ? 'good' : 'idle'}>
          {say(isOffered ? 'console.remote.offered' : 'console.remote.notOffered')}
        </StateBadge>
      ),
    },
    { key: 'why', head: say('console.remote.why'), cell: ({ why }) => (why ? say(`capabilityWhy.${why}`) : '') },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ items }) => items}
      title={say('console.remote.capabilities')}
      label={say('console.remote.capabilities')}
      columns={columns}
      rowKey={({ capability }) => capability}
      empty={{ icon: IconTool, title: say('console.remote.none') }}
    />
  );
}
