import { Button, Group, Select, Text } from '@mantine/core';
import { type DetectionModule, modules, type Severity, severities } from '@sakimori/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLanguage, usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconBellCheck, IconSearch } from '../../parts/icons.ts';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { alertDefinitionsQuery, alertsQuery, hostsQuery } from '../../queries.ts';
import { BlockProposals } from '../containment/block-proposals.tsx';
import { AlertTable } from './alert-table.tsx';
import { TechniqueField } from './techniques.tsx';

const route = getRouteApi('/frame/alerts');
const states = ['unclosed', 'open', 'acknowledged', 'snoozed', 'closed', 'all'] as const;

/** Alerts, newest first. The filters live in the address, so that a view can be kept and handed over. */
export function AlertsPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const state = search.state ?? 'unclosed';
  const query = useInfiniteQuery(
    alertsQuery({
      state: state === 'all' ? undefined : state === 'snoozed' ? 'unclosed' : state,
      // What was put aside is not among what waits for somebody.
      snoozed: state === 'snoozed' ? 'yes' : state === 'all' || state === 'closed' ? undefined : 'no',
      definition: search.definition,
      attack: search.attack,
      severity: search.severity,
      module: search.module,
      accountId: search.account,
      hostId: search.host,
    }),
  );
  const filtered = Boolean(
    search.severity ?? search.module ?? search.account ?? search.host ?? search.definition ?? search.attack,
  );
  return (
    <Page
      title={say('console.nav.alerts')}
      subtitle={
        <Text span inherit visibleFrom="sm">
          {say('console.alerts.subtitle')}
        </Text>
      }
    >
      <BlockProposals place={{ accountId: search.account, hostId: search.host }} />
      <Filters />
      <Card flush>
        <Loaded query={query}>
          {({ pages }) => {
            const alerts = pages.flatMap((page) => page.items);
            if (alerts.length > 0) return <AlertTable alerts={alerts} />;
            return filtered || state !== 'unclosed' ? (
              <EmptyState icon={IconSearch} title={say('console.alerts.noneFiltered')}>
                {say('console.alerts.noneFilteredText')}
              </EmptyState>
            ) : (
              <EmptyState icon={IconBellCheck} title={say('console.overview.noAlerts')}>
                {say('console.overview.noAlertsText')}
              </EmptyState>
            );
          }}
        </Loaded>
        <LoadMore query={query} />
      </Card>
    </Page>
  );
}

function Filters() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { language } = useLanguage();
  const hosts = useQuery(hostsQuery(search.account)).data?.items ?? [];
  const definitions = useQuery(alertDefinitionsQuery()).data?.items ?? [];
  const set = (next: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const narrowed = Object.values(search).some((value) => value !== undefined);
  return (
    <Group gap="xs" component="search" aria-label={say('console.filters')}>
      <Select
        w={{ base: '100%', xs: 150 }}
        aria-label={say('console.alerts.state')}
        data={states.map((value) => ({ value, label: say(`console.alerts.states.${value}`) }))}
        value={search.state ?? 'unclosed'}
        allowDeselect={false}
        onChange={(value) => set({ state: states.find((each) => each === value) })}
      />
      <Select
        w={{ base: '100%', xs: 150 }}
        aria-label={say('console.alerts.severity')}
        placeholder={say('console.alerts.anySeverity')}
        data={[...severities].reverse().map((value) => ({ value, label: say(`severity.${value}`) }))}
        value={search.severity ?? null}
        clearable
        onChange={(value) => set({ severity: (value ?? undefined) as Severity | undefined })}
      />
      <Select
        w={{ base: '100%', xs: 210 }}
        aria-label={say('console.alerts.module')}
        placeholder={say('console.alerts.anyModule')}
        data={[...modules, 'system' as const].map((value) => ({ value, label: say(`module.${value}`) }))}
        value={search.module ?? null}
        clearable
        onChange={(value) => set({ module: (value ?? undefined) as DetectionModule | undefined })}
      />
      <AccountFilter value={search.account} onChange={(account) => set({ account, host: undefined })} />
      <Select
        w={{ base: '100%', xs: 190 }}
        aria-label={say('console.alerts.host')}
        placeholder={say('console.alerts.anyHost')}
        data={hosts.map((host) => ({ value: host.id, label: host.facts.name }))}
        value={search.host ?? null}
        clearable
        searchable
        onChange={(value) => set({ host: value ?? undefined })}
      />
      <Select
        w={{ base: '100%', xs: 220 }}
        aria-label={say('console.alerts.definition')}
        placeholder={say('console.alerts.anyDefinition')}
        data={definitions.map(({ id, name }) => ({ value: id, label: name[language] }))}
        value={search.definition ?? null}
        clearable
        searchable
        onChange={(value) => set({ definition: value ?? undefined })}
      />
      <TechniqueField key={search.attack ?? ''} value={search.attack} onChange={(attack) => set({ attack })} />
      {narrowed && (
        <Button variant="subtle" size="compact-sm" onClick={() => void navigate({ search: {}, replace: true })}>
          {say('console.filters.clear')}
        </Button>
      )}
    </Group>
  );
}
