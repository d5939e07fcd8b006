import { Button } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconNote, IconPlus } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

const handoversQuery = ask(['cases', 'handovers'], routes.listHandovers, { query: {} });

/** What each shift handed over to the next. */
export function HandoversPage() {
  const say = usePhrase();
  const query = useQuery(handoversQuery);
  const navigate = useNavigate();
  const draft = useMutation({
    mutationFn: () => call(routes.draftHandover),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ['cases', 'handovers'] });
      await navigate({ to: '/handovers/$handoverId', params: { handoverId: id } });
    },
  });
  return (
    <Page
      title={say('console.handover.title')}
      subtitle={say('console.handover.subtitle')}
      actions={
        <Button leftSection={<IconPlus size={16} />} loading={draft.isPending} onClick={() => draft.mutate()}>
          {say('console.handover.draft')}
        </Button>
      }
    >
      {draft.error && <ErrorNotice error={draft.error} />}
      <Card flush>
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={IconNote} title={say('console.handover.none')} />
            ) : (
              <DataTable
                label={say('console.handover.title')}
                rows={items}
                rowKey={({ id }) => id}
                columns={[
                  {
                    key: 'shift',
                    head: say('console.handover.shift'),
                    cell: ({ id, from, to }) => (
                      <TextLink to="/handovers/$handoverId" params={{ handoverId: id }} size="sm">
                        <Time at={from} /> – <Time at={to} />
                      </TextLink>
                    ),
                  },
                  {
                    key: 'state',
                    head: say('console.handover.state'),
                    width: 110,
                    cell: ({ state }) => (
                      <StateBadge tone={state === 'draft' ? 'watch' : 'good'}>
                        {say(`handoverState.${state}`)}
                      </StateBadge>
                    ),
                  },
                  { key: 'by', head: say('console.handover.by'), cell: ({ signedBy }) => signedBy ?? '–' },
                  {
                    key: 'counts',
                    head: say('console.case.what'),
                    cell: ({ counts }) => say('console.handover.counts', counts),
                  },
                ]}
              />
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}
