import { Button, Checkbox, Group, Radio, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import {
  type Contact,
  contactPurposes,
  type Language,
  languages,
  type RecipientPreview,
  type RecipientStep,
  routes,
} from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { queryClient } from '../../session.tsx';
import { RecipientLists } from './recipient-lists.tsx';

const deeds = ['replace', 'add', 'remove'] as const;
type Values = {
  deed: (typeof deeds)[number];
  contactId: string | null;
  name: string;
  mail: string;
  language: Language;
  purposes: Contact['purposes'];
  requestedBy: string;
  reason: string;
};

const stepOf = ({ deed, contactId, name, mail, language, purposes }: Values): RecipientStep => {
  if (deed === 'add') return { deed, name, mail: mail.trim(), language, purposes };
  if (deed === 'remove') return { deed, contactId: contactId ?? '' };
  return { deed, contactId: contactId ?? '', mail: mail.trim(), ...(name.trim() ? { name } : {}) };
};

type Props = { readonly accountId: string; readonly contacts: readonly Contact[]; readonly onDone: () => void };

/** First the form, then what it would make of the lists and which mails would go; only then is anything done. */
export function ChangeRecipients({ accountId, contacts, onDone }: Props) {
  const say = usePhrase();
  const params = { accountId };
  const form = useForm<Values>({
    initialValues: {
      ...{ deed: 'replace', contactId: null, name: '', mail: '', language: 'ja', purposes: ['alerts'] },
      ...{ requestedBy: '', reason: '' },
    },
  });
  const [seen, setSeen] = useState<RecipientPreview>();
  const look = useMutation({
    mutationFn: (values: Values) => call(routes.previewRecipients, { params, body: { steps: [stepOf(values)] } }),
    onSuccess: setSeen,
  });
  const apply = useMutation({
    mutationFn: ({ basis }: RecipientPreview) => {
      const { reason, requestedBy } = form.getValues();
      const who = requestedBy.trim() ? { requestedBy } : {};
      return call(routes.changeRecipients, {
        params,
        body: { steps: [stepOf(form.getValues())], reason, basis, ...who },
      });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['contact'] });
      onDone();
    },
  });
  if (seen)
    return (
      <Preview
        seen={seen}
        onBack={() => setSeen(undefined)}
        error={apply.error}
        busy={apply.isPending}
        onApply={() => apply.mutate(seen)}
      />
    );
  const { deed } = form.getValues();
  const listed = contacts.filter(({ purposes }) => purposes.length > 0);
  return (
    <form onSubmit={form.onSubmit((values) => look.mutate(values))}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label={say('console.recipients.kind')}
          data={deeds.map((value) => ({ value, label: say(`console.recipients.${value}`) }))}
          {...form.getInputProps('deed')}
        />
        {deed !== 'add' && (
          <Select
            label={say('console.recipients.contact')}
            required
            data={listed.map(({ id, name, mail }) => ({ value: id, label: `${name} <${mail}>` }))}
            {...form.getInputProps('contactId')}
          />
        )}
        {deed !== 'remove' && (
          <TextInput
            label={say('console.recipients.newMail')}
            type="email"
            required
            maxLength={254}
            {...form.getInputProps('mail')}
          />
        )}
        {deed === 'replace' && (
          <TextInput label={say('console.recipients.newName')} maxLength={200} {...form.getInputProps('name')} />
        )}
        {deed === 'add' && <Newcomer form={form} />}
        <TextInput
          label={say('console.recipients.requestedBy')}
          description={say('console.recipients.requestedByText')}
          maxLength={200}
          {...form.getInputProps('requestedBy')}
        />
        <ReasonField value={form.getValues().reason} onChange={(reason) => form.setFieldValue('reason', reason)} />
        <ErrorNotice error={look.error} />
        <Button type="submit" loading={look.isPending} style={{ alignSelf: 'flex-end' }}>
          {say('console.recipients.preview')}
        </Button>
      </Stack>
    </form>
  );
}

function Newcomer({ form }: { form: ReturnType<typeof useForm<Values>> }) {
  const say = usePhrase();
  return (
    <>
      <TextInput label={say('console.person.name')} required maxLength={200} {...form.getInputProps('name')} />
      <Radio.Group label={say('console.contacts.language')} {...form.getInputProps('language')}>
        <Group mt={4}>
          {languages.map((language) => (
            <Radio key={language} value={language} label={say(`console.languageName.${language}`)} />
          ))}
        </Group>
      </Radio.Group>
      <Checkbox.Group label={say('console.contacts.purposes')} {...form.getInputProps('purposes')}>
        <Group mt={4}>
          {contactPurposes.map((purpose) => (
            <Checkbox key={purpose} value={purpose} label={say(`console.purpose.${purpose}`)} />
          ))}
        </Group>
      </Checkbox.Group>
    </>
  );
}

type PreviewProps = {
  readonly seen: RecipientPreview;
  readonly error: unknown;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onApply: () => void;
};

function Preview({ seen, error, busy, onBack, onApply }: PreviewProps) {
  const say = usePhrase();
  return (
    <Stack gap="sm">
      <RecipientLists lists={seen.lists} />
      {seen.strangeDomains.length > 0 && (
        <Notice tone="warn">
          {say('console.recipients.strange', { domains: seen.strangeDomains.join(say('mail.recipients.comma')) })}
        </Notice>
      )}
      <div>
        <Text fw={600} size="sm" mb={4}>
          {say('console.recipients.mails')}
        </Text>
        <Stack gap={6}>
          {seen.mails.map(({ part, to, subject }) => (
            <div key={`${part} ${to}`} style={{ overflowWrap: 'anywhere' }}>
              <StateBadge tone={part === 'new' ? 'info' : 'idle'}>{say(`recipientPart.${part}`)}</StateBadge>{' '}
              <Text span size="sm">
                {to}
              </Text>
              <Text size="xs" className="dim">
                {subject}
              </Text>
            </div>
          ))}
        </Stack>
      </div>
      <ErrorNotice error={error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onBack}>
          {say('console.recipients.back')}
        </Button>
        <Button loading={busy} onClick={onApply}>
          {say('console.recipients.apply')}
        </Button>
      </Group>
    </Stack>
  );
}
