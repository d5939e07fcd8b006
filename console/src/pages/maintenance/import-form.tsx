import { Button, FileInput, Stack, Text } from '@mantine/core';
import { calendarFileCharactersMax, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { queryClient } from '../../session.tsx';
import { ScopeFields, useFirstScope } from './scope-fields.tsx';

/** Takes a calendar file; the manager says which line it cannot use. */
export function ImportForm({ account, onDone }: { account: string | undefined; onDone: () => void }) {
  const say = usePhrase();
  const [scope, setScope] = useState(useFirstScope(account));
  const [file, setFile] = useState<File | null>(null);
  const take = useMutation({
    mutationFn: async () => {
      const { accountId, hostIds, modules } = scope;
      // One character more than is taken, so that a larger file is refused and not cut.
      const text = (await file!.text()).slice(0, calendarFileCharactersMax + 1);
      return call(routes.importMaintenance, { params: { accountId }, body: { hostIds, modules, file: text } });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['host'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.maintenance.importText')}</Text>
        <ScopeFields scope={scope} onChange={setScope} />
        <FileInput
          label={say('console.maintenance.file')}
          accept=".ics,text/calendar"
          required
          value={file}
          onChange={setFile}
        />
        <ErrorNotice error={take.error} />
        {take.data && <Notice tone="good">{say('console.maintenance.imported', take.data)}</Notice>}
        {take.data ? (
          <Button onClick={onDone} style={{ alignSelf: 'flex-start' }}>
            {say('console.close')}
          </Button>
        ) : (
          <Button type="submit" loading={take.isPending} disabled={!file} style={{ alignSelf: 'flex-start' }}>
            {say('console.maintenance.import')}
          </Button>
        )}
      </Stack>
    </form>
  );
}
