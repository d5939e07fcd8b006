import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes, type TicketKind, ticketKinds } from '@sakimori/contract';
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

type About = {
  readonly thing: 'Alert' | 'Case';
  readonly id: string;
  readonly accountId: string;
  readonly number: number;
};
const keyOf = ({ thing, id }: About) => (thing === 'Alert' ? { alertId: id } : { caseId: id });

/** What was asked about an alert (S63) or a case, and a way to ask. */
export function TicketsAbout({ about }: { about: About }) {
  const say = usePhrase();
  const { may } = useSession();
  const query = useQuery(ticketsQuery({ ...keyOf(about), state: 'all' }));
  const items = query.data?.items ?? [];
  const open = may('ticket.ask') && (
    <DialogButton label={say('console.ticket.openOne')} button={{ size: 'compact-sm', variant: 'default' }}>
      {(close) => <OpenForm about={about} onDone={close} />}
    </DialogButton>
  );
  return (
    <Card title={say(`console.ticket.of${about.thing}`)} actions={open}>
      {items.length === 0 && (
        <Text size="sm" className="dim">
          {say(`console.ticket.noneOf${about.thing}`)}
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
function OpenForm({ about, onDone }: { about: About; onDone: () => void }) {
  const say = usePhrase();
  const { isProvider } = useSession();
  const form = useForm({
    initialValues: {
      ...{ kind: 'inquiry' as TicketKind, text: '', callerName: '' },
      subject: say(`console.ticket.about${about.thing}`, { number: about.number }),
    },
  });
  const opening = useMutation({
    mutationFn: ({ callerName, ...given }: typeof form.values) => {
      const params = { accountId: about.accountId };
      const body = { ...given, ...keyOf(about) };
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
