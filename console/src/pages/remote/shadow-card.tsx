import { Text } from '@mantine/core';
import type { ComparedHost, ShadowReport } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { IconServer2 } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Time } from '../../parts/time.tsx';
import { shadowQuery } from '../../queries.ts';

const isOn = (state: string | undefined): boolean => state === 'active';
const daysOf = ({ from, to }: ShadowReport): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** Hosts with both agents: what each sees, and where they differ. */
export function ShadowCard({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(shadowQuery(accountId));
  const sum = (host: ComparedHost, which: 'both' | 'onlyOwn' | 'onlyRemote') =>
    host.modules.reduce((total, module) => total + module[which], 0).toLocaleString();
  const columns: Column<ComparedHost>[] = [
    { key: 'host', head: say('console.remote.shadowHost'), short: true, cell: ({ name }) => name },
    {
      key: 'modules',
      head: say('console.remote.shadowModules'),
      cell: ({ modules }) => {
        const differing = modules.filter(({ own, remote }) => isOn(own) !== isOn(remote));
        if (differing.length === 0) return say('console.remote.shadowSame');
        return differing.map(({ module, own, remote }) => (
          <div key={module}>
            {say('console.remote.shadowPair', {
              module: say(`module.${module}`),
              own: stateIn(say, own),
              remote: stateIn(say, remote),
            })}
          </div>
        ));
      },
    },
    {
      key: 'both',
      head: say('console.remote.shadowBoth'),
      align: 'right',
      width: 110,
      cell: (host) => sum(host, 'both'),
    },
    {
      key: 'own',
      head: say('console.remote.shadowOnlyOwn'),
      align: 'right',
      width: 110,
      cell: (host) => sum(host, 'onlyOwn'),
    },
    {
      key: 'remote',
      head: say('console.remote.shadowOnlyRemote'),
      align: 'right',
      width: 140,
      cell: (host) => sum(host, 'onlyRemote'),
    },
    {
      key: 'deeds',
      head: say('console.remote.shadowDifferences'),
      silent: true,
      cell: (host) =>
        host.differences.length > 0 && (
          <DialogButton
            label={say('console.remote.shadowDifferences')}
            title={`${say('console.remote.shadowDifferences')} · ${host.name}`}
            button={{ size: 'compact-sm', variant: 'default' }}
            size="xl"
          >
            {() => <Differences host={host} />}
          </DialogButton>
        ),
    },
  ];
  return (
    <ListCard
      query={query}
      rowsOf={({ hosts }) => hosts}
      title={say('console.remote.shadow')}
      label={say('console.remote.shadow')}
      columns={columns}
      rowKey={({ hostId }) => hostId}
      empty={{
        icon: IconServer2,
        title: say('console.remote.shadowNone'),
        children: say('console.remote.shadowNoneText'),
      }}
      note={(report) => (
        <Text size="xs" className="dim" p="xs" component="div">
          {report.hosts.length > 0 &&
            say('console.remote.shadowText', { days: daysOf(report), window: report.windowMinutes })}
          <div>
            {say('console.remote.shadowAlone', { own: report.onlyOwn.length, remote: report.onlyRemote.length })}
          </div>
        </Text>
      )}
    />
  );
}

const known = ['active', 'off', 'inactive', 'lacking', 'degraded', 'warning', 'error', 'not-supported'] as const;

function stateIn(say: ReturnType<typeof usePhrase>, state: string | undefined): string {
  const found = known.find((each) => each === state);
  return found ? say(`shadowState.${found}`) : (state ?? '—');
}

function Differences({ host }: { host: ComparedHost }) {
  const say = usePhrase();
  return (
    <DataTable
      label={say('console.remote.shadowDifferences')}
      rows={host.differences}
      rowKey={({ detectionId }) => detectionId}
      columns={[
        { key: 'at', head: say('console.remote.shadowAt'), width: 170, cell: ({ at }) => <Time at={at} /> },
        {
          key: 'by',
          head: say('console.remote.shadowBy'),
          width: 150,
          cell: ({ seenBy }) =>
            say(seenBy === 'own' ? 'console.remote.shadowOnlyOwn' : 'console.remote.shadowOnlyRemote'),
        },
        { key: 'title', head: say('console.remote.shadowTitle'), cell: ({ title }) => title },
      ]}
    />
  );
}
