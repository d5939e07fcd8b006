import { Button, Checkbox, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type Contact, contactPurposes, type Language, languages, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient } from '../../session.tsx';

type Values = {
  name: string;
  reading: string;
  mail: string;
  phone: string;
  language: Language;
  purposes: Contact['purposes'];
};
export type ContactFormProps = {
  readonly accountId: string;
  /** Left out: a new one. */
  readonly contact: Contact | undefined;
  readonly onDone: () => void;
};

export function ContactForm({ accountId, contact, onDone }: ContactFormProps) {
  const say = usePhrase();
  const form = useForm<Values>({
    initialValues: {
      name: contact?.name ?? '',
      reading: contact?.reading ?? '',
      mail: contact?.mail ?? '',
      phone: contact?.phone ?? '',
      language: contact?.language ?? 'ja',
      purposes: contact?.purposes ?? [...contactPurposes],
    },
  });
  const save = useMutation({
    mutationFn: ({ reading, phone, ...given }: Values) => {
      const body = {
        ...given,
        ...(reading.trim() ? { reading: reading.trim() } : {}),
        ...(phone.trim() ? { phone: phone.trim() } : {}),
      };
      return contact
        ? call(routes.updateContact, { params: { accountId, contactId: contact.id }, body })
        : call(routes.createContact, { params: { accountId }, body });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['contact'] });
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={say('console.person.name')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <TextInput label={say('console.ticket.reading')} maxLength={200} {...form.getInputProps('reading')} />
        <TextInput label={say('console.person.mail')} type="email" required {...form.getInputProps('mail')} />
        <TextInput label={say('console.ticket.phone')} type="tel" maxLength={30} {...form.getInputProps('phone')} />
        <Radio.Group label={say('console.contacts.language')} {...form.getInputProps('language')}>
          <Group mt={4}>
            {languages.map((language) => (
              <Radio key={language} value={language} label={say(`console.languageName.${language}`)} />
            ))}
          </Group>
        </Radio.Group>
        <Checkbox.Group label={say('console.contacts.purposes')} {...form.getInputProps('purposes')}>
          <Stack gap={6} mt={4}>
            {contactPurposes.map((purpose) => (
              <Checkbox key={purpose} value={purpose} label={say(`console.purpose.${purpose}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}
