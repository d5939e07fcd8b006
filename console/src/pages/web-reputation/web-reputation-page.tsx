import { Stack } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { AddFeed } from './add-feed.tsx';
import { FeedTable } from './feed-table.tsx';
import { TryAddress } from './try-address.tsx';

const route = getRouteApi('/frame/web-reputation');

export const webFeedsQuery = (accountId: string | undefined) =>
  ask(['webfeed', accountId], routes.listWebFeeds, { query: accountId === undefined ? {} : { accountId } });

/** Feeds and lists that web reputation judges by, and a box to try an address in. */
export function WebReputationPage() {
  const say = usePhrase();
  const { may } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  // Tables are made within seconds of a change, without anybody being told.
  const query = useQuery({ ...webFeedsQuery(account), refetchInterval: 10_000 });
  return (
    <Page
      title={say('console.nav.webReputation')}
      subtitle={say('console.web.text')}
      actions={
        <>
          <AccountFilter value={account} onChange={(next) => void navigate({ search: { account: next } })} />
          {may('webfeed.write') && <AddFeed accountId={account} />}
        </>
      }
    >
      <Stack gap="md">
        <Card title={say('console.web.try')}>
          <TryAddress key={account ?? ''} accountId={account} />
        </Card>
        <Loaded query={query}>
          {({ feeds, shared, own }) => (
            <>
              <Card title={say('console.web.feeds')} flush>
                <FeedTable feeds={feeds} />
              </Card>
              <Card title={say('console.web.tables')}>
                <FactList
                  facts={[
                    ...(shared
                      ? [
                          [say('console.web.shared'), say('console.web.entriesOf', { count: shared.entries })] as const,
                          [say('console.web.sharedAt'), <Time key="at" at={shared.builtAt} relative />] as const,
                        ]
                      : [[say('console.web.shared'), say('console.web.notBuilt')] as const]),
                    ...(own
                      ? [
                          [say('console.web.own'), say('console.web.entriesOf', { count: own.entries })] as const,
                          [say('console.web.ownAt'), <Time key="own" at={own.builtAt} relative />] as const,
                        ]
                      : []),
                  ]}
                />
              </Card>
            </>
          )}
        </Loaded>
      </Stack>
    </Page>
  );
}
