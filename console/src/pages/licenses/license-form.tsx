import { Button, FileInput, Group, NumberInput, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useAccounts } from '../../session.tsx';
import { proofOf, refreshLicenses } from './queries.ts';

export function LicenseForm({ account, onDone }: { account: string | undefined; onDone: () => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const form = useForm({
    initialValues: {
      accountId: account ?? null,
      ...{ product: '', vendor: '', contractNumber: '', key: '', validFrom: '', validTo: '' },
      seats: '' as number | string,
      proof: null as File | null,
    },
  });
  const add = useMutation({
    mutationFn: async ({ accountId, contractNumber, key, seats, proof, ...values }: typeof form.values) =>
      call(routes.createLicense, {
        params: { accountId: accountId ?? '' },
        body: {
          ...values,
          ...(contractNumber ? { contractNumber } : {}),
          ...(key ? { key } : {}),
          ...(seats === '' ? {} : { seats: Number(seats) }),
          ...(proof ? { proof: await proofOf(proof) } : {}),
        },
      }),
    onSuccess: async () => {
      await refreshLicenses();
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))} autoComplete="off">
      <Stack gap="sm">
        <Select
          label={say('console.account')}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          placeholder={say('console.account')}
          required
          searchable
          allowDeselect={false}
          {...form.getInputProps('accountId')}
        />
        <TextInput
          label={say('console.licenses.product')}
          required
          maxLength={200}
          {...form.getInputProps('product')}
        />
        <Group grow align="flex-start">
          <TextInput
            label={say('console.licenses.vendor')}
            required
            maxLength={200}
            {...form.getInputProps('vendor')}
          />
          <TextInput
            label={say('console.licenses.contractNumber')}
            maxLength={200}
            {...form.getInputProps('contractNumber')}
          />
        </Group>
        <PasswordInput
          label={say('console.licenses.key')}
          description={say('console.licenses.keyHint')}
          autoComplete="off"
          maxLength={500}
          {...form.getInputProps('key')}
        />
        <Group grow align="flex-start">
          <TextInput
            type="date"
            label={say('console.licenses.validFrom')}
            required
            {...form.getInputProps('validFrom')}
          />
          <TextInput type="date" label={say('console.licenses.validTo')} required {...form.getInputProps('validTo')} />
          <NumberInput label={say('console.licenses.seatsField')} min={1} {...form.getInputProps('seats')} />
        </Group>
        <FileInput
          label={say('console.licenses.proof')}
          description={say('console.licenses.proofHint')}
          accept="application/pdf,image/png,image/jpeg,text/plain"
          clearable
          {...form.getInputProps('proof')}
        />
        <ErrorNotice error={add.error} />
        <Button type="submit" loading={add.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.licenses.add')}
        </Button>
      </Stack>
    </form>
  );
}
