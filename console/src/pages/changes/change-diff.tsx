import type { ChangeLine } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';

/** What becomes what, or, of a conflict, what was expected and what stands there. */
export function DiffCard({ lines, isConflict = false }: { lines: readonly ChangeLine[]; isConflict?: boolean }) {
  const say = usePhrase();
  const columns: Column<ChangeLine>[] = [
    {
      key: 'field',
      head: say('console.change.field'),
      cell: ({ name, field }) => (
        <div style={{ overflowWrap: 'anywhere' }}>
          <code>{field}</code>
          <div className="dim" style={{ fontSize: '0.75rem' }}>
            {name}
          </div>
        </div>
      ),
    },
    {
      key: 'before',
      head: say(isConflict ? 'console.change.expected' : 'console.change.before'),
      cell: ({ before }) => <Value text={before} />,
    },
    {
      key: 'after',
      head: say(isConflict ? 'console.change.stands' : 'console.change.after'),
      cell: ({ after }) => <Value text={after} isNew />,
    },
  ];
  const title = say(isConflict ? 'console.change.conflict' : 'console.change.diff');
  return (
    <Card title={title} flush>
      <DataTable
        label={title}
        columns={columns}
        rows={lines}
        rowKey={({ type, name, field, before, after }) => [type, name, field, before, after].join('\u0000')}
      />
    </Card>
  );
}

const textMax = 600;

function Value({ text, isNew = false }: { text: string | undefined; isNew?: boolean }) {
  const say = usePhrase();
  if (text === undefined) return <span className="dim">{say('console.change.notSet')}</span>;
  const shown = text.length > textMax ? `${text.slice(0, textMax)}…` : text;
  const style = { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontWeight: isNew ? 600 : 400 } as const;
  return <span style={style}>{shown}</span>;
}
