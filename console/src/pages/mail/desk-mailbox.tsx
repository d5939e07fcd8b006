import { Button, Group, NumberInput, PasswordInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { type DeskMailboxState, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { ask } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';

const securities = ['tls', 'starttls', 'none'] as const;
const tones = { off: 'idle', watching: 'good', failing: 'bad' } as const;
const mailboxQuery = ask(['mail', 'mailbox'], routes.getDeskMailbox);

/** Where the desk's mail comes in (S52). The password is written and never read back. */
export function DeskMailboxCard() {
  const say = usePhrase();
  const query = useQuery(mailboxQuery);
  const state = query.data?.state;
  return (
    <Card
      title={say('console.mailbox.title')}
      actions={state && <StateBadge tone={tones[state]}>{say(`mailboxState.${state}`)}</StateBadge>}
    >
      <Loaded query={query}>{(mailbox) => <MailboxForm mailbox={mailbox} />}</Loaded>
    </Card>
  );
}

function MailboxForm({ mailbox }: { mailbox: DeskMailboxState }) {
  const say = usePhrase();
  const { may } = useSession();
  const form = useForm({
    initialValues: {
      ...{ host: mailbox.host ?? '', port: mailbox.port ?? ('' as number | ''), security: mailbox.security ?? 'tls' },
      ...{ user: mailbox.user ?? '', password: '', folder: mailbox.folder ?? 'INBOX' },
      ...{ relayName: mailbox.relayName ?? '', trustedCertificate: mailbox.trustedCertificate ?? '' },
    },
  });
  const bodyOf = ({ port, password, ...values }: typeof form.values) => ({
    ...values,
    ...(port === '' ? {} : { port }),
    ...(password === '' ? {} : { password }),
  });
  const save = useMutation({
    mutationFn: (values: typeof form.values) => call(routes.setDeskMailbox, { body: bodyOf(values) }),
    onSuccess: (saved) => {
      queryClient.setQueryData(mailboxQuery.queryKey, saved);
      form.setFieldValue('password', '');
      notifications.show({ message: say('console.saved') });
    },
  });
  const trial = useMutation({ mutationFn: () => call(routes.testDeskMailbox, { body: bodyOf(form.values) }) });
  const mayWrite = may('mail.configure');
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <Text size="xs" className="dim">
          {say('console.mailbox.text')}
        </Text>
        {mailbox.lastError && <Notice tone="bad">{mailbox.lastError}</Notice>}
        <Group grow align="flex-start">
          <TextInput label={say('console.mailbox.host')} maxLength={255} {...form.getInputProps('host')} />
          <NumberInput
            label={say('console.mailbox.port')}
            min={1}
            max={65535}
            hideControls
            {...form.getInputProps('port')}
          />
        </Group>
        <Select
          label={say('console.mailbox.security')}
          data={securities.map((value) => ({ value, label: say(`mailboxSecurity.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('security')}
        />
        <TextInput label={say('console.mailbox.user')} autoComplete="off" {...form.getInputProps('user')} />
        <PasswordInput
          label={say('console.mailbox.password')}
          description={mailbox.passwordSet ? say('console.mailbox.passwordSet') : undefined}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <TextInput label={say('console.mailbox.folder')} {...form.getInputProps('folder')} />
        <TextInput
          label={say('console.mailbox.relay')}
          description={say('console.mailbox.relayText')}
          {...form.getInputProps('relayName')}
        />
        <Textarea
          label={say('console.mailbox.certificate')}
          autosize
          maxRows={4}
          {...form.getInputProps('trustedCertificate')}
        />
        <ErrorNotice error={save.error ?? trial.error} />
        {trial.data && <Notice tone="good">{say('console.mailbox.tested', trial.data)}</Notice>}
        {mayWrite && (
          <Group gap="xs">
            <Button type="submit" loading={save.isPending}>
              {say('console.save')}
            </Button>
            <Button
              variant="default"
              loading={trial.isPending}
              disabled={form.values.host.trim() === ''}
              onClick={() => trial.mutate()}
            >
              {say('console.mailbox.test')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
