import { Button, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes, ruleNameIn } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { workloadKeysQuery } from '../../configuration-queries.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { KeyValiditySelect, usualValidity, type Validity } from '../../parts/key-validity.tsx';
import { queryClient } from '../../session.tsx';
import type { HandedSecret } from './workload-security-page.tsx';

type CreateProps = { readonly accountId: string; readonly onSecret: (handed: HandedSecret) => void };
type Values = { name: string; description: string; roleId: string; validDays: Validity };
const dayMs = 86_400_000;
const fullAccessId = '1';

export function CreateWorkloadKeyButton({ accountId, onSecret }: CreateProps) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.workload.create')}
      button={{ size: 'compact-sm', leftSection: <IconPlus size={15} /> }}
    >
      {(close) => (
        <CreateForm
          accountId={accountId}
          onSecret={(handed) => {
            close();
            onSecret(handed);
          }}
        />
      )}
    </DialogButton>
  );
}

function CreateForm({ accountId, onSecret }: CreateProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const known = useQuery(workloadKeysQuery(accountId)).data?.roles ?? [];
  const form = useForm<Values>({
    initialValues: { name: '', description: '', roleId: fullAccessId, validDays: usualValidity },
  });
  const create = useMutation({
    mutationFn: ({ name, description, roleId, validDays }: Values) =>
      call(routes.createWorkloadKey, {
        params: { accountId },
        body: {
          ...{ name, roleId: Number(roleId) },
          ...(description.trim() ? { description } : {}),
          ...(validDays === 'none'
            ? {}
            : { expiresAt: new Date(Date.now() + Number(validDays) * dayMs).toISOString() }),
        },
      }),
    onSuccess: async (key) => {
      await queryClient.invalidateQueries({ queryKey: ['apiKey'] });
      onSecret({ name: key.name, secret: key.secret });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        <TextInput
          label={say('console.keys.name')}
          description={say('console.keys.nameHint')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <TextInput
          label={say('console.workload.description')}
          maxLength={1000}
          {...form.getInputProps('description')}
        />
        <Select
          label={say('console.workload.role')}
          description={say('console.workload.roleHint')}
          data={known.map((role) => ({ value: String(role.id), label: ruleNameIn(language, role) }))}
          allowDeselect={false}
          {...form.getInputProps('roleId')}
        />
        <KeyValiditySelect {...form.getInputProps('validDays')} />
        <ErrorNotice error={create.error} />
        <Button type="submit" loading={create.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.workload.create')}
        </Button>
      </Stack>
    </form>
  );
}
