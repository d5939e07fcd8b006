import { Group } from '@mantine/core';
import { routes, ruleNameIn, type WorkloadKey } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { call } from '../../api.ts';
import { workloadKeysQuery } from '../../configuration-queries.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { IconCircleCheck, IconClock, IconKey, IconLock } from '../../parts/icons.ts';
import { keyDateColumns } from '../../parts/key-columns.tsx';
import { ListCard } from '../../parts/list-card.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { queryClient, useSession } from '../../session.tsx';
import type { HandedSecret } from './workload-security-page.tsx';

export type WorkloadKeysProps = {
  readonly accountId: string;
  readonly actions: ReactNode;
  readonly onSecret: (handed: HandedSecret) => void;
};

export function WorkloadKeys({ accountId, actions, onSecret }: WorkloadKeysProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { may } = useSession();
  const query = useQuery(workloadKeysQuery(accountId));
  const columns: Column<WorkloadKey>[] = [
    { key: 'name', head: say('console.keys.name'), cell: (key) => <KeyName apiKey={key} /> },
    { key: 'role', head: say('console.workload.role'), cell: (key) => ruleNameIn(language, key.role) },
    { key: 'state', head: say('console.alerts.state'), width: 120, cell: (key) => <KeyState state={key.state} /> },
    ...keyDateColumns<WorkloadKey>(say),
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      shown: may('apikey.write'),
      align: 'right',
      cell: (key) => <KeyActs accountId={accountId} apiKey={key} onSecret={onSecret} />,
    },
  ];
  return (
    <ListCard
      title={say('console.workload.keys')}
      actions={actions}
      query={query}
      rowsOf={({ items }) => items}
      label={say('console.workload.keys')}
      columns={columns}
      rowKey={(key) => String(key.id)}
      empty={{ icon: IconKey, title: say('console.workload.none'), children: say('console.workload.noneText') }}
      showFresh
    />
  );
}

function KeyName({ apiKey }: { apiKey: WorkloadKey }) {
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      <strong>{apiKey.name}</strong>
      {apiKey.description && <div className="dim below">{apiKey.description}</div>}
    </div>
  );
}

const looks = {
  active: ['good', IconCircleCheck],
  locked: ['warn', IconLock],
  expired: ['idle', IconClock],
} as const;

function KeyState({ state }: { state: WorkloadKey['state'] }) {
  const say = usePhrase();
  const [tone, icon] = looks[state];
  return (
    <StateBadge tone={tone} icon={icon}>
      {say(`console.workload.state.${state}`)}
    </StateBadge>
  );
}

type ActsProps = { accountId: string; apiKey: WorkloadKey; onSecret: (handed: HandedSecret) => void };

function KeyActs({ accountId, apiKey, onSecret }: ActsProps) {
  const say = usePhrase();
  const { name } = apiKey;
  const given = { params: { accountId, apiKeyId: apiKey.id } };
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['apiKey'] });
  const renew = async () => {
    const { secret } = await call(routes.renewWorkloadKey, given);
    await refresh();
    onSecret({ name, secret });
  };
  const after = (work: () => Promise<unknown>) => async () => {
    await work();
    await refresh();
  };
  return (
    <Group gap={6} justify="flex-end">
      <ConfirmButton
        label={say('console.workload.renew')}
        text={say('console.workload.renewText', { name })}
        onConfirm={renew}
      />
      {apiKey.state === 'locked' ? (
        <ConfirmButton
          label={say('console.workload.unlock')}
          text={say('console.workload.unlockText', { name })}
          onConfirm={after(() => call(routes.unlockWorkloadKey, given))}
          harmless
        />
      ) : (
        <ConfirmButton
          label={say('console.workload.lock')}
          text={say('console.workload.lockText', { name })}
          onConfirm={after(() => call(routes.lockWorkloadKey, given))}
        />
      )}
      <ConfirmButton
        label={say('console.workload.delete')}
        text={say('console.workload.deleteText', { name })}
        onConfirm={after(() => call(routes.deleteWorkloadKey, given))}
      />
    </Group>
  );
}
