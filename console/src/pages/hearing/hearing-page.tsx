import { Anchor, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { type Hearing, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconClipboardList, IconPlus } from '../../parts/icons.ts';
import { ListCard } from '../../parts/list-card.tsx';
import { Page } from '../../parts/page.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { hearingsQuery } from '../../queries.ts';
import { queryClient, useAccounts, useSession } from '../../session.tsx';
import { HearingSheet } from './hearing-sheet.tsx';

const route = getRouteApi('/frame/hearing');

/** Hearing sheets: what customers tell before the service begins. A customer sees the own one at once. */
export function HearingPage() {
  const say = usePhrase();
  const { may, isProvider } = useSession();
  const { sheet } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(hearingsQuery());
  const only = !isProvider ? query.data?.items[0]?.id : undefined;
  const open = (id: string | undefined) => void navigate({ search: { sheet: id } });
  if (sheet ?? only)
    return (
      <HearingSheet
        key={sheet ?? only}
        id={(sheet ?? only)!}
        {...(isProvider ? { onBack: () => open(undefined) } : {})}
      />
    );
  const columns: Column<Hearing>[] = [
    {
      key: 'customer',
      head: say('console.hearing.customer'),
      cell: ({ id, customerName }) => (
        <Anchor component="button" type="button" className="row-link" onClick={() => open(id)}>
          {customerName}
        </Anchor>
      ),
    },
    {
      key: 'account',
      head: say('console.account'),
      cell: ({ accountId }) => say(accountId ? 'console.hearing.issued' : 'console.hearing.notIssued'),
    },
    {
      key: 'version',
      head: say('console.hearing.version'),
      width: 80,
      cell: ({ versions }) => versions[0]?.number ?? '',
    },
    {
      key: 'state',
      head: say('console.hearing.state'),
      cell: ({ versions: [newest] }) =>
        newest ? (
          <StateBadge tone={newest.state === 'confirmed' ? 'good' : 'watch'}>
            {say(`hearingState.${newest.state}`)}
          </StateBadge>
        ) : (
          <StateBadge tone="idle">{say('console.hearing.empty')}</StateBadge>
        ),
    },
    {
      key: 'saved',
      head: say('console.hearing.saved'),
      cell: ({ versions: [newest] }) => newest && <Time at={newest.createdAt} />,
    },
    {
      key: 'applied',
      head: say('console.hearing.applied'),
      cell: ({ versions }) => versions.find(({ appliedAt }) => appliedAt)?.number ?? '',
    },
  ];
  return (
    <Page
      title={say('console.nav.hearing')}
      subtitle={say('console.hearing.subtitle')}
      actions={
        may('hearing.manage') && (
          <DialogButton label={say('console.hearing.begin')} button={{ leftSection: <IconPlus size={16} /> }}>
            {(close) => (
              <Begin
                onDone={(id) => {
                  close();
                  open(id);
                }}
              />
            )}
          </DialogButton>
        )
      }
    >
      <ListCard
        query={query}
        rowsOf={({ items }) => items}
        title={say('console.nav.hearing')}
        label={say('console.nav.hearing')}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{
          icon: IconClipboardList,
          title: say('console.hearing.none'),
          children: say('console.hearing.noneText'),
        }}
      />
    </Page>
  );
}

/** For an account, or for a customer whose account is yet to be issued. */
function Begin({ onDone }: { onDone: (id: string) => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const [accountId, setAccount] = useState<string | null>(null);
  const [customerName, setCustomer] = useState('');
  const begin = useMutation({
    mutationFn: () => call(routes.createHearing, { body: accountId ? { accountId } : { customerName } }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ['account', 'hearing'] });
      onDone(id);
    },
  });
  return (
    <Stack gap="sm">
      <Select
        label={say('console.account')}
        description={say('console.hearing.beginText')}
        data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        value={accountId}
        onChange={setAccount}
        clearable
        searchable
      />
      <TextInput
        label={say('console.hearing.customer')}
        value={customerName}
        disabled={accountId !== null}
        maxLength={200}
        onChange={(event) => setCustomer(event.currentTarget.value)}
      />
      <ErrorNotice error={begin.error} />
      <Group justify="flex-end">
        <Button loading={begin.isPending} disabled={!accountId && !customerName.trim()} onClick={() => begin.mutate()}>
          {say('console.hearing.begin')}
        </Button>
      </Group>
    </Stack>
  );
}
