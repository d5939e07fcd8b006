import { Stack, Text } from '@mantine/core';
import { type BaselineVersion, entityKinds, type Host, type ModuleStatus } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconCircleCheck, IconClipboardList } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { baselinesQuery } from './queries.ts';

/** What integrity monitoring watches on a host, what it leaves out, and the versions of its baseline with who had them recorded and why. */
export function HostIntegrity({ host }: { host: Host }) {
  const say = usePhrase();
  const status = host.modules.find(({ module }) => module === 'integrity');
  const query = useQuery(baselinesQuery(host.id));
  if (!status || status.state === 'off') return null;
  return (
    <Card title={say('console.integrity.title')} flush>
      <div className="card-body">
        <WatchedFacts status={status} />
      </div>
      <Loaded query={query}>{({ items }) => <Versions items={items} />}</Loaded>
    </Card>
  );
}

function WatchedFacts({ status }: { status: ModuleStatus }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { figures } = status;
  const seconds = figures['lastScanSeconds'];
  const kinds = entityKinds.filter((kind) => figures[`entity_${kind}`] !== undefined);
  const mounts = [...status.causes, ...(status.notes ?? [])].find(({ code }) => code === 'integrity_mounts_skipped');
  return (
    <FactList
      facts={[
        [
          say('console.integrity.watched'),
          say('console.integrity.watchedOf', {
            files: figures['watchedFiles'] ?? 0,
            entities: figures['entities'] ?? 0,
          }),
        ],
        [
          say('console.integrity.byKind'),
          kinds
            .map((kind) => say.pair(say(`entity.${kind}`), formatNumber(language, figures[`entity_${kind}`]!)))
            .join('　'),
        ],
        [say('console.integrity.lastScan'), seconds !== undefined && say('console.integrity.seconds', { seconds })],
        [
          say('console.integrity.mounts'),
          mounts ? say.or('module.cause', mounts.code, mounts.facts) : say('console.integrity.noMounts'),
        ],
        [say('module.figure.exclusions'), figures['exclusions'] && formatNumber(language, figures['exclusions'])],
      ]}
    />
  );
}

function Versions({ items }: { items: readonly BaselineVersion[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (items.length === 0)
    return (
      <EmptyState icon={IconClipboardList} title={say('console.integrity.none')}>
        {say('console.integrity.noneText')}
      </EmptyState>
    );
  const number = (value: number) => <span className="figures">{formatNumber(language, value)}</span>;
  const columns: Column<BaselineVersion>[] = [
    {
      key: 'version',
      head: say('console.integrity.version'),
      width: 130,
      cell: (one) => (
        <>
          <span className="figures">{one.version} </span>
          {one === items[0] && (
            <StateBadge tone="good" icon={IconCircleCheck}>
              {say('console.integrity.current')}
            </StateBadge>
          )}
        </>
      ),
    },
    {
      key: 'at',
      head: say('console.integrity.recordedAt'),
      width: 170,
      cell: (one) => <Time at={one.recordedAt} stacked />,
    },
    { key: 'cause', head: say('console.integrity.cause'), cell: (one) => <Why version={one} /> },
    {
      key: 'files',
      head: say('console.integrity.files'),
      width: 100,
      align: 'right',
      cell: (one) => number(one.files),
    },
    {
      key: 'entities',
      head: say('console.integrity.entities'),
      width: 120,
      align: 'right',
      cell: (one) => number(one.entities),
    },
    {
      key: 'digest',
      head: say('console.integrity.digest'),
      width: 150,
      cell: (one) => one.digest && <code title={one.digest}>{one.digest.slice(0, 12)}…</code>,
    },
  ];
  return (
    <PagedTable
      label={say('console.integrity.versions')}
      columns={columns}
      rows={items}
      rowKey={(one) => one.recordedAt}
      pageSize={5}
    />
  );
}

function Why({ version: { cause, by, reason } }: { version: BaselineVersion }) {
  const say = usePhrase();
  return (
    <Stack gap={0} style={{ overflowWrap: 'anywhere' }}>
      <span>{by ? say.bracket(say(`baseline.cause.${cause}`), by) : say(`baseline.cause.${cause}`)}</span>
      {reason && (
        <Text size="xs" className="dim">
          {reason}
        </Text>
      )}
    </Stack>
  );
}
