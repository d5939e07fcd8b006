import { Button, Group } from '@mantine/core';
import { routes, type WebFeed } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { IconRefresh } from '../../parts/icons.ts';
import { RelativeTime } from '../../parts/time.tsx';
import { queryClient, useSession } from '../../session.tsx';
import { ReplaceFeed } from './replace-feed.tsx';

const renew = () => queryClient.invalidateQueries({ queryKey: ['webfeed'] });

export function FeedTable({ feeds }: { feeds: readonly WebFeed[] }) {
  const say = usePhrase();
  const { may } = useSession();
  const columns: Column<WebFeed>[] = [
    {
      key: 'name',
      head: say('console.web.name'),
      cell: (feed) => (
        <div>
          {feed.name}
          <div className="dim" style={{ fontSize: '0.75rem', overflowWrap: 'anywhere' }}>
            {feed.url ?? say(feed.isShipped ? 'console.web.shipped' : 'console.web.uploaded')}
          </div>
        </div>
      ),
    },
    {
      key: 'scope',
      head: say('console.web.scope'),
      width: 130,
      cell: (feed) => say(feed.accountId ? 'console.web.ofAccount' : 'console.web.ofAll'),
    },
    {
      key: 'entries',
      head: say('console.web.entries'),
      width: 110,
      align: 'right',
      cell: (feed) => feed.entries.toLocaleString(),
    },
    { key: 'state', head: say('console.web.state'), cell: (feed) => <FeedState feed={feed} /> },
    {
      key: 'deeds',
      head: '',
      width: 300,
      shown: may('webfeed.write'),
      cell: (feed) => <Deeds feed={feed} />,
    },
  ];
  return <DataTable label={say('console.web.feeds')} columns={columns} rows={feeds} rowKey={({ id }) => id} />;
}

function FeedState({ feed }: { feed: WebFeed }) {
  const say = usePhrase();
  const [first] = feed.faults;
  return (
    <div style={{ fontSize: '0.8125rem', overflowWrap: 'anywhere' }}>
      {feed.goodAt && (
        <div>
          {say('console.web.goodAt')} <RelativeTime at={feed.goodAt} />
        </div>
      )}
      {feed.problem && (
        <div style={{ color: 'var(--bad)' }}>
          {say(`web.problem.${feed.problem.code}`, { detail: feed.problem.detail })}
        </div>
      )}
      {first && (
        <div className="dim">
          {say('console.web.faults', { count: feed.faultCount, line: first.line })} {say.or('web.fault', first.fault)}
        </div>
      )}
    </div>
  );
}

function Deeds({ feed }: { feed: WebFeed }) {
  const say = usePhrase();
  const params = { feedId: feed.id };
  const refresh = useMutation({ mutationFn: () => call(routes.refreshWebFeed, { params }), onSuccess: renew });
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {feed.url && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={refresh.isPending}
          onClick={() => refresh.mutate()}
        >
          {say('console.web.refresh')}
        </Button>
      )}
      {!feed.isShipped && <ReplaceFeed feed={feed} />}
      {!feed.isShipped && (
        <ConfirmButton
          label={say('console.web.remove')}
          text={say('console.web.removeText', { name: feed.name })}
          onConfirm={async () => {
            await call(routes.removeWebFeed, { params });
            await renew();
          }}
          button={{ size: 'xs', variant: 'default' }}
        />
      )}
    </Group>
  );
}
