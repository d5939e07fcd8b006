import { Table } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useFreshKeys } from './fresh-keys.ts';

export type Column<Row> = {
  readonly key: string;
  readonly head: string;
  /** The heading is for screen readers alone: a column of buttons. */
  readonly silent?: boolean;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'right';
  readonly width?: string | number;
  /** One line, cut where it is too long: names of hosts and accounts. */
  readonly short?: boolean;
  /** Left out where false: a column that only some readers see. */
  readonly shown?: boolean;
};

export type DataTableProps<Row> = {
  /** Says to screen readers what the table holds. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Rows that come while the page is open light up for a moment. */
  readonly showFresh?: boolean;
};

/** Moves the focus between the rows' links: arrow keys, or j and k. */
function moveFocus(event: KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('.row-link')];
  const next = links[links.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Rows under headings; on a phone each row becomes a small card. A cell may hold a `row-link`, which makes its whole row a link. */
export function DataTable<Row>({ label, columns, rows, rowKey, showFresh = false }: DataTableProps<Row>) {
  const shown = columns.filter((column) => column.shown !== false);
  const table = useRef<HTMLTableElement>(null);
  const fresh = useFreshKeys(rows.map(rowKey), showFresh);
  return (
    <Table className="rows" aria-label={label} ref={table} onKeyDown={moveFocus}>
      <Table.Thead>
        <Table.Tr>
          {shown.map((column) => (
            <Table.Th key={column.key} className={column.align ?? ''} w={column.width} scope="col">
              {column.silent ? <span className="visually-hidden">{column.head}</span> : column.head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={rowKey(row)} className={fresh.has(rowKey(row)) ? 'fresh' : ''} data-link>
            {shown.map((column) => (
              <Table.Td
                key={column.key}
                className={column.align ?? ''}
                data-label={column.silent ? undefined : column.head}
              >
                {column.short ? <div className="short">{column.cell(row)}</div> : column.cell(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
