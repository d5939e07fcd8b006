import { Stack, Text } from '@mantine/core';
import { type OnCall, type OnCallLevel, type OnCallPage as Page_, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconCircleCheck } from '../../parts/icons.ts';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../parts/page.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { ask } from '../../queries.ts';
import { Gateways } from './gateways.tsx';

const onCallQuery = ask(['cases', 'oncall'], routes.getOnCall);
const pagesQuery = ask(['cases', 'oncall', 'pages'], routes.listOnCallPages, { query: {} });
const tones = { calling: 'bad', taken: 'good', exhausted: 'warn' } as const;

/** Whose turn it is, who is called in which order, and what people were called for. */
export function OnCallPage() {
  const say = usePhrase();
  const plan = useQuery(onCallQuery);
  const pages = useQuery(pagesQuery);
  return (
    <Page title={say('console.oncall.title')} subtitle={say('console.oncall.subtitle')}>
      <Loaded query={plan}>{(found) => <Plan plan={found} />}</Loaded>
      <Card flush title={say('console.oncall.pages')}>
        <Loaded query={pages}>
          {({ items }) =>
            items.length > 0 ? (
              <Pages items={items} />
            ) : (
              <EmptyState icon={IconCircleCheck} title={say('console.oncall.noPages')} />
            )
          }
        </Loaded>
      </Card>
    </Page>
  );
}

function Plan({ plan }: { plan: OnCall }) {
  const say = usePhrase();
  const nameOf = new Map([...plan.rotations, ...plan.channels].map(({ id, name }) => [id, name]));
  const columns: Column<OnCallLevel & { index: number }>[] = [
    { key: 'level', head: say('console.oncall.level'), width: 80, cell: ({ index }) => index },
    {
      key: 'who',
      head: say('console.oncall.who'),
      cell: ({ rotations, roles, channels }) =>
        [
          ...rotations.map((id) => nameOf.get(id) ?? id),
          ...roles.map((role) => say(`role.${role}`)),
          ...channels.map((id) => nameOf.get(id) ?? id),
        ].join(say('console.oncall.comma')),
    },
    { key: 'hours', head: say('console.oncall.hours'), cell: ({ hours }) => say(`onCallHours.${hours}`) },
    {
      key: 'wait',
      head: say('console.oncall.wait'),
      align: 'right',
      cell: ({ minutes }) => say('console.oncall.minutes', { minutes }),
    },
  ];
  return (
    <Stack>
      {plan.turns.length > 0 && (
        <Card flush title={say('console.oncall.turns')}>
          <DataTable
            label={say('console.oncall.turns')}
            rows={plan.turns}
            rowKey={({ rotation }) => rotation}
            columns={[
              {
                key: 'rotation',
                head: say('console.oncall.rotation'),
                cell: ({ rotation }) => nameOf.get(rotation) ?? rotation,
              },
              { key: 'name', head: say('console.oncall.now'), cell: ({ name }) => <strong>{name}</strong> },
              { key: 'until', head: say('console.oncall.until'), cell: ({ until }) => <Time at={until} /> },
              { key: 'next', head: say('console.oncall.next'), cell: ({ nextName }) => nextName },
            ]}
          />
        </Card>
      )}
      {plan.gateways.length > 0 && <Gateways plan={plan} />}
      <Card flush title={say('console.oncall.levels')}>
        <DataTable
          label={say('console.oncall.levels')}
          columns={columns}
          rows={plan.levels.map((level, at) => ({ ...level, index: at + 1 }))}
          rowKey={({ index }) => String(index)}
        />
        <Text size="xs" className="dim" p="sm">
          {plan.version === 0
            ? say('console.oncall.usual')
            : say('console.oncall.changed', { version: plan.version, by: plan.changedBy ?? '' })}
        </Text>
      </Card>
    </Stack>
  );
}

function Pages({ items }: { items: readonly Page_[] }) {
  const say = usePhrase();
  const columns: Column<Page_>[] = [
    {
      key: 'severity',
      head: say('console.alerts.severity'),
      width: 96,
      cell: (page) => <SeverityBadge severity={page.severity} />,
    },
    {
      key: 'what',
      head: say('console.case.what'),
      cell: ({ number, target }) => (
        <TextLink to="/cases/$caseId" params={{ caseId: target.replace(/^case:/, '') }} size="sm">
          {say('case.numbered', { number })}
        </TextLink>
      ),
    },
    { key: 'account', short: true, head: say('console.account'), cell: (page) => page.accountName },
    {
      key: 'state',
      head: say('console.case.state'),
      width: 150,
      cell: ({ state }) => <StateBadge tone={tones[state]}>{say(`onCallState.${state}`)}</StateBadge>,
    },
    {
      key: 'calls',
      head: say('console.oncall.called'),
      cell: ({ calls }) =>
        calls.map(({ level, channel, state, problem }) => (
          <div key={`${level} ${channel}`} style={{ fontSize: '0.8125rem' }}>
            {level}. {channel.replace(/^mail:/, '')}
            {state !== 'sent' && (
              <StateBadge tone={state === 'failed' ? 'bad' : state === 'acknowledged' ? 'good' : 'watch'}>
                {say(`onCallCall.${state}`)} {problem}
              </StateBadge>
            )}
          </div>
        )),
    },
    { key: 'by', short: true, head: say('console.oncall.takenBy'), cell: ({ takenBy }) => takenBy ?? '–' },
    {
      key: 'opened',
      head: say('console.case.opened'),
      width: 150,
      cell: ({ openedAt }) => <Time at={openedAt} stacked />,
    },
  ];
  return <DataTable label={say('console.oncall.pages')} columns={columns} rows={items} rowKey={({ id }) => id} />;
}
