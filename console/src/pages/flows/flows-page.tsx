import { Stack, Text } from '@mantine/core';
import { type FlowRun, type FlowTry, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePhrase } from '../../language.tsx';
import { AccountFilter } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconBellCheck, IconHistory } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { ask, contactRunsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { ContactRun, RecordButton } from './contact-runs.tsx';
import { FlowEditor } from './flow-editor.tsx';
import { OutagesCard } from './outages-card.tsx';

const route = getRouteApi('/frame/flows');
type Call = { readonly run: FlowRun; readonly attempt: FlowTry };

const flowQuery = (accountId: string) =>
  ask(['contact', 'flow', accountId], routes.getContactFlow, { params: { accountId } });

/** Whom to reach when an agent is silent (S46): the calls that wait, the flow of an account, and all that was tried. */
export function FlowsPage() {
  const say = usePhrase();
  const { person, isProvider, may } = useSession();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const chosen = person.accountId ?? account;
  const runs = useQuery(contactRunsQuery({ accountId: chosen }));
  return (
    <Page
      title={say('console.nav.flows')}
      subtitle={say('console.flows.subtitle')}
      actions={
        <AccountFilter
          value={account}
          onChange={(next) => void navigate({ search: { account: next }, replace: true })}
        />
      }
    >
      <Stack gap="md">
        {may('contact.write') && <Calls query={runs} />}
        <Card title={say('console.flows.editor')}>
          {chosen ? (
            <Editor accountId={chosen} />
          ) : (
            <Text size="sm" className="dim">
              {say('console.flows.chooseAccount')}
            </Text>
          )}
        </Card>
        <Card title={say('console.flows.runs')}>
          <Loaded query={runs}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyState icon={IconHistory} title={say('console.flows.noRuns')}>
                  <Text size="sm">{say('console.flows.noRunsText')}</Text>
                </EmptyState>
              ) : (
                <Stack gap="lg">
                  {items.slice(0, 50).map((run) => (
                    <ContactRun key={run.id} run={run} />
                  ))}
                </Stack>
              )
            }
          </Loaded>
        </Card>
        {may('liveness.write') && <OutagesCard />}
      </Stack>
    </Page>
  );

  function Calls({ query }: { query: typeof runs }) {
    const columns: Column<Call>[] = [
      { key: 'account', head: say('console.account'), shown: isProvider, cell: ({ run }) => run.accountName },
      { key: 'host', head: say('console.nav.hosts'), cell: ({ run }) => run.hostName },
      { key: 'who', head: say('console.flows.who'), cell: ({ attempt }) => attempt.who },
      { key: 'phone', head: say('console.flows.phone'), cell: ({ attempt }) => <b>{attempt.target}</b> },
      { key: 'at', head: say('console.flows.at'), cell: ({ attempt }) => <Time at={attempt.at} relative /> },
      {
        key: 'record',
        head: say('console.edit'),
        silent: true,
        cell: ({ run, attempt }) => <RecordButton run={run} attempt={attempt} />,
      },
    ];
    return (
      <ListCard
        query={query}
        rowsOf={({ items }) =>
          items.flatMap((run) =>
            run.state === 'running'
              ? run.tries
                  .filter(({ kind, state }) => kind === 'phone' && state === 'waiting')
                  .map((attempt) => ({ run, attempt }))
              : [],
          )
        }
        title={say('console.flows.calls')}
        label={say('console.flows.calls')}
        columns={columns}
        rowKey={({ attempt }) => attempt.id}
        empty={{
          icon: IconBellCheck,
          title: say('console.flows.noCalls'),
          children: say('console.flows.noCallsText'),
        }}
      />
    );
  }
}

function Editor({ accountId }: { accountId: string }) {
  const query = useQuery(flowQuery(accountId));
  return (
    <Loaded query={query}>
      {(flow) => <FlowEditor key={`${accountId} ${JSON.stringify(flow)}`} accountId={accountId} flow={flow} />}
    </Loaded>
  );
}
