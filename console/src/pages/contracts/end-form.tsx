import { Button, Stack, TextInput } from '@mantine/core';
import { routes, type ServiceContract } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { refreshContract } from './refresh.ts';

export function EndForm({ term, onDone }: { term: ServiceContract; onDone: () => void }) {
  const say = usePhrase();
  const [on, setOn] = useState('');
  const [reason, setReason] = useState('');
  const end = useMutation({
    mutationFn: () => call(routes.endContract, { params: { accountId: term.accountId }, body: { on, reason } }),
    onSuccess: async () => {
      await refreshContract();
      onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        end.mutate();
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={say('console.contract.lastDay')}
          type="date"
          required
          value={on}
          onChange={(event) => setOn(event.currentTarget.value)}
        />
        <ReasonField value={reason} onChange={setReason} />
        <ErrorNotice error={end.error} />
        <Button type="submit" color="red.8" loading={end.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.contract.end')}
        </Button>
      </Stack>
    </form>
  );
}
