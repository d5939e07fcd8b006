import { Button, Group, Stack, Text } from '@mantine/core';
import { type Host, taskReasonMax } from '@sakimori/contract';
import { type FormEvent, useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { useAskHost } from './ask-host.tsx';

/** What is on the host becomes right from now on: that is asked for with a reason, and recorded with it. */
export function RebuildBaseline({ host }: { host: Host }) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.tasks.rebuild')}
      title={say('hostTask.kind.integrity-baseline')}
      button={{ size: 'compact-sm', variant: 'default' }}
    >
      {(close) => <RebuildForm host={host} onDone={close} />}
    </DialogButton>
  );
}

function RebuildForm({ host, onDone }: { host: Host; onDone: () => void }) {
  const say = usePhrase();
  const [reason, setReason] = useState('');
  const ask = useAskHost(host.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate({ kind: 'integrity-baseline', reason: reason.trim() }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.tasks.rebuildText', { name: host.facts.name })}</Text>
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.tasks.reasonHint')}
          lengthMax={taskReasonMax}
          isFirst
        />
        <ErrorNotice error={ask.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" color="red.8" loading={ask.isPending} disabled={!reason.trim()}>
            {say('console.tasks.rebuildDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
