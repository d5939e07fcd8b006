import { Text } from '@mantine/core';
import type { RecipientList } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';

/** Who receives what, before and after. */
export function RecipientLists({ lists }: { lists: readonly RecipientList[] }) {
  const say = usePhrase();
  const columns: Column<RecipientList>[] = [
    { key: 'purpose', head: '', width: 110, cell: ({ purpose }) => say(`console.purpose.${purpose}`) },
    { key: 'before', head: say('console.recipients.before'), cell: ({ before }) => <People rows={before} /> },
    { key: 'after', head: say('console.recipients.after'), cell: ({ after }) => <People rows={after} /> },
  ];
  return (
    <DataTable
      label={say('console.recipients.title')}
      columns={columns}
      rows={lists}
      rowKey={({ purpose }) => purpose}
    />
  );
}

function People({ rows }: { rows: RecipientList['after'] }) {
  const say = usePhrase();
  if (rows.length === 0) return <span className="dim">{say('console.recipients.nobody')}</span>;
  return rows.map(({ contactId, name, mail }) => (
    <div key={contactId} style={{ overflowWrap: 'anywhere' }}>
      <Text size="sm">{mail}</Text>
      <Text size="xs" className="dim">
        {name}
      </Text>
    </div>
  ));
}
