import { SimpleGrid, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconBellCheck } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { alertsQuery, overviewQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { AlertTable } from '../alerts/alert-table.tsx';
import { EnrolGuide } from '../hosts/enrol-guide.tsx';
import { ProviderUnset } from '../provider/provider-unset.tsx';
import { DetectionChart } from './detection-chart.tsx';
import { Figures } from './figures.tsx';
import { VerdictPanel } from './verdict-panel.tsx';
import { WorkToday } from './work-today.tsx';

const route = getRouteApi('/frame/');

/** “Are we all right?” */
export function OverviewPage() {
  const say = usePhrase();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useSession();
  const overview = useQuery(overviewQuery(account));
  const noHosts = overview.data?.hosts.total === 0;
  return (
    <Page
      title={say('console.overview.title')}
      actions={<AccountFilter value={account} onChange={(next) => void navigate({ search: { account: next } })} />}
    >
      <Loaded query={overview}>
        {(data) => (
          <Stack>
            <VerdictPanel overview={data} account={account} />
            {noHosts && may('host.enrol') && <EnrolGuide account={account} />}
            {!noHosts && <Figures overview={data} account={account} />}
            <ProviderUnset />
            {may('work.read') && <WorkToday account={account} />}
            <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
              <NewestAlerts account={account} />
              <DetectionChart overview={data} />
            </SimpleGrid>
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}

function NewestAlerts({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const query = useInfiniteQuery(alertsQuery({ state: 'unclosed', accountId: account }, 8));
  const all = (
    <TextLink to="/alerts" search={{ account }} size="sm">
      {say('console.overview.allAlerts')}
    </TextLink>
  );
  return (
    <Card title={say('console.overview.newest')} actions={all} flush>
      <Loaded query={query}>
        {({ pages }) =>
          pages[0]?.items.length ? (
            <AlertTable alerts={pages[0].items} brief />
          ) : (
            <EmptyState icon={IconBellCheck} title={say('console.overview.noAlerts')}>
              {say('console.overview.noAlertsText')}
            </EmptyState>
          )
        }
      </Loaded>
    </Card>
  );
}
