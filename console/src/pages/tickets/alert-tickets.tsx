import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type AlertDetail, routes, type TicketKind, ticketKinds } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { useSession } from '../../session.tsx';
import { refreshTickets, ticketsQuery } from './queries.ts';
import { TicketState } from './tickets-page.tsx';

/** What was asked about an alert, and a way to ask (S63). */
export function AlertTickets({ alert }: { alert: AlertDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(ticketsQuery({ alertId: alert.id, state: 'all' }));
  const items = query.data?.items ?? [];
  const open = may('ticket.ask') && (
    <DialogButton label={say('console.ticket.openOne')} button={{ size: 'compact-sm', variant: 'default' }}>
      {(close) => <OpenForm alert={alert} onDone={close} />}
    </DialogButton>
  );
  return (
    <Card title={say('console.ticket.ofAlert')} actions={open}>
      {items.length === 0 && (
        <Text size="sm" className="dim">
          {say('console.ticket.noneOfAlert')}
        </Text>
      )}
      <Stack gap={6}>
        {items.map((ticket) => (
          <Group key={ticket.id} gap="xs" wrap="nowrap" align="flex-start">
            <TicketState ticket={ticket} />
            <TextLink to="/tickets/$ticketId" params={{ ticketId: ticket.id }} size="sm">
              {`#${ticket.number} ${ticket.subject}`}
            </TextLink>
          </Group>
        ))}
      </Stack>
    </Card>
  );
}

/** A customer asks for themselves; somebody of the provider writes down what was asked, and by whom. */
function OpenForm({ alert, onDone }: { alert: AlertDetail; onDone: () => void }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const form = useForm({
    initialValues: {
      ...{ kind: 'inquiry' as TicketKind, text: '', callerName: '' },
      subject: say('console.ticket.aboutAlert', { number: alert.number }),
    },
  });
  const opening = useMutation({
    mutationFn: ({ callerName, ...given }: typeof form.values) => {
      const params = { accountId: alert.accountId };
      const body = { ...given, alertId: alert.id };
      const who = callerName.trim() ? { callerName: callerName.trim() } : {};
      return isProvider
        ? call(routes.createTicket, { params, body: { ...body, ...who } })
        : call(routes.askDesk, { params, body });
    },
    onSuccess: async () => {
      await refreshTickets();
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => opening.mutate(values))}>
      <Stack gap="sm">
        <Select
          label={say('console.ticket.kind')}
          data={ticketKinds.map((kind) => ({ value: kind, label: say(`ticketKind.${kind}`) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        {isProvider && (
          <TextInput
            label={say('console.ticket.requesterName')}
            required
            maxLength={200}
            {...form.getInputProps('callerName')}
          />
        )}
        <TextInput label={say('console.ticket.subject')} required maxLength={300} {...form.getInputProps('subject')} />
        <Textarea
          label={say('console.ticket.text')}
          required
          autosize
          minRows={4}
          maxLength={20_000}
          {...form.getInputProps('text')}
        />
        <ErrorNotice error={opening.error} />
        <Button type="submit" loading={opening.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.ticket.openOne')}
        </Button>
      </Stack>
    </form>
  );
}
