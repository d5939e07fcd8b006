import { Button, Group, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { isCustomerRole, isSocRole, type Language, languages, type Role, roles, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconUserPlus } from '../../parts/icons.ts';
import { SocSelect } from '../../parts/soc-select.tsx';
import { queryClient, useAccounts } from '../../session.tsx';
import type { HandedLink } from './people-page.tsx';

type Values = {
  name: string;
  mail: string;
  role: Role;
  accountId: string | null;
  socId: string | null;
  language: Language;
};

type InviteProps = { readonly onInvited: (handed: HandedLink) => void };

/** Adds a person; the answer holds a link to hand over. */
export function InviteButton({ onInvited }: InviteProps) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.people.invite')} button={{ leftSection: <IconUserPlus size={16} /> }}>
      {(close) => (
        <InviteForm
          onInvited={(handed) => {
            close();
            onInvited(handed);
          }}
        />
      )}
    </DialogButton>
  );
}

function InviteForm({ onInvited }: InviteProps) {
  const say = usePhrase();
  const accounts = useAccounts();
  const form = useForm<Values>({
    initialValues: { name: '', mail: '', role: 'operator', accountId: null, socId: null, language: 'ja' },
  });
  const ofCustomer = isCustomerRole(form.values.role);
  const ofSoc = isSocRole(form.values.role);
  const invite = useMutation({
    mutationFn: ({ accountId, socId, ...values }: Values) =>
      call(routes.createPerson, {
        body: { ...values, ...(ofCustomer && accountId ? { accountId } : {}), ...(ofSoc && socId ? { socId } : {}) },
      }),
    onSuccess: async ({ person, link }) => {
      await queryClient.invalidateQueries({ queryKey: ['person'] });
      onInvited({ name: person.name, link });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={say('console.person.name')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <TextInput label={say('console.person.mail')} type="email" required {...form.getInputProps('mail')} />
        <Select
          label={say('console.person.role')}
          data={roles.map((role) => ({ value: role, label: say(`role.${role}`) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <Text size="xs" className="dim">
          {say(`console.roleText.${form.values.role}`)}
        </Text>
        {ofSoc && <SocSelect {...form.getInputProps('socId')} />}
        {ofCustomer && (
          <Select
            label={say('console.account')}
            data={accounts.map((account) => ({ value: account.id, label: account.name }))}
            required
            searchable
            {...form.getInputProps('accountId')}
          />
        )}
        <Radio.Group label={say('console.language')} {...form.getInputProps('language')}>
          <Group mt={4}>
            {languages.map((language) => (
              <Radio key={language} value={language} label={say(`console.languageName.${language}`)} />
            ))}
          </Group>
        </Radio.Group>
        <ErrorNotice error={invite.error} />
        <Button
          type="submit"
          loading={invite.isPending}
          disabled={(ofCustomer && !form.values.accountId) || (ofSoc && !form.values.socId)}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.people.makeLink')}
        </Button>
      </Stack>
    </form>
  );
}
