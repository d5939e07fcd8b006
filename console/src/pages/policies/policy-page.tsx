import { Button, Grid, Stack, Text, Timeline } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type RouteAnswer, reasonIn, type routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { policyModulesQuery } from '../../configuration-queries.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { IconPencil } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { policyQuery, policyVersionsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { Exclusions } from '../integrity/exclusions.tsx';
import { CompareVersions } from './compare-versions.tsx';
import { ModuleRules } from './module-rules.tsx';
import { PolicyEditor } from './policy-editor.tsx';
import { PolicySettings } from './policy-settings.tsx';
import { PolicyView } from './policy-view.tsx';

export type CurrentPolicy = RouteAnswer<typeof routes.getPolicy>;
const route = getRouteApi('/frame/policies/$policyId');

export function PolicyPage() {
  const { policyId } = route.useParams();
  const query = useQuery(policyQuery(policyId));
  return <Loaded query={query}>{(policy) => <OnePolicy key={policyId} policy={policy} />}</Loaded>;
}

function OnePolicy({ policy }: { policy: CurrentPolicy }) {
  const say = usePhrase();
  const { may } = useSession();
  // The version being edited is held fast: what others write meanwhile must not slip under the editor.
  const [edited, setEdited] = useState<CurrentPolicy>();
  const saved = () => {
    setEdited(undefined);
    notifications.show({ message: say('console.policies.saved') });
  };
  return (
    <Page
      title={policy.name}
      subtitle={
        <>
          <TextLink to="/policies" search={{ account: policy.accountId }} size="sm">
            {say('console.policies.back')}
          </TextLink>
          <PolicyPlace policyId={policy.policyId} />
        </>
      }
      actions={
        <>
          <StateBadge tone="info">v{policy.version}</StateBadge>
          {may('policy.write') && !edited && (
            <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setEdited(policy)}>
              {say('console.edit')}
            </Button>
          )}
        </>
      }
    >
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          {edited ? (
            <PolicyEditor
              key={edited.version}
              policy={edited}
              onSaved={saved}
              onCancel={() => setEdited(undefined)}
              onReload={async () =>
                setEdited(await queryClient.fetchQuery({ ...policyQuery(policy.policyId), staleTime: 0 }))
              }
            />
          ) : (
            <Stack>
              <ModuleRules policyId={policy.policyId} />
              <PolicySettings policyId={policy.policyId} />
              <Exclusions accountId={policy.accountId} place={{ policyId: policy.policyId }} />
              <details>
                <summary className="dim" style={{ cursor: 'pointer', fontSize: '0.875rem', marginBottom: '0.5rem' }}>
                  {say('console.policies.document')}
                </summary>
                <PolicyView document={policy.document} />
              </details>
            </Stack>
          )}
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Versions policyId={policy.policyId} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** Its id in the API, and the policy that it stands below. */
function PolicyPlace({ policyId }: { policyId: string }) {
  const say = usePhrase();
  const place = useQuery(policyModulesQuery(policyId)).data;
  if (!place) return null;
  return (
    <>
      {'　'}
      {say.pair(say('console.policies.apiId'), String(place.number))}
      {place.parent && (
        <>
          {'　'}
          {say.pair(say('console.policies.parent'), '')}
          <TextLink to="/policies/$policyId" params={{ policyId: place.parent.policyId }} size="sm">
            {place.parent.name}
          </TextLink>
        </>
      )}
    </>
  );
}

function Versions({ policyId }: { policyId: string }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const query = useQuery(policyVersionsQuery(policyId));
  return (
    <Card
      title={say('console.policies.versions')}
      actions={
        <CompareVersions policyId={policyId} versions={(query.data?.items ?? []).map(({ version }) => version)} />
      }
    >
      <Loaded query={query}>
        {({ items }) => (
          <Timeline bulletSize={14} lineWidth={2} active={0}>
            {items.map((version) => (
              <Timeline.Item
                key={version.version}
                title={
                  <Text fw={600} size="sm" component="span">
                    v{version.version}
                  </Text>
                }
              >
                <Stack gap={0}>
                  <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                    {reasonIn(language, version.reason)}
                  </Text>
                  <Text size="xs" className="dim">
                    {version.createdBy === 'system' ? say('console.step.bySystem') : version.createdBy} ·{' '}
                    <Time at={version.createdAt} relative />
                  </Text>
                </Stack>
              </Timeline.Item>
            ))}
          </Timeline>
        )}
      </Loaded>
    </Card>
  );
}
