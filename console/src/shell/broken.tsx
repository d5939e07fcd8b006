import { Center, Stack, Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { usePhrase } from '../language.tsx';
import { EmptyState } from '../parts/empty-state.tsx';
import { ErrorNotice } from '../parts/error-notice.tsx';
import { IconSearch } from '../parts/icons.ts';
import { ButtonLink } from '../parts/links.tsx';
import { sessionQuery } from '../queries.ts';
import { queryClient } from '../session.tsx';

const retryMs = 3000;

/** A page that could not be shown. Tries again by itself: mostly the manager is only restarting. */
export function Broken({ error }: { error: unknown }) {
  const say = usePhrase();
  const router = useRouter();
  useEffect(() => {
    const timer = setInterval(async () => {
      const answered = await queryClient
        .fetchQuery({ ...sessionQuery, staleTime: 0, retry: false })
        .catch(() => undefined);
      if (answered) void router.invalidate();
    }, retryMs);
    return () => clearInterval(timer);
  }, [router]);
  return (
    <Center p="lg" mih="60dvh">
      <title>{`${say('console.broken.title')} | ${say('product.name')}`}</title>
      <Stack maw="34rem" w="100%">
        <Text component="h1" fw={600} fz="lg">
          {say('console.broken.title')}
        </Text>
        <ErrorNotice error={error} onRetry={() => void router.invalidate()} />
      </Stack>
    </Center>
  );
}

export function NotFound() {
  const say = usePhrase();
  return (
    <Center mih="60dvh">
      <title>{`${say('console.notFound.title')} | ${say('product.name')}`}</title>
      <EmptyState
        icon={IconSearch}
        title={say('console.notFound.title')}
        action={<ButtonLink to="/">{say('console.notFound.home')}</ButtonLink>}
      >
        {say('console.notFound.text')}
      </EmptyState>
    </Center>
  );
}
