import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Door } from './door.tsx';
import { useEnter } from './enter.ts';

const route = getRouteApi('/sign-in');
/** `123 456` and full-width digits are how people type and paste codes. */
export const readCode = (typed: string): string => typed.normalize('NFKC').replace(/\D/g, '').slice(0, 6);

export function SignInPage() {
  const say = usePhrase();
  const { returnTo } = route.useSearch();
  const { enter, adoptLanguage } = useEnter();
  const [mail, setMail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState<string>();
  const attempt = useMutation({
    mutationFn: () => call(routes.signIn, { body: { mail: mail.trim(), password, ...(code ? { totp: code } : {}) } }),
    onSuccess: async ({ person, totpRequired }) => {
      if (person) {
        adoptLanguage(person);
        await enter(returnTo);
      } else if (totpRequired) setCode('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <Door title={say('console.signIn.title')}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label={say('console.signIn.mail')}
            type="email"
            name="mail"
            autoComplete="username"
            required
            autoFocus
            value={mail}
            onChange={(event) => setMail(event.currentTarget.value)}
          />
          <PasswordInput
            label={say('console.signIn.password')}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {code !== undefined && (
            <TextInput
              label={say('console.signIn.code')}
              description={say('console.signIn.codeHint')}
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
              value={code}
              onChange={(event) => setCode(readCode(event.currentTarget.value))}
            />
          )}
          <ErrorNotice error={attempt.error} />
          <Button type="submit" loading={attempt.isPending} fullWidth mt="xs">
            {say('console.signIn.submit')}
          </Button>
          <Text size="xs" className="dim">
            {say('console.signIn.help')}
          </Text>
        </Stack>
      </form>
    </Door>
  );
}
