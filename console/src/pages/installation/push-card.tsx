import { Group, Text } from '@mantine/core';
import { type Push, type PushTarget, routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import type { Tone } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { pushLogQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';
import { StartForm } from './start-form.tsx';

const targetTones: Readonly<Record<PushTarget['state'], Tone>> = {
  waiting: 'idle',
  running: 'info',
  done: 'good',
  needs_reboot: 'watch',
  failed: 'bad',
  cancelled: 'idle',
};
const keyTones: Readonly<Record<PushTarget['keyState'], Tone>> = {
  known: 'good',
  new: 'watch',
  changed: 'bad',
  unreachable: 'idle',
};
const pushTones: Readonly<Record<Push['state'], Tone>> = {
  prepared: 'idle',
  running: 'info',
  ended: 'good',
  cancelled: 'idle',
  interrupted: 'bad',
};

/** One installation over SSH: where each host stands, and what may be done. */
export function PushCard({ push }: { push: Push }) {
  const say = usePhrase();
  const open = push.targets.filter(({ state }) => ['waiting', 'failed', 'cancelled'].includes(state));
  const isRunning = push.state === 'running';
  const button = { size: 'compact-sm', variant: 'default' } as const;
  const cancel = async () => {
    await call(routes.cancelPush, { params: { pushId: push.id } });
    await queryClient.invalidateQueries({ queryKey: ['installation'] });
  };
  const done = push.targets.filter(({ state }) => !['waiting', 'running'].includes(state)).length;
  const columns: Column<PushTarget>[] = [
    {
      key: 'host',
      head: say('console.push.host'),
      cell: ({ address, port, user, hostId }) => (
        <div>
          {hostId ? (
            <TextLink to="/hosts/$hostId" params={{ hostId }}>
              {address}
            </TextLink>
          ) : (
            address
          )}
          <Text size="xs" className="dim">
            {user}:{port}
          </Text>
        </div>
      ),
    },
    {
      key: 'key',
      head: say('console.push.key'),
      cell: ({ keyState, fingerprint }) => (
        <div>
          <StateBadge tone={keyTones[keyState]}>{say(`pushKey.${keyState}`)}</StateBadge>
          {fingerprint && (
            <Text size="xs" className="dim" style={{ overflowWrap: 'anywhere' }}>
              {fingerprint}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'state',
      head: say('console.push.state'),
      cell: ({ state, step, code, detail }) => (
        <div>
          <StateBadge tone={targetTones[state]}>
            {say(`pushTarget.${state}`)}
            {state === 'running' && step ? ` · ${say(`pushStep.${step}`)}` : ''}
          </StateBadge>
          {code && <Text size="sm">{say.or('push.code', code)}</Text>}
          {detail && (
            <Text size="xs" className="dim" style={{ overflowWrap: 'anywhere' }}>
              {detail}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'log',
      head: say('console.push.log'),
      silent: true,
      align: 'right',
      cell: (target) => (
        <DialogButton
          label={say('console.push.log')}
          title={say('console.push.logTitle', { host: target.address })}
          button={button}
        >
          {() => <SessionLog pushId={push.id} targetId={target.id} />}
        </DialogButton>
      ),
    },
  ];
  const actions = (
    <Group gap="xs">
      {isRunning && (
        <ConfirmButton
          label={say('console.push.cancel')}
          text={say('console.push.cancelText')}
          onConfirm={cancel}
          button={button}
        />
      )}
      {!isRunning && open.length > 0 && (
        <DialogButton
          label={say(push.state === 'prepared' ? 'console.push.start' : 'console.push.retry')}
          title={say('console.push.startTitle')}
          button={{ size: 'compact-sm' }}
        >
          {(close) => <StartForm push={push} targets={open} onDone={close} />}
        </DialogButton>
      )}
    </Group>
  );
  return (
    <Card
      title={
        <Group gap="xs">
          <Time at={push.createdAt} />
          <StateBadge tone={pushTones[push.state]}>{say(`pushState.${push.state}`)}</StateBadge>
        </Group>
      }
      actions={actions}
      flush
    >
      <Text size="sm" className="dim" px="md" py="xs">
        {say('console.push.progress', { done, all: push.targets.length })} ·{' '}
        {say('console.push.created', { by: push.createdBy })}
        {push.disposedAt && (
          <>
            {' · '}
            {say('console.push.disposed')} <Time at={push.disposedAt} />
          </>
        )}
        {isRunning && push.credentialsUntil && (
          <>
            {' · '}
            {say('console.push.until')} <Time at={push.credentialsUntil} />
          </>
        )}
      </Text>
      <DataTable label={say('console.push.title')} columns={columns} rows={push.targets} rowKey={({ id }) => id} />
    </Card>
  );
}

function SessionLog({ pushId, targetId }: { pushId: string; targetId: string }) {
  const say = usePhrase();
  const query = useQuery(pushLogQuery(pushId, targetId));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm">{say('console.push.logNone')}</Text>
        ) : (
          <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', fontSize: '0.75rem', margin: 0 }}>
            {items.map(({ kind, text }) => `${{ command: '$ ', note: '# ', output: '' }[kind]}${text}`).join('\n')}
          </pre>
        )
      }
    </Loaded>
  );
}
