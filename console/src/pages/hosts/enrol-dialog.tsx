import { Button, Group, Modal, NumberInput, Select, Stack, Text } from '@mantine/core';
import { type RouteAnswer, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { ButtonLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';
import { queryClient, useAccounts } from '../../session.tsx';
import { TokenList } from './token-list.tsx';

type Issued = RouteAnswer<typeof routes.createEnrolmentToken>;
const validHoursDefault = 72;

/** Opens the dialog that issues a one-time enrolment token. */
export function EnrolButton({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={() => setOpened(true)}>
        {say('console.enrol.title')}
      </Button>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={say('console.enrol.title')}
        size="lg"
        closeButtonProps={{ 'aria-label': say('console.close') }}
      >
        <EnrolForm account={account} />
      </Modal>
    </>
  );
}

function EnrolForm({ account }: { account: string | undefined }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const [chosen, setChosen] = useState<string | null>(account ?? null);
  const [validHours, setValidHours] = useState<number>(validHoursDefault);
  const accountId = chosen ?? (accounts.length === 1 ? accounts[0]?.id : undefined);
  const issue = useMutation({
    mutationFn: (forAccount: string) =>
      call(routes.createEnrolmentToken, { params: { accountId: forAccount }, body: { validHours } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['token'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (accountId) issue.mutate(accountId);
  };
  if (accounts.length === 0) return <NoAccounts />;
  return (
    <Stack>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{say('console.enrol.text')}</Text>
          <Group align="flex-end" gap="sm">
            <Select
              label={say('console.account')}
              data={accounts.map((each) => ({ value: each.id, label: each.name }))}
              value={accountId ?? null}
              onChange={setChosen}
              allowDeselect={false}
              required
              searchable
              style={{ flex: '2 1 12rem' }}
            />
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
      {accountId && <TokenList accountId={accountId} />}
    </Stack>
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

function NoAccounts() {
  const say = usePhrase();
  return (
    <Stack>
      <Text size="sm">{say('console.enrol.noAccounts')}</Text>
      <ButtonLink to="/settings/accounts" style={{ alignSelf: 'flex-start' }}>
        {say('console.nav.accounts')}
      </ButtonLink>
    </Stack>
  );
}
