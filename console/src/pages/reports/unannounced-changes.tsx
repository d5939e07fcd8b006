import { Text } from '@mantine/core';
import type { Report } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Time } from '../../parts/time.tsx';

/** Versions that became others in the month without a plan (S17). */
export function UnannouncedChanges({ changes: { count, items } }: { changes: NonNullable<Report['unannounced']> }) {
  const say = usePhrase();
  const more = (of: number, listed: number) =>
    of > listed ? [say('report.moreChangedHosts', { count: of - listed })] : [];
  return (
    <Card title={say('report.section.unannounced')} flush>
      <Text p="md" size="sm" className="dim">
        {say(items.length === 0 ? 'report.noUnannounced' : 'report.unannouncedNote')}
      </Text>
      {items.length > 0 && (
        <DataTable
          label={say('report.section.unannounced')}
          rows={items}
          rowKey={(row) => `${row.component} ${row.from} ${row.to}`}
          columns={[
            {
              key: 'component',
              head: say('report.column.component'),
              cell: (row) => say.or('versionComponent', row.component),
            },
            {
              key: 'change',
              head: say('report.column.change'),
              cell: ({ from, to }) => say('report.versionChange', { from, to }),
            },
            {
              key: 'seenAt',
              head: say('report.column.seenAt'),
              width: 170,
              cell: (row) => <Time at={row.firstSeenAt} />,
            },
            {
              key: 'hosts',
              head: say('report.column.changedHosts'),
              cell: ({ hosts, hostCount }) => [...hosts, ...more(hostCount, hosts.length)].join(say('report.comma')),
            },
          ]}
        />
      )}
      {count > items.length && (
        <Text p="md" size="sm" className="dim">
          {say('report.moreUnannounced', { count: count - items.length })}
        </Text>
      )}
    </Card>
  );
}
