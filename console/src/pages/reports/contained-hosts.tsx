import { Text } from '@mantine/core';
import type { Report } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Time } from '../../parts/time.tsx';

/** What was done about attacks in the month, or declined, with the customer's word (S73). */
export function ContainedHosts({ contained: { count, items } }: { contained: NonNullable<Report['contained']> }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card title={say('report.section.contained')} flush>
      <Text p="md" size="sm" className="dim">
        {say('report.containedNote')}
      </Text>
      <DataTable
        label={say('report.section.contained')}
        rows={items}
        rowKey={({ number }) => String(number)}
        columns={[
          { key: 'at', head: say('report.column.containedAt'), width: 170, cell: ({ at }) => <Time at={at} /> },
          { key: 'host', head: say('report.column.containedHost'), cell: ({ hostName }) => hostName },
          {
            key: 'measure',
            head: say('report.column.measure'),
            cell: ({ playbook, source }) => [playbook[language], source].filter(Boolean).join(' '),
          },
          {
            key: 'consent',
            head: say('report.column.consent'),
            cell: ({ way, consentBy, state }) =>
              way === 'none'
                ? say('consentWay.none')
                : say(state === 'declined' ? 'report.consentDeclined' : 'report.consentGiven', {
                    ...{ by: consentBy, way: say.or('consentWay', way) },
                  }),
          },
          {
            key: 'state',
            head: say('report.column.containedState'),
            cell: ({ state }) => say.or('containmentState', state),
          },
        ]}
      />
      {count > items.length && (
        <Text p="md" size="sm" className="dim">
          {say('report.moreContained', { count: count - items.length })}
        </Text>
      )}
    </Card>
  );
}
