import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Card, type CardProps } from './card.tsx';
import { EmptyState, type EmptyStateProps } from './empty-state.tsx';
import { Loaded } from './loaded.tsx';
import { PagedTable, type PagedTableProps } from './paged-table.tsx';

export type ListCardProps<Row, Data> = Omit<PagedTableProps<Row>, 'rows'> & {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'isPending' | 'refetch'>;
  readonly rowsOf: (data: Data) => readonly Row[];
  /** What stands in place of no rows. */
  readonly empty: EmptyStateProps;
  readonly title?: CardProps['title'];
  readonly actions?: ReactNode;
  /** Below the table. */
  readonly note?: (data: Data) => ReactNode;
};

/** A list of a page: its rows once they are here, or why there are none. */
export function ListCard<Row, Data>(props: ListCardProps<Row, Data>) {
  const { query, rowsOf, empty, title, actions, note, ...table } = props;
  return (
    <Card flush title={title} actions={actions}>
      <Loaded query={query}>
        {(data) => {
          const rows = rowsOf(data);
          return (
            <>
              {rows.length > 0 ? <PagedTable {...table} rows={rows} /> : <EmptyState {...empty} />}
              {note?.(data)}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}
