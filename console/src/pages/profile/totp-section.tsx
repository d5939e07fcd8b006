import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconShieldCheck, IconShieldOff } from '../../parts/icons.ts';
import { StateBadge } from '../../parts/state-badge.tsx';
import { sessionQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';
import { TotpSetup } from './totp-setup.tsx';

/** One-time codes of the signed-in person: on or off, each change with the password. */
export function TotpSection() {
  const say = usePhrase();
  const { person } = useSession();
  const [password, setPassword] = useState('');
  const [settingUp, setSettingUp] = useState(false);
  const remove = useMutation({
    mutationFn: () => call(routes.removeTotp, { body: { password } }),
    onSuccess: (changed) => {
      queryClient.setQueryData(sessionQuery.queryKey, (known) => known && { ...known, person: changed });
      setPassword('');
      notifications.show({ message: say('console.totp.turnedOff') });
    },
  });
  const finish = (turnedOn: boolean) => {
    setSettingUp(false);
    setPassword('');
    if (turnedOn) notifications.show({ message: say('console.totp.turnedOn') });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (person.totpEnabled) remove.mutate();
    else setSettingUp(true);
  };
  if (settingUp) return <TotpSetup password={password} onDone={() => finish(true)} onLater={() => finish(false)} />;
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <div>
          <StateBadge
            tone={person.totpEnabled ? 'good' : 'idle'}
            icon={person.totpEnabled ? IconShieldCheck : IconShieldOff}
          >
            {say(person.totpEnabled ? 'console.totp.on' : 'console.totp.off')}
          </StateBadge>
        </div>
        <Group align="flex-end" gap="sm">
          <PasswordInput
            label={say('console.password.current')}
            name="totp-password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            style={{ flex: 1 }}
          />
          <Button type="submit" variant={person.totpEnabled ? 'default' : 'filled'} loading={remove.isPending}>
            {say(person.totpEnabled ? 'console.totp.remove' : 'console.totp.start')}
          </Button>
        </Group>
        <ErrorNotice error={remove.error} />
      </Stack>
    </form>
  );
}
