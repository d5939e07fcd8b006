import { Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { type CustomerForm, type Language, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconSend } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { refreshOnboardings } from './queries.ts';

type Asked = { readonly kind: CustomerForm['kind']; readonly hearingId?: string };

/** Mails the customer's contact the link of a form (S35). */
export function AskButton({ label, ...asked }: Asked & { label: string }) {
  return (
    <DialogButton
      label={label}
      title={label.replace('…', '')}
      button={{ variant: 'default', leftSection: <IconSend size={16} /> }}
    >
      {(close) => <AskForm {...asked} onDone={close} />}
    </DialogButton>
  );
}

function AskForm({ kind, hearingId, onDone }: Asked & { onDone: () => void }) {
  const say = usePhrase();
  const [customerName, setCustomer] = useState('');
  const [contactName, setContact] = useState('');
  const [mail, setMail] = useState('');
  const [language, setLanguage] = useState<Language>('ja');
  const [days, setDays] = useState<number | string>(14);
  const send = useMutation({
    mutationFn: () =>
      call(routes.issueForm, {
        body: {
          ...{ kind, contactName, mail: mail.trim(), language, days: Number(days) },
          ...(hearingId === undefined ? { customerName } : { hearingId }),
        },
      }),
    onSuccess: refreshOnboardings,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  if (send.data)
    return (
      <Stack gap="sm">
        <Notice tone="good">{say('console.forms.sent', { mail: send.data.mail })}</Notice>
        <Group justify="flex-end">
          <Button onClick={onDone}>{say('console.close')}</Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.forms.text')}</Text>
        {hearingId === undefined && (
          <TextInput
            label={say('console.forms.customer')}
            required
            maxLength={200}
            value={customerName}
            onChange={({ currentTarget }) => setCustomer(currentTarget.value)}
          />
        )}
        <TextInput
          label={say('console.forms.contact')}
          required
          maxLength={200}
          value={contactName}
          onChange={({ currentTarget }) => setContact(currentTarget.value)}
        />
        <TextInput
          label={say('console.forms.mail')}
          type="email"
          required
          maxLength={254}
          value={mail}
          onChange={({ currentTarget }) => setMail(currentTarget.value)}
        />
        <Group gap="lg" align="flex-end">
          <SegmentedControl
            aria-label={say('console.forms.language')}
            data={[
              { value: 'ja', label: '日本語' },
              { value: 'en', label: 'English' },
            ]}
            value={language}
            onChange={(next) => setLanguage(next as Language)}
          />
          <NumberInput label={say('console.forms.days')} min={1} max={60} w={130} value={days} onChange={setDays} />
        </Group>
        <ErrorNotice error={send.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {say('console.forms.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
