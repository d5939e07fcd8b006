import { Button, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { plans, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { queryClient } from '../../session.tsx';

type CreateAccountProps = { readonly onCreated: (accountId: string) => void };

export function CreateAccountButton({ onCreated }: CreateAccountProps) {
  const say = usePhrase();
  return (
    <DialogButton label={say('console.accounts.create')} button={{ leftSection: <IconPlus size={16} /> }}>
      {(close) => (
        <CreateAccountForm
          onCreated={(accountId) => {
            close();
            onCreated(accountId);
          }}
        />
      )}
    </DialogButton>
  );
}

function CreateAccountForm({ onCreated }: CreateAccountProps) {
  const say = usePhrase();
  const form = useForm<{ customerName: string; name: string; plan: (typeof plans)[number] }>({
    initialValues: { customerName: '', name: '', plan: 'standard' },
  });
  const create = useMutation({
    mutationFn: (values: typeof form.values) => call(routes.createAccount, { body: values }),
    onSuccess: async (account) => {
      await queryClient.invalidateQueries({ queryKey: ['account'] });
      onCreated(account.id);
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={say('console.accounts.customer')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('customerName')}
        />
        <TextInput
          label={say('console.accounts.name')}
          description={say('console.accounts.nameHint')}
          required
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <Radio.Group label={say('console.accounts.plan')} {...form.getInputProps('plan')}>
          <Stack gap={6} mt={4}>
            {plans.map((plan) => (
              <Radio key={plan} value={plan} label={say(`plan.${plan}`)} />
            ))}
          </Stack>
        </Radio.Group>
        <ErrorNotice error={create.error} />
        <Button type="submit" loading={create.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.add')}
        </Button>
      </Stack>
    </form>
  );
}
