import { Progress, Stack, Text } from '@mantine/core';
import type { Change, ChangeHost } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { TextLink } from '../../parts/links.tsx';
import type { Tone } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';

const tones: Readonly<Record<ChangeHost['state'], Tone>> = {
  waiting: 'info',
  confirmed: 'good',
  failed: 'bad',
  offline: 'watch',
};

/** What each host says of the change, while it says it. */
export function HostsCard({ change }: { change: Change }) {
  const say = usePhrase();
  const { hosts } = change;
  const count = (state: ChangeHost['state']) => hosts.filter((host) => host.state === state).length;
  const columns: Column<ChangeHost>[] = [
    {
      key: 'host',
      head: say('console.change.host'),
      short: true,
      cell: ({ hostId, name }) =>
        hostId ? (
          <TextLink to="/hosts/$hostId" params={{ hostId }}>
            {name}
          </TextLink>
        ) : (
          name
        ),
    },
    {
      key: 'state',
      head: say('console.work.state'),
      cell: ({ state, detail }) => (
        <div>
          <StateBadge tone={tones[state]}>{say(`changeHost.${state}`)}</StateBadge>
          {detail && (
            <Text size="xs" className="dim" style={{ overflowWrap: 'anywhere' }}>
              {detail}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'version',
      head: say('console.change.version'),
      width: 110,
      cell: ({ version }) => version ?? <span className="dim">–</span>,
    },
    { key: 'at', head: say('console.change.at'), width: 170, cell: ({ at }) => at && <Time at={at} /> },
  ];
  const confirmed = say('console.change.confirmedOf', { done: count('confirmed'), all: hosts.length });
  return (
    <Card title={say('console.change.hosts')} flush>
      <Stack gap={6} px="md" py="xs">
        <Text size="sm">{confirmed}</Text>
        <Progress.Root size="lg" aria-label={confirmed}>
          <Progress.Section value={(100 * count('confirmed')) / hosts.length} color="teal" aria-label={confirmed} />
          <Progress.Section
            value={(100 * count('failed')) / hosts.length}
            color="red"
            aria-label={say('changeHost.failed')}
          />
        </Progress.Root>
        {change.verifyUntil && (
          <Text size="xs" className="dim">
            {say('console.change.verifyUntil')} <Time at={change.verifyUntil} />
          </Text>
        )}
      </Stack>
      <DataTable
        label={say('console.change.hosts')}
        columns={columns}
        rows={hosts}
        rowKey={({ computerId, name }) => `${computerId} ${name}`}
      />
    </Card>
  );
}
