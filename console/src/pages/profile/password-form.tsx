import { Button, PasswordInput, Stack } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { sessionQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export const passwordLengthMin = 12;

export type PasswordFormProps = {
  /** For the browser's password store, which wants to know whose password it keeps. */
  readonly mail: string;
  readonly asksCurrent: boolean;
  /** Handed the new password, which the set-up of one-time codes asks for. */
  readonly onDone: (password: string) => void;
};

export function PasswordForm({ mail, asksCurrent, onDone }: PasswordFormProps) {
  const say = usePhrase();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<string>();
  const change = useMutation({
    mutationFn: () => call(routes.setPassword, { body: { password, ...(asksCurrent ? { current } : {}) } }),
    onSuccess: async (person) => {
      queryClient.setQueryData(sessionQuery.queryKey, (known) => known && { ...known, person });
      onDone(password);
      for (const clear of [setCurrent, setPassword, setAgain]) clear('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fault =
      password.length < passwordLengthMin
        ? say('console.password.tooShort')
        : password !== again
          ? say('console.password.differs')
          : undefined;
    setProblem(fault);
    if (!fault) change.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <input type="email" name="username" autoComplete="username" value={mail} readOnly hidden />
        {asksCurrent && (
          <PasswordInput
            label={say('console.password.current')}
            name="current"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={say('console.password.new')}
          description={say('console.password.rule')}
          name="password"
          autoComplete="new-password"
          required
          maxLength={128}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <PasswordInput
          label={say('console.password.again')}
          name="again"
          autoComplete="new-password"
          required
          maxLength={128}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={problem}
        />
        <ErrorNotice error={change.error} />
        <Button type="submit" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.password.set')}
        </Button>
      </Stack>
    </form>
  );
}
