import { Button, Group, Text } from '@mantine/core';
import { type RebootNotice, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { rebootNoticesQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

/** Letters that a host needs a restart, as drafts for people to send (S15). Nothing to see where none waits. */
export function RebootNotices({ place }: { place: { accountId?: string; hostId?: string } }) {
  const say = usePhrase();
  const { data } = useQuery(rebootNoticesQuery(place));
  const drafts = (data?.items ?? []).filter(({ state }) => state === 'draft');
  if (drafts.length === 0) return null;
  return (
    <Card title={say('console.reboot.title')} flush>
      <Text size="sm" className="dim" px="md" py="xs">
        {say('console.reboot.text')}
      </Text>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {drafts.map((notice) => (
          <li key={notice.id} className="module">
            <Draft notice={notice} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Draft({ notice }: { notice: RebootNotice }) {
  const say = usePhrase();
  const decide = useMutation({
    mutationFn: (route: typeof routes.sendRebootNotice | typeof routes.dismissRebootNotice) =>
      call(route, { params: { noticeId: notice.id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['installation'] }),
  });
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {notice.subject}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" loading={decide.isPending} onClick={() => decide.mutate(routes.sendRebootNotice)}>
            {say('console.reboot.send')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => decide.mutate(routes.dismissRebootNotice)}>
            {say('console.reboot.dismiss')}
          </Button>
        </Group>
      </Group>
      <pre style={{ whiteSpace: 'pre-wrap', fontFamily: 'inherit', fontSize: '0.8125rem', margin: '0.25rem 0 0' }}>
        {notice.text}
      </pre>
      <ErrorNotice error={decide.error} />
    </>
  );
}
