import {
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type Caller, routes, type TicketKind, ticketKinds } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useAccounts } from '../../session.tsx';
import { callersQuery, refreshTickets } from './queries.ts';

/**
 * The note of a call, taken while it lasts (S52): a number or the beginning of a name or its furigana finds the caller, two lines are the note. Return
 * takes the first who was found; Control and Return saves.
 */
export function PhoneNote({ onDone }: { onDone: () => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const [asked, setAsked] = useState('');
  const [caller, setCaller] = useState<Caller>();
  const [accountId, setAccountId] = useState<string | null>(null);
  const [kind, setKind] = useState<TicketKind>('inquiry');
  const [subject, setSubject] = useState('');
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(asked.trim(), 150);
  const isNumber = /^[\d+０-９(（]/.test(wanted);
  const found = useQuery({
    ...callersQuery(isNumber ? { phone: wanted } : { name: wanted }),
    enabled: wanted.length > 0 && !caller,
  });
  const callers = caller ? [] : (found.data?.items ?? []);
  const account = caller?.accountId ?? accountId ?? '';
  const isNumberAsked = /^\+?[0-9][0-9 ()-]{2,28}[0-9]$/.test(asked.trim());
  const saving = useMutation({
    mutationFn: () =>
      call(routes.createTicket, {
        params: { accountId: account },
        body: {
          ...{ kind, channel: 'phone' as const, subject: subject.trim(), text: text.trim() || subject.trim() },
          ...(caller ? { contactId: caller.contactId } : {}),
          ...(!caller && asked.trim()
            ? isNumberAsked
              ? { callerPhone: asked.trim() }
              : { callerName: asked.trim() }
            : {}),
        },
      }),
    onSuccess: async () => {
      await refreshTickets();
      onDone();
    },
  });
  const isReady = account !== '' && subject.trim() !== '';
  return (
    <Stack
      gap="sm"
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && isReady && !saving.isPending) saving.mutate();
      }}
    >
      <TextInput
        label={say('console.ticket.caller')}
        description={say('console.ticket.callerHint')}
        data-autofocus
        maxLength={100}
        value={asked}
        onChange={(event) => {
          setAsked(event.currentTarget.value);
          setCaller(undefined);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing || !callers[0]) return;
          event.preventDefault();
          setCaller(callers[0]);
        }}
      />
      {callers.map((each) => (
        <UnstyledButton
          key={each.contactId}
          onClick={() => setCaller(each)}
          className="row-link"
          style={{ padding: '4px 8px' }}
        >
          <CallerLine caller={each} />
        </UnstyledButton>
      ))}
      {wanted !== '' && found.data && callers.length === 0 && !caller && (
        <Text size="sm" className="dim">
          {say('console.ticket.noCaller')}
        </Text>
      )}
      {caller ? (
        <div role="status">
          <CallerLine caller={caller} />
        </div>
      ) : (
        <Select
          label={say('console.account')}
          data={accounts.map(({ id, name, customerName }) => ({ value: id, label: `${customerName} / ${name}` }))}
          searchable
          value={accountId}
          onChange={setAccountId}
        />
      )}
      <SegmentedControl
        aria-label={say('console.ticket.kind')}
        data={ticketKinds.map((each) => ({ value: each, label: say(`ticketKind.${each}`) }))}
        value={kind}
        onChange={(next) => setKind(ticketKinds.find((each) => each === next) ?? 'inquiry')}
      />
      <TextInput
        label={say('console.ticket.subject')}
        required
        maxLength={300}
        value={subject}
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <Textarea
        label={say('console.ticket.text')}
        autosize
        minRows={3}
        maxLength={20_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ErrorNotice error={saving.error} />
      <Group gap="sm">
        <Button onClick={() => saving.mutate()} loading={saving.isPending} disabled={!isReady}>
          {say('console.ticket.save')}
        </Button>
        <Text size="xs" className="dim">
          {say('console.ticket.keys')}
        </Text>
      </Group>
    </Stack>
  );
}

function CallerLine({ caller }: { caller: Caller }) {
  const say = usePhrase();
  return (
    <>
      <Text size="sm" fw={600} component="span">
        {caller.reading ? say.bracket(caller.name, caller.reading) : caller.name}
      </Text>{' '}
      <Text size="xs" className="dim" component="span">
        {[
          caller.customerName,
          caller.accountName,
          caller.phone,
          say('console.ticket.openTickets', { count: caller.openTickets }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </>
  );
}
