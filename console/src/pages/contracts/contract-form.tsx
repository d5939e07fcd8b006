import { Button, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type Account, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { editionsQuery } from '../../queries.ts';
import { refreshContract } from './refresh.ts';

/** Records what was ordered. The plan is the account's: one account has one plan. */
export function ContractForm({ account, onDone }: { account: Account; onDone: () => void }) {
  const say = usePhrase();
  const form = useForm({
    initialValues: {
      number: '',
      edition: null as string | null,
      nodes: 2 as number | string,
      startsOn: '',
      endsOn: '',
    },
  });
  const create = useMutation({
    mutationFn: ({ number, edition, nodes, startsOn, endsOn }: typeof form.values) =>
      call(routes.createContract, {
        params: { accountId: account.id },
        body: {
          ...{ number, plan: account.plan, nodes: Number(nodes), startsOn },
          ...(endsOn ? { endsOn } : {}),
          ...(edition ? { edition } : {}),
        },
      }),
    onSuccess: async () => {
      await refreshContract();
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        <TextInput label={say('console.accounts.plan')} value={say(`plan.${account.plan}`)} readOnly variant="filled" />
        <TextInput
          label={say('console.contract.number')}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('number')}
        />
        <EditionSelect {...form.getInputProps('edition')} />
        <NumberInput label={say('console.contract.nodes')} required min={1} {...form.getInputProps('nodes')} />
        <TextInput label={say('console.contract.from')} type="date" required {...form.getInputProps('startsOn')} />
        <TextInput label={say('console.contract.until')} type="date" {...form.getInputProps('endsOn')} />
        <ErrorNotice error={create.error} />
        <Button type="submit" loading={create.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.save')}
        </Button>
      </Stack>
    </form>
  );
}

type EditionSelectProps = { readonly value?: string | null; readonly onChange?: (id: string | null) => void };

/** Editions by name; left empty it is the standard one, or that of the term that is changed. */
export function EditionSelect({ value, onChange }: EditionSelectProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const items = useQuery(editionsQuery).data?.items ?? [];
  const standard = items.find(({ isDefault }) => isDefault);
  return (
    <Select
      label={say('console.contract.edition')}
      placeholder={standard?.name[language] ?? ''}
      data={items.map(({ id, name }) => ({ value: id, label: name[language] }))}
      value={value ?? null}
      clearable
      {...(onChange ? { onChange } : {})}
    />
  );
}
