import { Button, Group, Select } from '@mantine/core';
import { type DetectionModule, modules } from '@sakimori/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconListSearch } from '../../parts/icons.ts';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { detectionsQuery, hostsQuery } from '../../queries.ts';
import { DetectionTable } from './detection-table.tsx';

const route = getRouteApi('/frame/detections');
const periods = ['1', '7', '30'] as const;
const dayMs = 86_400_000;

/** What the modules saw, newest first. */
export function DetectionsPage() {
  const say = usePhrase();
  const search = route.useSearch();
  // Fixed while the page stands: a moving start would make every refresh a new question.
  const from = useMemo(
    () => (search.days ? new Date(Date.now() - Number(search.days) * dayMs).toISOString() : undefined),
    [search.days],
  );
  const query = useInfiniteQuery(
    detectionsQuery({ accountId: search.account, hostId: search.host, module: search.module, from }),
  );
  return (
    <Page title={say('console.nav.detections')} subtitle={say('console.detections.subtitle')}>
      <Filters />
      <Card flush>
        <Loaded query={query}>
          {({ pages }) => {
            const detections = pages.flatMap((page) => page.items);
            return detections.length > 0 ? (
              <DetectionTable detections={detections} />
            ) : (
              <EmptyState icon={IconListSearch} title={say('console.detections.none')}>
                {say('console.detections.noneText')}
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
  const hosts = useQuery(hostsQuery(search.account)).data?.items ?? [];
  const set = (next: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true });
  const narrowed = Object.values(search).some((value) => value !== undefined);
  return (
    <Group gap="xs" component="search" aria-label={say('console.filters')}>
      <Select
        w={{ base: '100%', xs: 160 }}
        aria-label={say('console.detections.period')}
        placeholder={say('console.detections.days.any')}
        data={periods.map((value) => ({ value, label: say(`console.detections.days.${value}`) }))}
        value={search.days ?? null}
        clearable
        onChange={(value) => set({ days: periods.find((each) => each === value) })}
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
      {narrowed && (
        <Button variant="subtle" size="compact-sm" onClick={() => void navigate({ search: {}, replace: true })}>
          {say('console.filters.clear')}
        </Button>
      )}
    </Group>
  );
}
