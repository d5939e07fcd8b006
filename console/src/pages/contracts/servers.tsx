import { Button, Group, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes, type ServerUnderContract, supportLevels } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus, IconServer2 } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { serversQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { refreshContract } from './refresh.ts';

const button = { size: 'compact-sm', variant: 'default' } as const;

/** Servers under the contract: what each needs, and what keeps it from being activated. */
export function Servers({ accountId, nodes }: { accountId: string; nodes: number }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(serversQuery(accountId));
  const count = query.data?.items.length ?? 0;
  return (
    <Card
      flush
      title={say('console.contract.servers', { count, nodes })}
      actions={
        may('contract.write') && (
          <DialogButton
            label={say('console.contract.addServer')}
            button={{ ...button, leftSection: <IconPlus size={15} /> }}
          >
            {(close) => <ServerForm accountId={accountId} server={undefined} onDone={close} />}
          </DialogButton>
        )
      }
    >
      <Loaded query={query}>
        {({ items }) =>
          items.length > 0 ? (
            <ServerTable servers={items} mayWrite={may('contract.write')} />
          ) : (
            <EmptyState icon={IconServer2} title={say('console.contract.noServers')}>
              {say('console.contract.noServersText')}
            </EmptyState>
          )
        }
      </Loaded>
    </Card>
  );
}

function ServerTable({ servers, mayWrite }: { servers: readonly ServerUnderContract[]; mayWrite: boolean }) {
  const say = usePhrase();
  const columns: Column<ServerUnderContract>[] = [
    { key: 'name', head: say('console.contract.serverName'), cell: ({ name }) => name },
    {
      key: 'basic',
      head: say('console.contract.basic'),
      cell: ({ basicFrom, basicUntil }) => (basicFrom || basicUntil ? `${basicFrom ?? ''} – ${basicUntil ?? ''}` : '–'),
    },
    {
      key: 'support',
      head: say('console.contract.support'),
      cell: ({ support, supportFrom, supportUntil }) =>
        supportFrom || supportUntil
          ? say.bracket(say(`support.${support}`), `${supportFrom ?? ''} – ${supportUntil ?? ''}`)
          : say(`support.${support}`),
    },
    {
      key: 'lacks',
      head: say('console.contract.state'),
      cell: ({ lacks }) =>
        lacks.length === 0 ? (
          <StateBadge tone="good">{say('console.contract.ready')}</StateBadge>
        ) : (
          lacks.map((lack) => (
            <div key={lack}>
              <StateBadge tone="warn">{say(`prerequisite.${lack}`)}</StateBadge>
            </div>
          ))
        ),
    },
    {
      key: 'actions',
      head: say('console.edit'),
      silent: true,
      width: 160,
      shown: mayWrite,
      cell: (server) => <ServerActions server={server} />,
    },
  ];
  return (
    <DataTable label={say('console.contract.open')} columns={columns} rows={servers} rowKey={(server) => server.id} />
  );
}

function ServerActions({ server }: { server: ServerUnderContract }) {
  const say = usePhrase();
  const [action, setAction] = useState<string>();
  const remove = async (reason: string) => {
    const contractAction = action === 'replacement' || action === 'ending' ? { contractAction: action } : {};
    await call(routes.removeServer, {
      params: { accountId: server.accountId, serverId: server.id },
      body: { reason, ...(contractAction as { contractAction?: 'replacement' | 'ending' }) },
    });
    await refreshContract();
  };
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <DialogButton label={say('console.edit')} title={say('console.contract.editServer')} button={button}>
        {(close) => <ServerForm accountId={server.accountId} server={server} onDone={close} />}
      </DialogButton>
      <ConfirmButton
        label={say('console.remove')}
        text={
          <Stack gap="sm">
            <Text size="sm">{say('console.contract.removeServerText', { name: server.name })}</Text>
            <Radio.Group label={say('console.contract.action')} value={action ?? ''} onChange={setAction}>
              <Group mt={4}>
                <Radio value="replacement" label={say('console.contract.action.replacement')} />
                <Radio value="ending" label={say('console.contract.action.ending')} />
              </Group>
            </Radio.Group>
          </Stack>
        }
        reasonLabel={say('console.reason')}
        onConfirm={remove}
      />
    </Group>
  );
}

type ServerFormProps = {
  readonly accountId: string;
  /** Left out: a new one. */
  readonly server: ServerUnderContract | undefined;
  readonly onDone: () => void;
};

function ServerForm({ accountId, server, onDone }: ServerFormProps) {
  const say = usePhrase();
  const form = useForm({
    initialValues: {
      name: server?.name ?? '',
      support: server?.support ?? ('gold' as (typeof supportLevels)[number]),
      basicFrom: server?.basicFrom ?? '',
      basicUntil: server?.basicUntil ?? '',
      supportFrom: server?.supportFrom ?? '',
      supportUntil: server?.supportUntil ?? '',
    },
  });
  const save = useMutation({
    mutationFn: ({ name, support, ...days }: typeof form.values) => {
      const given = Object.fromEntries(Object.entries(days).filter(([, day]) => day !== ''));
      const body = { name, support, ...given };
      return server
        ? call(routes.updateServer, { params: { accountId, serverId: server.id }, body })
        : call(routes.createServer, { params: { accountId }, body });
    },
    onSuccess: async () => {
      await refreshContract();
      onDone();
    },
  });
  const day = (name: 'basicFrom' | 'basicUntil' | 'supportFrom' | 'supportUntil') => (
    <TextInput label={say(`console.contract.${name}`)} type="date" {...form.getInputProps(name)} />
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={say('console.contract.serverName')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Group grow>
          {day('basicFrom')}
          {day('basicUntil')}
        </Group>
        <Select
          label={say('console.contract.support')}
          data={supportLevels.map((level) => ({ value: level, label: say(`support.${level}`) }))}
          allowDeselect={false}
          {...form.getInputProps('support')}
        />
        <Group grow>
          {day('supportFrom')}
          {day('supportUntil')}
        </Group>
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}
