import { Button, Center, Skeleton, Stack } from '@mantine/core';
import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { usePhrase } from '../language.tsx';
import { ErrorNotice } from './error-notice.tsx';

export type LoadedProps<T> = {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch' | 'isPending'>;
  readonly children: (data: T) => ReactNode;
};

/** A query's content; a quiet placeholder before it, the error where it fails. Content already shown stays, under the error. */
export function Loaded<T>({ query, children }: LoadedProps<T>) {
  const say = usePhrase();
  const retry = () => void query.refetch();
  if (query.data === undefined && query.isPending) {
    return (
      <Stack gap="xs" p="md" role="status" aria-label={say('console.loading')}>
        <Skeleton height={14} width="40%" />
        <Skeleton height={14} width="75%" />
        <Skeleton height={14} width="60%" />
      </Stack>
    );
  }
  return (
    <>
      {query.error && (
        <div style={{ padding: '0.75rem' }}>
          <ErrorNotice error={query.error} onRetry={retry} />
        </div>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  );
}

export function LoadMore({
  query,
}: {
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'fetchNextPage' | 'isFetchingNextPage'>;
}) {
  const say = usePhrase();
  if (!query.hasNextPage) return null;
  return (
    <Center p="sm">
      <Button variant="default" size="sm" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {say('console.loadMore')}
      </Button>
    </Center>
  );
}
