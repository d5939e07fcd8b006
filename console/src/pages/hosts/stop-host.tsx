import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type Host, routes, taskReasonMax } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { hostTasksQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';

/** Powers the host off: with a reason, and its name typed once more. */
export function StopHost({ host }: { host: Host }) {
  const say = usePhrase();
  const { may } = useSession();
  if (!may('host.stop')) return null;
  return (
    <DialogButton
      label={say('console.tasks.stop')}
      title={say('hostTask.kind.stop-host')}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <StopForm host={host} onDone={close} />}
    </DialogButton>
  );
}

function StopForm({ host, onDone }: { host: Host; onDone: () => void }) {
  const say = usePhrase();
  const [reason, setReason] = useState('');
  const [confirmation, setConfirmation] = useState('');
  const stop = useMutation({
    mutationFn: () =>
      call(routes.stopHost, { params: { hostId: host.id }, body: { reason: reason.trim(), confirmation } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: hostTasksQuery(host.id).queryKey }),
  });
  const { name } = host.facts;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    stop.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.tasks.stopText', { name })}</Text>
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.tasks.containHint')}
          lengthMax={taskReasonMax}
          isFirst
        />
        <TextInput
          label={say('console.tasks.stopConfirm', { name })}
          value={confirmation}
          onChange={({ currentTarget }) => setConfirmation(currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
        <ErrorNotice error={stop.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button
            type="submit"
            color="red.8"
            loading={stop.isPending}
            disabled={!reason.trim() || confirmation !== name}
          >
            {say('console.tasks.stopDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
