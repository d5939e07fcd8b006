import { Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { type RouteAnswer, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient } from '../../session.tsx';

type Issued = RouteAnswer<typeof routes.createEnrolmentToken>;
const validHoursDefault = 72;

/** Issues a token for one host, and shows the command that takes it. */
export function TokenForm({ accountId }: { accountId: string | undefined }) {
  const say = usePhrase();
  const [validHours, setValidHours] = useState<number>(validHoursDefault);
  const issue = useMutation({
    mutationFn: (forAccount: string) =>
      call(routes.createEnrolmentToken, { params: { accountId: forAccount }, body: { validHours } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['token'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (accountId) issue.mutate(accountId);
  };
  return (
    <>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{say('console.enrol.text')}</Text>
          <Group align="flex-end" gap="sm">
            <NumberInput
              label={say('console.enrol.validHours')}
              value={validHours}
              onChange={(value) => setValidHours(Number(value) || validHoursDefault)}
              min={1}
              max={720}
              allowDecimal={false}
              style={{ flex: '1 1 7rem' }}
            />
            <Button type="submit" loading={issue.isPending} disabled={!accountId}>
              {say('console.enrol.issue')}
            </Button>
          </Group>
          <ErrorNotice error={issue.error} />
        </Stack>
      </form>
      {issue.data && <IssuedToken issued={issue.data} />}
    </>
  );
}

function IssuedToken({ issued }: { issued: Issued }) {
  const say = usePhrase();
  return (
    <Stack gap="xs">
      <Notice tone="watch">{say('console.enrol.once')}</Notice>
      <CopyField label={say('console.enrol.command')} value={`sakimori-agent run --token ${issued.token}`} />
      <Text size="xs" className="dim">
        {say('console.enrol.validUntil')} <Time at={issued.expiresAt} zone relative />
      </Text>
    </Stack>
  );
}
