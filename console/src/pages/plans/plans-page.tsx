import { Select, Stack, Text } from '@mantine/core';
import type { EditionSummary } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconFileText } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { editionQuery, editionsQuery } from '../../queries.ts';
import { useAccounts, useSession } from '../../session.tsx';
import { ClausesCard, HoursCard, ReadingsCard, TargetsCard } from './edition-details.tsx';
import { PlanTableView } from './plan-table.tsx';

const route = getRouteApi('/frame/plans');

/** What each plan includes, rendered from an edition’s data. A customer sees the edition of the own contract, with the own plan marked. */
export function PlansPage() {
  const say = usePhrase();
  const { language } = useLanguage();
  const { edition: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(editionsQuery);
  const items = query.data?.items ?? [];
  const chosen = items.find(({ id }) => id === wanted) ?? items.find(({ isDefault }) => isDefault) ?? items[0];
  return (
    <Page
      title={say('console.nav.plans')}
      subtitle={say('console.plans.subtitle')}
      actions={
        chosen &&
        items.length > 1 && (
          <Select
            size="sm"
            aria-label={say('console.plans.edition')}
            data={items.map(({ id, name }) => ({ value: id, label: name[language] }))}
            value={chosen.id}
            allowDeselect={false}
            onChange={(id) => void navigate({ search: { edition: id ?? undefined }, replace: true })}
          />
        )
      }
    >
      <Loaded query={query}>
        {() =>
          chosen ? (
            <EditionView summary={chosen} />
          ) : (
            <Card>
              <EmptyState icon={IconFileText} title={say('console.plans.none')}>
                {''}
              </EmptyState>
            </Card>
          )
        }
      </Loaded>
    </Page>
  );
}

function EditionView({ summary }: { summary: EditionSummary }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { isProvider, may } = useSession();
  const accounts = useAccounts();
  const own = new Set(isProvider ? [] : accounts.map(({ plan }) => plan));
  return (
    <Loaded query={useQuery(editionQuery(summary.id))}>
      {(edition) => (
        <Stack gap="md">
          <Card title={say.bracket(edition.title[language], edition.name[language])}>
            <PlanTableView edition={edition} own={own} />
            <Text size="xs" className="dim" mt="xs">
              {say('console.plans.legend')}
            </Text>
          </Card>
          <HoursCard edition={edition} />
          {isProvider && may('audit.read') && <TargetsCard edition={edition} />}
          <ReadingsCard edition={edition} />
          <ClausesCard edition={edition} />
        </Stack>
      )}
    </Loaded>
  );
}
