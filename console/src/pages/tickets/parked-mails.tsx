import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type ParkedMail, routes } from '@sakimori/contract';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded, LoadMore } from '../../parts/loaded.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useAccounts } from '../../session.tsx';
import { ProofBadge } from './proof-badge.tsx';
import { parkedMailQuery, parkedQuery, refreshTickets } from './queries.ts';

/** Mails that became no ticket by themselves. Nothing was answered to them. */
export function ParkedMails() {
  const say = usePhrase();
  const query = useInfiniteQuery(parkedQuery);
  const pages = query.data?.pages ?? [];
  const total = pages.at(-1)?.total ?? 0;
  if (total === 0) return null;
  const items = pages.flatMap((page) => page.items);
  return (
    <Card title={say('console.ticket.parked', { count: total })}>
      <Stack gap="xs">
        {items.map((mail) => (
          <Group key={mail.id} justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
            <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              <Text size="sm" fw={600}>
                {mail.subject || say('console.ticket.noSubject')}
              </Text>
              <Group gap={6}>
                <StateBadge tone={mail.reason === 'sender_not_proven' ? 'bad' : 'watch'}>
                  {say(`parkedReason.${mail.reason}`)}
                </StateBadge>
                <Text size="xs" className="dim">
                  {mail.fromMail} · <Time at={mail.receivedAt} />
                </Text>
              </Group>
            </div>
            <Group gap={6} wrap="nowrap">
              <DialogButton
                label={say('console.ticket.look')}
                title={mail.subject || say('console.ticket.noSubject')}
                size="lg"
                button={{ size: 'compact-sm', variant: 'default' }}
              >
                {(close) => <ParkedMailView mail={mail} onDone={close} />}
              </DialogButton>
              <ConfirmButton
                label={say('console.ticket.dismiss')}
                text={say('console.ticket.dismissText', { from: mail.fromMail })}
                reasonLabel={say('console.reason')}
                onConfirm={async (reason) => {
                  await call(routes.dismissParkedMail, { params: { mailId: mail.id }, body: { reason } });
                  await refreshTickets();
                }}
              />
            </Group>
          </Group>
        ))}
        {items.length < total && (
          <Text size="xs" className="dim figures">
            {say('console.pages.shown', { first: 1, last: items.length, total })}
          </Text>
        )}
      </Stack>
      <LoadMore query={query} />
    </Card>
  );
}

function ParkedMailView({ mail, onDone }: { mail: ParkedMail; onDone: () => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const query = useQuery(parkedMailQuery(mail.id));
  const claimed = mail.claimedTicket;
  const [accountId, setAccountId] = useState<string | null>(claimed?.accountId ?? null);
  const [number, setNumber] = useState(claimed ? String(claimed.number) : '');
  const assigning = useMutation({
    mutationFn: async () => {
      const found = number.trim()
        ? (await call(routes.listTickets, { query: { number: Number(number.replace('#', '')) } })).items[0]?.id
        : undefined;
      return call(routes.assignParkedMail, {
        params: { mailId: mail.id },
        body: { accountId: accountId ?? '', ...(found ? { ticketId: found } : {}) },
      });
    },
    onSuccess: async () => {
      await refreshTickets();
      onDone();
    },
  });
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Text size="sm">{say.bracket(mail.fromName, mail.fromMail)}</Text>
        {mail.proof && <ProofBadge proof={mail.proof} />}
      </Group>
      <Loaded query={query}>
        {({ text, attachments }) => (
          <>
            <div style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 320, overflow: 'auto' }}>
              {text}
            </div>
            {attachments.map(({ name, sizeBytes }) => (
              <Text key={name} size="xs" className="dim">
                {say.bracket(name, say('console.ticket.bytes', { bytes: sizeBytes }))}
              </Text>
            ))}
          </>
        )}
      </Loaded>
      <Select
        label={say('console.account')}
        data={accounts.map(({ id, name, customerName }) => ({ value: id, label: `${customerName} / ${name}` }))}
        searchable
        value={accountId}
        onChange={setAccountId}
      />
      <TextInput
        label={say('console.ticket.toTicket')}
        value={number}
        maxLength={12}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <ErrorNotice error={assigning.error} />
      <Button
        onClick={() => assigning.mutate()}
        loading={assigning.isPending}
        disabled={!accountId}
        style={{ alignSelf: 'flex-start' }}
      >
        {say('console.ticket.assign')}
      </Button>
    </Stack>
  );
}
