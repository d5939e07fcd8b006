import { Button, Group, Select, Stack, Text } from '@mantine/core';
import {
  hasPhrase,
  type MigratedPolicy,
  type MigrationDirection,
  migrationDirections,
  routes,
} from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';

const shownMax = 8;

/** What of one side's policies the other one carries out. It asks the tenant, so it is made when somebody wants it. */
export function MigrationCard({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const [direction, setDirection] = useState<MigrationDirection>('to-own');
  const make = useMutation({
    mutationFn: () => call(routes.reportMigration, { params: { accountId }, query: { direction } }),
  });
  return (
    <Card title={say('console.remote.migration')}>
      <Stack gap="sm">
        <Text size="sm">{say('console.remote.migrationText')}</Text>
        <Group align="flex-end" gap="xs">
          <Select
            label={say('console.remote.migrationDirection')}
            data={migrationDirections.map((each) => ({ value: each, label: say(`migrationDirection.${each}`) }))}
            value={direction}
            allowDeselect={false}
            w={320}
            onChange={(next) => {
              setDirection(migrationDirections.find((each) => each === next) ?? 'to-own');
              make.reset();
            }}
          />
          <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
            {say('console.remote.migrationMake')}
          </Button>
        </Group>
        <ErrorNotice error={make.error} />
        {make.data && (
          <DataTable
            label={say('console.remote.migration')}
            rows={make.data.policies}
            rowKey={({ number }) => String(number)}
            columns={[
              { key: 'name', head: say('console.remote.policy'), cell: ({ name }) => name },
              {
                key: 'settings',
                head: say('console.remote.migrationSettings'),
                align: 'right',
                width: 110,
                cell: ({ settingsMapped: mapped, settingsLost }) =>
                  say('console.remote.migrationOf', { mapped, all: mapped + settingsLost.length }),
              },
              {
                key: 'rules',
                head: say('console.remote.migrationRules'),
                align: 'right',
                width: 110,
                cell: ({ rulesMapped: mapped, rulesLostCount }) =>
                  say('console.remote.migrationOf', { mapped, all: mapped + rulesLostCount }),
              },
              { key: 'lost', head: say('console.remote.migrationLost'), cell: (policy) => <Lost policy={policy} /> },
            ]}
          />
        )}
      </Stack>
    </Card>
  );
}

function Lost({ policy: { settingsLost, modulesLost, rulesLost, rulesLostCount } }: { policy: MigratedPolicy }) {
  const say = usePhrase();
  const why = (key: string) => (hasPhrase(key) ? say(key) : key);
  const lines = [
    ...modulesLost.map((module) => ({ name: module, detail: '' })),
    ...settingsLost.map((lost) => ({ name: `${lost.name} = ${lost.value}`, detail: why(lost.why) })),
    ...rulesLost.map(({ module, name }) => ({ name, detail: say(`module.${module}`) })),
  ];
  const count = modulesLost.length + settingsLost.length + rulesLostCount;
  if (count === 0) return '—';
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      {lines.slice(0, shownMax).map(({ name, detail }) => (
        <div key={name}>
          {name} {detail && <span className="dim">{detail}</span>}
        </div>
      ))}
      {count > shownMax && say('console.remote.migrationMore', { count: count - Math.min(shownMax, lines.length) })}
    </div>
  );
}
