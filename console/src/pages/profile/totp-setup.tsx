import { Button, Center, Group, Stack, Text, TextInput } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { QRCodeSVG } from 'qrcode.react';
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { sessionQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';
import { readCode } from '../sign-in/sign-in-page.tsx';

export type TotpSetupProps = {
  /** The own password: a session alone may not change how one signs in. */
  readonly password: string;
  readonly onDone: () => void;
  readonly onLater: () => void;
};

/** Shows the key as a QR code and asks for a first code. */
export function TotpSetup({ password, onDone, onLater }: TotpSetupProps) {
  const say = usePhrase();
  const [code, setCode] = useState('');
  const start = useMutation({ mutationFn: () => call(routes.startTotp, { body: { password } }) });
  const confirm = useMutation({
    mutationFn: () => call(routes.confirmTotp, { body: { code } }),
    onSuccess: (person) => {
      queryClient.setQueryData(sessionQuery.queryKey, (known) => known && { ...known, person });
      onDone();
    },
  });
  const { mutate } = start;
  useEffect(() => mutate(), [mutate]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  const uri = start.data?.uri;
  const key = uri && (URL.parse(uri)?.searchParams.get('secret') ?? undefined);
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.totp.offer')}</Text>
        <ErrorNotice error={start.error} onRetry={mutate} />
        {uri && (
          <>
            <Text size="sm">{say('console.totp.scan')}</Text>
            <Center>
              <QRCodeSVG value={uri} size={168} marginSize={3} title={say('console.totp.qr')} />
            </Center>
            {key && <CopyField label={say('console.totp.key')} value={key} />}
            <TextInput
              label={say('console.signIn.code')}
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(event) => setCode(readCode(event.currentTarget.value))}
            />
          </>
        )}
        <ErrorNotice error={confirm.error} />
        <Group justify="space-between">
          <Button variant="subtle" onClick={onLater}>
            {say('console.totp.later')}
          </Button>
          <Button type="submit" disabled={!uri || code.length !== 6} loading={confirm.isPending}>
            {say('console.totp.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
