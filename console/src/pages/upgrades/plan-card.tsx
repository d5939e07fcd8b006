import { Group, Progress, Stack, Text } from '@mantine/core';
import { routes, type UpgradeHost, type UpgradePlan } from '@sakimori/contract';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { TextLink } from '../../parts/links.tsx';
import type { Tone } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient } from '../../session.tsx';

const planTones: Readonly<Record<UpgradePlan['state'], Tone>> = {
  draft: 'idle',
  running: 'info',
  paused: 'watch',
  stopped: 'bad',
  aborted: 'idle',
  done: 'good',
};
const hostTones: Readonly<Record<UpgradeHost['state'], Tone>> = {
  waiting: 'idle',
  upgrading: 'info',
  done: 'good',
  failed: 'bad',
  rolled_back: 'bad',
  cancelled: 'idle',
};
const deeds = {
  draft: ['start', 'abort'],
  running: ['pause', 'abort'],
  paused: ['resume', 'abort'],
  stopped: [],
  aborted: [],
  done: [],
} as const;

/** One plan: how far each ring is, what became of each host, and what may be done. */
export function PlanCard({ plan }: { plan: UpgradePlan }) {
  const say = usePhrase();
  const { counts } = plan;
  const change = async (deed: 'start' | 'pause' | 'resume' | 'abort') => {
    await call(routes.changeUpgradePlan, { params: { planId: plan.id }, body: { deed } });
    await queryClient.invalidateQueries({ queryKey: ['installation'] });
  };
  return (
    <Card
      title={
        <Group gap="xs">
          <code>{plan.build}</code>
          <StateBadge tone={planTones[plan.state]}>{say(`upgradeState.${plan.state}`)}</StateBadge>
        </Group>
      }
      actions={
        <Group gap="xs">
          {deeds[plan.state].map((deed) => (
            <ConfirmButton
              key={deed}
              label={say(`console.upgrade.${deed}`)}
              text={say(`console.upgrade.${deed}Text`)}
              onConfirm={() => change(deed)}
              harmless={deed !== 'abort'}
              button={{ size: 'compact-sm', variant: 'default' }}
            />
          ))}
        </Group>
      }
      flush
    >
      <Stack gap="xs" px="md" py="xs">
        <Text size="sm">
          {say('console.upgrade.summary', {
            ...{ all: plan.hosts.length, done: counts.done, failed: counts.failed + counts.rolledBack },
            ...{ upgrading: counts.upgrading, waiting: counts.waiting + counts.offline, cancelled: counts.cancelled },
          })}
        </Text>
        <Text size="xs" className="dim">
          <Time at={plan.createdAt} /> · {say('console.upgrade.made', { by: plan.createdBy, reason: plan.reason })}
        </Text>
        <Rings hosts={plan.hosts} />
      </Stack>
      <Hosts hosts={plan.hosts} />
    </Card>
  );
}

function Rings({ hosts }: { hosts: readonly UpgradeHost[] }) {
  const say = usePhrase();
  const rings = [...Map.groupBy(hosts, ({ ring }) => ring)].sort(([one], [other]) => one - other);
  return (
    <Stack gap={4}>
      {rings.map(([ring, of]) => {
        const share = (...states: UpgradeHost['state'][]) =>
          (100 * of.filter(({ state }) => states.includes(state)).length) / of.length;
        const done = of.filter(({ state }) => state !== 'waiting' && state !== 'upgrading').length;
        const name = say('console.upgrade.ring', { number: ring + 1 });
        return (
          <Group key={ring} gap="sm" wrap="nowrap">
            <Text size="sm" style={{ flex: '0 0 6rem' }}>
              {name}
            </Text>
            <Progress.Root size="lg" style={{ flex: '1 1 auto', maxWidth: '24rem' }}>
              <Progress.Section value={share('done')} color="teal" aria-label={name} />
              <Progress.Section value={share('failed', 'rolled_back')} color="red" aria-label={name} />
              <Progress.Section value={share('cancelled')} color="gray" aria-label={name} />
            </Progress.Root>
            <Text size="sm" className="dim">
              {say('console.upgrade.ringProgress', { done, all: of.length })}
            </Text>
          </Group>
        );
      })}
    </Stack>
  );
}

function Hosts({ hosts }: { hosts: readonly UpgradeHost[] }) {
  const say = usePhrase();
  const columns: Column<UpgradeHost>[] = [
    {
      key: 'host',
      head: say('console.upgrade.host'),
      short: true,
      cell: ({ hostId, hostName }) => (
        <TextLink to="/hosts/$hostId" params={{ hostId }}>
          {hostName}
        </TextLink>
      ),
    },
    {
      key: 'ring',
      head: say('console.upgrade.ringHead'),
      cell: ({ ring }) => say('console.upgrade.ring', { number: ring + 1 }),
    },
    {
      key: 'state',
      head: say('console.upgrade.state'),
      cell: ({ state, isOffline, code, detail }) => (
        <div>
          <StateBadge tone={hostTones[state]}>{say(`upgradeHost.${isOffline ? 'offline' : state}`)}</StateBadge>
          {code && <Text size="sm">{say.or('upgrade.code', code)}</Text>}
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
      head: say('console.upgrade.version'),
      cell: ({ nowVersion, fromVersion }) => (
        <div>
          <code>{nowVersion || say('console.upgrade.unknown')}</code>
          {fromVersion && fromVersion !== nowVersion && (
            <Text size="xs" className="dim">
              {say('console.upgrade.was', { version: fromVersion })}
            </Text>
          )}
        </div>
      ),
    },
  ];
  return (
    <DataTable label={say('console.upgrade.title')} columns={columns} rows={hosts} rowKey={({ hostId }) => hostId} />
  );
}
