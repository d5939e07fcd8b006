import { Button, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { isCustomerRole, isSocRole, type Role, roles, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { KeyValiditySelect, usualValidity, type Validity } from '../../parts/key-validity.tsx';
import { Notice } from '../../parts/notice.tsx';
import { SocSelect } from '../../parts/soc-select.tsx';
import { queryClient, useAccounts } from '../../session.tsx';

type Values = { name: string; role: Role; accountId: string | null; socId: string | null; validDays: Validity };

/** Makes a key and shows its secret, this once. */
export function CreateKeyButton() {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.keys.create')} button={{ leftSection: <IconPlus size={16} /> }}>
      {() => <CreateKeyForm />}
    </DialogButton>
  );
}

function CreateKeyForm() {
  const say = usePhrase();
  const accounts = useAccounts();
  const form = useForm<Values>({
    initialValues: { name: '', role: 'service-manager', accountId: null, socId: null, validDays: usualValidity },
  });
  const ofCustomer = isCustomerRole(form.values.role);
  const ofSoc = isSocRole(form.values.role);
  const create = useMutation({
    mutationFn: ({ name, role, accountId, socId, validDays }: Values) =>
      call(routes.createKey, {
        body: {
          name,
          role,
          ...(ofCustomer && accountId ? { accountId } : {}),
          ...(ofSoc && socId ? { socId } : {}),
          ...(validDays === 'none' ? {} : { validDays: Number(validDays) }),
        },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['key'] }),
  });
  if (create.data)
    return (
      <Stack gap="sm">
        <Notice tone="watch">{say('console.keys.once')}</Notice>
        <CopyField label={create.data.name} value={create.data.secret} />
      </Stack>
    );
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={say('console.keys.name')}
          description={say('console.keys.nameHint')}
          required
          maxLength={100}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Select
          label={say('console.person.role')}
          data={roles.map((role) => ({ value: role, label: say(`role.${role}`) }))}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
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
        <KeyValiditySelect {...form.getInputProps('validDays')} />
        <ErrorNotice error={create.error} />
        <Button
          type="submit"
          loading={create.isPending}
          disabled={(ofCustomer && !form.values.accountId) || (ofSoc && !form.values.socId)}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.keys.create')}
        </Button>
      </Stack>
    </form>
  );
}
