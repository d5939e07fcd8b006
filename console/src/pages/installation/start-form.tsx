import { Button, Checkbox, Group, NumberInput, PasswordInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { overrideReasonMax, type Push, type PushTarget, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient } from '../../session.tsx';

type Props = { push: Push; targets: readonly PushTarget[]; onDone: () => void };

/** What starts an installation: new host keys that a person compares, and credentials that nobody keeps. */
export function StartForm({ push, targets, onDone }: Props) {
  const say = usePhrase();
  const [secrets, setSecrets] = useState({ password: '', privateKey: '', passphrase: '', sudoPassword: '' });
  const [minutes, setMinutes] = useState<number | string>(60);
  const [parallel, setParallel] = useState<number | string>(4);
  const [reason, setReason] = useState('');
  const [compared, setCompared] = useState(false);
  const asks = (auth: PushTarget['auth']) => targets.some((target) => target.auth === auth);
  const fresh = targets.flatMap(({ id, address, keyState, fingerprint }) =>
    keyState === 'new' && fingerprint ? [{ targetId: id, address, fingerprint }] : [],
  );
  const start = useMutation({
    mutationFn: () =>
      call(routes.startPush, {
        params: { pushId: push.id },
        body: {
          ...Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
          ...{ minutes: Number(minutes), parallel: Number(parallel) },
          acceptKeys: compared ? fresh.map(({ targetId, fingerprint }) => ({ targetId, fingerprint })) : [],
          ...(reason.trim() === '' ? {} : { overrideReason: reason.trim() }),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['installation'] }),
    // Nothing of the credentials stays in the page either.
    gcTime: 0,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate(undefined, { onSuccess: onDone });
  };
  const secret = (name: keyof typeof secrets) => ({
    label: say(`console.push.${name}`),
    value: secrets[name],
    autoComplete: 'off',
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setSecrets((before) => ({ ...before, [name]: currentTarget.value })),
  });
  return (
    <form onSubmit={submit} autoComplete="off">
      <Stack gap="sm">
        {fresh.length > 0 && (
          <>
            <Text size="sm">{say('console.push.newKeys')}</Text>
            <ul style={{ margin: 0, paddingInlineStart: '1.25rem', overflowWrap: 'anywhere' }}>
              {fresh.map(({ targetId, address, fingerprint }) => (
                <li key={targetId}>
                  <Text span size="sm">
                    {address} <code>{fingerprint}</code>
                  </Text>
                </li>
              ))}
            </ul>
            <Checkbox
              label={say('console.push.newKeysAccept', { count: fresh.length })}
              checked={compared}
              onChange={({ currentTarget }) => setCompared(currentTarget.checked)}
            />
          </>
        )}
        {asks('password') && <PasswordInput {...secret('password')} required />}
        {asks('key') && (
          <>
            <Textarea {...secret('privateKey')} required minRows={3} maxRows={6} autosize spellCheck={false} />
            <PasswordInput {...secret('passphrase')} />
          </>
        )}
        <PasswordInput {...secret('sudoPassword')} />
        <Group grow align="flex-end">
          <NumberInput
            label={say('console.push.minutes')}
            value={minutes}
            onChange={setMinutes}
            min={5}
            max={480}
            allowDecimal={false}
          />
          <NumberInput
            label={say('console.push.parallel')}
            value={parallel}
            onChange={setParallel}
            min={1}
            max={20}
            allowDecimal={false}
          />
        </Group>
        <TextInput
          label={say('console.push.override')}
          value={reason}
          maxLength={overrideReasonMax}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <ErrorNotice error={start.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={start.isPending} disabled={fresh.length > 0 && !compared}>
            {say('console.push.startDo')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
