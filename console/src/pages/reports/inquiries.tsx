import { Text } from '@mantine/core';
import type { Report } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Time } from '../../parts/time.tsx';

/** Inquiries and changes that were completed in the month, each once (S87). */
export function Inquiries({ inquiries: { count, items } }: { inquiries: NonNullable<Report['inquiries']> }) {
  const say = usePhrase();
  const title = say('report.section.inquiries');
  const at = (instant: string | undefined) => (instant ? <Time at={instant} /> : say('report.ratio.none'));
  return (
    <Card title={title} flush>
      {items.length === 0 && <Text p="md">{say('report.noInquiries')}</Text>}
      {items.length > 0 && (
        <DataTable
          label={title}
          rows={items}
          rowKey={(row) => `${row.what} ${row.number}`}
          columns={[
            {
              key: 'number',
              head: say('report.column.number'),
              cell: (row) =>
                row.what === 'change' ? say('report.changeNumber', { number: row.number }) : `#${row.number}`,
            },
            {
              key: 'kind',
              head: say('report.column.inquiryKind'),
              cell: (row) => say.or('ticketKind', row.kind),
            },
            { key: 'subject', head: say('report.column.subject'), cell: (row) => row.subject },
            { key: 'firstAnswer', head: say('report.column.firstAnswerAt'), cell: (row) => at(row.firstAnswerAt) },
            { key: 'done', head: say('report.column.doneAt'), cell: (row) => at(row.doneAt) },
          ]}
        />
      )}
      {count > items.length && (
        <Text p="md" size="sm" className="dim">
          {say('report.moreInquiries', { count: count - items.length })}
        </Text>
      )}
    </Card>
  );
}
