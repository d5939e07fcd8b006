import { Grid, Stack, Text } from '@mantine/core';
import { type Host, routes } from '@sakimori/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconBellCheck, IconListSearch } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { LivenessBadge } from '../../parts/state-badge.tsx';
import { alertsQuery, detectionsQuery, hostQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { AlertTable } from '../alerts/alert-table.tsx';
import { BlockProposals } from '../containment/block-proposals.tsx';
import { SourceBlocks } from '../containment/source-blocks.tsx';
import { DetectionTable } from '../detections/detection-table.tsx';
import { ContactRunsCard } from '../flows/contact-runs-card.tsx';
import { Exclusions } from '../integrity/exclusions.tsx';
import { HostIntegrity } from '../integrity/host-integrity.tsx';
import { LivenessCard } from '../liveness/liveness-card.tsx';
import { QuarantineCard } from '../malware/quarantine-card.tsx';
import { HostFacts } from './host-facts.tsx';
import { HostInventoryCard } from './host-inventory.tsx';
import { HostPreflight } from './host-preflight.tsx';
import { HostTasks } from './host-tasks.tsx';
import { HostWarnings } from './host-warnings.tsx';
import { IntrusionModeCard } from './intrusion-mode.tsx';
import { ModuleList } from './module-list.tsx';
import { RecommendationsCard } from './recommendations/recommendations-card.tsx';

const route = getRouteApi('/frame/hosts/$hostId');

/** One host: is it there, does it do what its policy asks, and what happened on it. */
export function HostPage() {
  const { hostId } = route.useParams();
  const query = useQuery(hostQuery(hostId));
  return <Loaded query={query}>{(host) => <HostView host={host} />}</Loaded>;
}

function HostView({ host }: { host: Host }) {
  const say = usePhrase();
  const { may } = useSession();
  const retired = host.liveness.state === 'retired';
  const retire = async (reason: string) => {
    const changed = await call(routes.retireHost, { params: { hostId: host.id }, body: { reason } });
    queryClient.setQueryData(hostQuery(host.id).queryKey, changed);
    await queryClient.invalidateQueries({ queryKey: ['host', 'list'] });
  };
  return (
    <Page
      title={host.facts.name}
      subtitle={
        <TextLink to="/hosts" size="sm">
          {say('console.host.back')}
        </TextLink>
      }
      actions={
        <>
          <LivenessBadge host={host} />
          {may('host.retire') && !retired && (
            <ConfirmButton
              label={say('console.host.retire')}
              text={say('console.host.retireText', { name: host.facts.name })}
              reasonLabel={say('console.reason')}
              onConfirm={retire}
            />
          )}
        </>
      }
    >
      <HostWarnings host={host} />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Card title={say('console.host.facts')}>
            <HostFacts host={host} />
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Card title={say('console.hosts.modules')} flush>
            <ModuleList modules={host.modules} />
          </Card>
        </Grid.Col>
      </Grid>
      {!retired && <LivenessCard host={host} />}
      <ContactRunsCard place={{ hostId: host.id }} />
      <HostPreflight hostId={host.id} />
      <BlockProposals place={{ hostId: host.id }} />
      <HostAlerts hostId={host.id} />
      <HostDetections hostId={host.id} />
      <QuarantineCard place={{ hostId: host.id }} />
      <IntrusionModeCard host={host} />
      <HostIntegrity host={host} />
      <Exclusions accountId={host.accountId} place={{ hostId: host.id }} />
      <SourceBlocks host={host} />
      <HostTasks host={host} />
      <RecommendationsCard host={host} />
      <HostInventoryCard host={host} />
    </Page>
  );
}

function HostAlerts({ hostId }: { hostId: string }) {
  const say = usePhrase();
  const query = useInfiniteQuery(alertsQuery({ hostId }, 10));
  const all = (
    <TextLink to="/alerts" search={{ host: hostId, state: 'all' }} size="sm">
      {say('console.overview.allAlerts')}
    </TextLink>
  );
  return (
    <Card title={say('console.host.alerts')} actions={all} flush>
      <Loaded query={query}>
        {({ pages }) =>
          pages[0]?.items.length ? (
            <AlertTable alerts={pages[0].items} brief />
          ) : (
            <EmptyState icon={IconBellCheck} title={say('console.host.noAlerts')} />
          )
        }
      </Loaded>
    </Card>
  );
}

function HostDetections({ hostId }: { hostId: string }) {
  const say = usePhrase();
  const query = useInfiniteQuery(detectionsQuery({ hostId }, 10));
  const all = (
    <TextLink to="/detections" search={{ host: hostId }} size="sm">
      {say('console.overview.allDetections')}
    </TextLink>
  );
  return (
    <Stack>
      <Card title={say('console.host.detections')} actions={all} flush>
        <Loaded query={query}>
          {({ pages }) =>
            pages[0]?.items.length ? (
              <DetectionTable detections={pages[0].items} brief />
            ) : (
              <EmptyState icon={IconListSearch} title={say('console.detections.none')}>
                <Text size="sm">{say('console.host.noDetections')}</Text>
              </EmptyState>
            )
          }
        </Loaded>
      </Card>
    </Stack>
  );
}
