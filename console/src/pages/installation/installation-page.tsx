import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { AccountFilter, useChosenAccount } from '../../parts/account-filter.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconServer2 } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { OfAccount } from '../../parts/of-account.tsx';
import { Page } from '../../parts/page.tsx';
import { pushesQuery } from '../../queries.ts';
import { queryClient } from '../../session.tsx';
import { PushCard } from './push-card.tsx';
import { RebootNotices } from './reboot-notices.tsx';

const route = getRouteApi('/frame/installation');

/** The agent brought to hosts over SSH: lists, host keys, progress and logs; letters about restarts. */
export function InstallationPage() {
  const say = usePhrase();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const account = useChosenAccount(search.account);
  return (
    <Page
      title={say('console.push.title')}
      subtitle={say('console.push.intro')}
      actions={
        <>
          <AccountFilter
            required
            value={account?.id}
            onChange={(next) => void navigate({ search: { account: next }, replace: true })}
          />
          {account && (
            <DialogButton label={say('console.push.new')} title={say('console.push.new')} button={{ size: 'sm' }}>
              {(close) => <ListForm accountId={account.id} onDone={close} />}
            </DialogButton>
          )}
        </>
      }
    >
      <OfAccount wanted={search.account}>
        {({ id }) => (
          <>
            <RebootNotices place={{ accountId: id }} />
            <Pushes accountId={id} />
          </>
        )}
      </OfAccount>
    </Page>
  );
}

function Pushes({ accountId }: { accountId: string }) {
  const say = usePhrase();
  const query = useQuery(pushesQuery(accountId));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Card>
            <EmptyState icon={IconServer2} title={say('console.push.none')}>
              {say('console.push.noneText')}
            </EmptyState>
          </Card>
        ) : (
          <Stack gap="md">
            {items.map((push) => (
              <PushCard key={push.id} push={push} />
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}

function ListForm({ accountId, onDone }: { accountId: string; onDone: () => void }) {
  const say = usePhrase();
  const [hosts, setHosts] = useState('');
  const read = useMutation({
    mutationFn: () => call(routes.createPush, { params: { accountId }, body: { hosts } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['installation'] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    read.mutate(undefined, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.push.intro')}</Text>
        <Textarea
          label={say('console.push.hosts')}
          description={say('console.push.hostsHint')}
          placeholder={'web-01.example.jp,22,admin,key\n198.51.100.7,22,root,password'}
          value={hosts}
          onChange={({ currentTarget }) => setHosts(currentTarget.value)}
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          data-autofocus
        />
        <ErrorNotice error={read.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={read.isPending} disabled={!hosts.trim()}>
            {say('console.push.read')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
