import { Button, Group, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { blockMinutes, type Host, routes, taskReasonMax } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconShieldOff } from '../../parts/icons.ts';
import { ReasonField } from '../../parts/reason-field.tsx';
import { RelativeTime } from '../../parts/time.tsx';
import { hostTasksQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { BlockingSetting } from './blocking-setting.tsx';

/** Sources that the host denies for a time, as the host itself tells them (S75). */
export function SourceBlocks({ host }: { host: Host }) {
  const say = usePhrase();
  const { may } = useSession();
  const mayBlock = may('source.block') && host.liveness.state !== 'retired';
  const firewall = host.modules.find(({ module }) => module === 'firewall');
  const blocks = (firewall?.notes ?? []).filter(({ code }) => code === 'firewall_source_blocked');
  const count = firewall?.figures['sourceBlocks'] ?? blocks.length;
  const button = { size: 'compact-sm', variant: 'default' } as const;
  const actions = mayBlock && (
    <>
      <BlockingSetting accountId={host.accountId} />
      <DialogButton label={say('console.blocks.block')} title={say('hostTask.kind.block-source')} button={button}>
        {(close) => <BlockForm host={host} onDone={close} />}
      </DialogButton>
    </>
  );
  return (
    <Card title={say('console.blocks.title')} actions={actions} flush>
      {blocks.length === 0 ? (
        <EmptyState icon={IconShieldOff} title={say('console.blocks.none')} />
      ) : (
        <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {blocks.map(({ facts }) => (
            <li key={String(facts['source'])} className="module">
              <Group justify="space-between" gap="xs">
                <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
                  <Text fw={600} size="sm">
                    {String(facts['source'])}
                  </Text>
                  <Text size="xs" className="dim">
                    {say('console.tasks.reason', { reason: String(facts['reason']) })}
                  </Text>
                </div>
                <Group gap="xs">
                  <Text size="sm">
                    {say('console.blocks.ends')} <RelativeTime at={String(facts['until'])} />
                  </Text>
                  {mayBlock && (
                    <DialogButton
                      label={say('console.blocks.end')}
                      title={say('hostTask.kind.unblock-source')}
                      button={button}
                    >
                      {(close) => <UnblockForm host={host} source={String(facts['source'])} onDone={close} />}
                    </DialogButton>
                  )}
                </Group>
              </Group>
            </li>
          ))}
        </ul>
      )}
      {count > blocks.length && (
        <Text size="sm" className="dim" px="md" py="xs">
          {say('console.blocks.more', { count: count - blocks.length })}
        </Text>
      )}
    </Card>
  );
}

const refresh = (hostId: string) => queryClient.invalidateQueries({ queryKey: hostTasksQuery(hostId).queryKey });

function BlockForm({ host, onDone }: { host: Host; onDone: () => void }) {
  const say = usePhrase();
  const [source, setSource] = useState('');
  const [minutes, setMinutes] = useState<number | string>(blockMinutes.usual);
  const [reason, setReason] = useState('');
  const block = useMutation({
    mutationFn: () => {
      const body = { source: source.trim(), minutes: Number(minutes), reason: reason.trim() };
      return call(routes.blockSource, { params: { hostId: host.id }, body });
    },
    onSuccess: () => refresh(host.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    block.mutate(undefined, { onSuccess: onDone });
  };
  const isUsable = source.trim() !== '' && reason.trim() !== '' && typeof minutes === 'number';
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.blocks.blockText', { name: host.facts.name })}</Text>
        <TextInput
          label={say('console.blocks.source')}
          description={say('console.blocks.sourceHint')}
          value={source}
          onChange={({ currentTarget }) => setSource(currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <MinutesField value={minutes} onChange={setMinutes} />
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.blocks.reasonHint')}
          lengthMax={taskReasonMax}
        />
        <ErrorNotice error={block.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" color="red.8" loading={block.isPending} disabled={!isUsable}>
            {say('console.blocks.blockDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function MinutesField({
  value,
  onChange,
}: {
  value: number | string;
  onChange: (value: number | string) => void;
}) {
  const say = usePhrase();
  return (
    <NumberInput
      label={say('console.blocks.minutes')}
      value={value}
      onChange={onChange}
      min={blockMinutes.min}
      max={blockMinutes.max}
      allowDecimal={false}
    />
  );
}

function UnblockForm({ host, source, onDone }: { host: Host; source: string; onDone: () => void }) {
  const say = usePhrase();
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () =>
      call(routes.unblockSource, { params: { hostId: host.id }, body: { source, reason: reason.trim() } }),
    onSuccess: () => refresh(host.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    end.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.blocks.endText', { source })}</Text>
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.blocks.reasonHint')}
          lengthMax={taskReasonMax}
          isFirst
        />
        <ErrorNotice error={end.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={end.isPending} disabled={!reason.trim()}>
            {say('console.blocks.endDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
