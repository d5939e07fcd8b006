import { Button, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes, type TicketKind, ticketKinds } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useAccounts } from '../../session.tsx';
import { refreshTickets } from './queries.ts';

/** What a customer asks on the portal, beside phone and mail. */
export function AskForm({ onDone }: { onDone: () => void }) {
  const say = usePhrase();
  const [account] = useAccounts();
  const form = useForm({ initialValues: { kind: 'inquiry' as TicketKind, subject: '', text: '' } });
  const asking = useMutation({
    mutationFn: (body: typeof form.values) => call(routes.askDesk, { params: { accountId: account?.id ?? '' }, body }),
    onSuccess: async () => {
      await refreshTickets();
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => asking.mutate(values))}>
      <Stack gap="sm">
        <Select
          label={say('console.ticket.kind')}
          data={ticketKinds.map((kind) => ({ value: kind, label: say(`ticketKind.${kind}`) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
        <TextInput label={say('console.ticket.subject')} required maxLength={300} {...form.getInputProps('subject')} />
        <Textarea
          label={say('console.ticket.text')}
          required
          autosize
          minRows={5}
          maxLength={20_000}
          {...form.getInputProps('text')}
        />
        <ErrorNotice error={asking.error} />
        <Button type="submit" loading={asking.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.ticket.ask')}
        </Button>
      </Stack>
    </form>
  );
}
