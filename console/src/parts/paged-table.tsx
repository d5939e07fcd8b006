import { Group, Pagination } from '@mantine/core';
import { useState } from 'react';
import { usePhrase } from '../language.tsx';
import { DataTable, type DataTableProps } from './data-table.tsx';

export type PagedTableProps<Row> = DataTableProps<Row> & {
  /** Rows of one page. */
  readonly pageSize?: number;
};

/** A table of rows that are all here: a page of them at a time, so that hundreds stay quick and can be got over. */
export function PagedTable<Row>({ rows, pageSize = 50, ...table }: PagedTableProps<Row>) {
  const say = usePhrase();
  const [wanted, setWanted] = useState(1);
  const pageCount = Math.max(1, Math.ceil(rows.length / pageSize));
  // A search may leave fewer pages than the one that was open.
  const page = Math.min(wanted, pageCount);
  const first = (page - 1) * pageSize;
  const shown = rows.slice(first, first + pageSize);
  return (
    <>
      <DataTable {...table} rows={shown} />
      {pageCount > 1 && (
        <Group justify="space-between" gap="xs" p="sm" component="nav" aria-label={say('console.pages')}>
          <span className="dim figures" style={{ fontSize: '0.8125rem' }}>
            {say('console.pages.shown', { first: first + 1, last: first + shown.length, total: rows.length })}
          </span>
          <Pagination
            size="sm"
            total={pageCount}
            value={page}
            onChange={setWanted}
            getControlProps={(control) => ({ 'aria-label': say(`console.pages.${control}`) })}
            getItemProps={(number) => ({ 'aria-label': say('console.pages.page', { number }) })}
          />
        </Group>
      )}
    </>
  );
}
