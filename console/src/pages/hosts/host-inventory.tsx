import { Button, SegmentedControl, Stack } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { Host, HostInventory, RouteAnswer, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { IconClipboardList, IconRefresh } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { hostInventoryQuery } from '../../queries.ts';
import { useAskHost, useMayAsk } from './ask-host.tsx';
import { InterfaceTable, PackageTable, ServiceTable } from './inventory-tables.tsx';

/** What stands and runs on the host, by its newest word. */
export function HostInventoryCard({ host }: { host: Host }) {
  const say = usePhrase();
  const query = useQuery(hostInventoryQuery(host.id));
  const ask = useAskHost(host.id);
  const refresh = useMayAsk(host) && (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconRefresh size={14} aria-hidden />}
      loading={ask.isPending}
      onClick={() => ask.mutate({ kind: 'recommendation-scan' })}
    >
      {say('console.inventory.refresh')}
    </Button>
  );
  return (
    <Card title={say('console.inventory.title')} actions={refresh} flush>
      {ask.error && (
        <div style={{ padding: '0.75rem' }}>
          <ErrorNotice error={ask.error} />
        </div>
      )}
      <Loaded query={query}>
        {(answer) =>
          answer.inventory ? (
            <Inventory answer={answer} inventory={answer.inventory} />
          ) : (
            <EmptyState icon={IconClipboardList} title={say('console.inventory.none')}>
              {say('console.inventory.noneText')}
            </EmptyState>
          )
        }
      </Loaded>
    </Card>
  );
}

const parts = ['packages', 'services', 'interfaces'] as const;
type Part = (typeof parts)[number];
type Answer = RouteAnswer<typeof routes.getHostInventory>;

function Inventory({ answer, inventory }: { answer: Answer; inventory: HostInventory }) {
  const say = usePhrase();
  const [part, setPart] = useState<Part>('packages');
  const isNarrow = useMediaQuery('(max-width: 36em)') ?? false;
  return (
    <>
      <Stack gap="sm" className="card-body">
        <InventoryFacts answer={answer} inventory={inventory} />
        {inventory.limits.length > 0 && (
          <Notice tone="idle">
            {inventory.limits.map((limit) => (
              <div key={limit}>{say.or('inventory.limit', limit)}</div>
            ))}
          </Notice>
        )}
        <div style={{ alignSelf: isNarrow ? 'stretch' : 'flex-start' }}>
          <SegmentedControl
            size="xs"
            orientation={isNarrow ? 'vertical' : 'horizontal'}
            fullWidth={isNarrow}
            value={part}
            onChange={(next) => setPart(parts.find((each) => each === next) ?? 'packages')}
            aria-label={say('console.inventory.parts')}
            data={parts.map((value) => ({
              value,
              label: say(`console.inventory.${value}`, { count: inventory[value].length }),
            }))}
          />
        </div>
      </Stack>
      {part === 'packages' && <PackageTable packages={inventory.packages} />}
      {part === 'services' && <ServiceTable services={inventory.services} />}
      {part === 'interfaces' && <InterfaceTable interfaces={inventory.interfaces} />}
    </>
  );
}

function InventoryFacts({ answer, inventory: { os, cloud } }: { answer: Answer; inventory: HostInventory }) {
  const say = usePhrase();
  return (
    <FactList
      facts={[
        [say('console.inventory.os'), os.name],
        [
          say('console.inventory.cloud'),
          cloud &&
            [cloud.provider, cloud.zone ?? cloud.region, cloud.instanceType, cloud.instanceId]
              .filter(Boolean)
              .join(' · '),
        ],
        [
          say('console.inventory.received'),
          answer.receivedAt && <Time key="received" at={answer.receivedAt} relative zone />,
        ],
        [
          say('console.inventory.changed'),
          answer.changedAt && <Time key="changed" at={answer.changedAt} relative zone />,
        ],
      ]}
    />
  );
}
