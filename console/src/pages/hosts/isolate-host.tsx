import { Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { type Host, isolationMinutes, taskReasonMax } from '@sakimori/contract';
import { type FormEvent, useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { useAskHost } from './ask-host.tsx';

const hoursMax = isolationMinutes.max / 60;

/**
 * Cuts the host off from all but its manager, or ends that: asked for with a reason, and recorded with it.
 * @param mayIsolate false where the customer has to consent first
 */
export function IsolateHost({ host, mayIsolate }: { host: Host; mayIsolate: boolean }) {
  const say = usePhrase();
  const isIsolated = host.modules.some(({ notes }) => notes?.some(({ code }) => code === 'firewall_isolated'));
  const button = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <>
      {mayIsolate && (
        <DialogButton label={say('console.tasks.isolate')} title={say('hostTask.kind.isolate')} button={button}>
          {(close) => <IsolateForm host={host} onDone={close} isRelease={false} />}
        </DialogButton>
      )}
      {isIsolated && (
        <DialogButton label={say('console.tasks.release')} title={say('hostTask.kind.release')} button={button}>
          {(close) => <IsolateForm host={host} onDone={close} isRelease />}
        </DialogButton>
      )}
    </>
  );
}

function IsolateForm({ host, onDone, isRelease }: { host: Host; onDone: () => void; isRelease: boolean }) {
  const say = usePhrase();
  const [reason, setReason] = useState('');
  const [hours, setHours] = useState<number | string>(isolationMinutes.usual / 60);
  const [dns, setDns] = useState(false);
  const ask = useAskHost(host.id);
  const isUsable = isRelease || (typeof hours === 'number' && hours >= 1 && hours <= hoursMax);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const why = reason.trim();
    const body = isRelease
      ? { kind: 'release' as const, reason: why }
      : { kind: 'isolate' as const, reason: why, minutes: Number(hours) * 60, dns };
    ask.mutate(body, { onSuccess: onDone });
  };
  const name = host.facts.name;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say(isRelease ? 'console.tasks.releaseText' : 'console.tasks.isolateText', { name })}</Text>
        <ReasonField
          value={reason}
          onChange={setReason}
          hint={say('console.tasks.containHint')}
          lengthMax={taskReasonMax}
          isFirst
        />
        {!isRelease && (
          <>
            <NumberInput
              label={say('console.tasks.isolateHours')}
              value={hours}
              onChange={setHours}
              min={1}
              max={hoursMax}
              allowDecimal={false}
            />
            <Checkbox
              label={say('console.tasks.isolateDns')}
              checked={dns}
              onChange={({ currentTarget }) => setDns(currentTarget.checked)}
            />
          </>
        )}
        <ErrorNotice error={ask.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" color="red.8" loading={ask.isPending} disabled={!reason.trim() || !isUsable}>
            {say(isRelease ? 'console.tasks.releaseDo' : 'console.tasks.isolateDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
