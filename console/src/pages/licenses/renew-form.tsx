import { Button, Checkbox, FileInput, Group, NumberInput, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type License, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call, Refusal } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { proofOf, refreshLicenses } from './queries.ts';

/** The day after a day. */
const dayAfter = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

/** A renewal with its proof. Days without a license in between are told before it is recorded. */
export function RenewForm({ license, onDone }: { license: License; onDone: () => void }) {
  const say = usePhrase();
  const end = license.terms.reduce((last, { validTo }) => (validTo > last ? validTo : last), '');
  const form = useForm({
    initialValues: {
      ...{ validFrom: dayAfter(end), validTo: '', key: '', note: '' },
      seats: (license.seats ?? '') as number | string,
      proof: null as File | null,
      isGapAccepted: false,
    },
  });
  const renew = useMutation({
    mutationFn: async ({ validFrom, validTo, key, note, seats, proof, isGapAccepted }: typeof form.values) =>
      call(routes.renewLicense, {
        params: { licenseId: license.id },
        body: {
          ...{ validFrom, validTo, isGapAccepted, proof: await proofOf(proof!) },
          ...(key ? { key } : {}),
          ...(note ? { note } : {}),
          ...(seats === '' ? {} : { seats: Number(seats) }),
        },
      }),
    onSuccess: async () => {
      await refreshLicenses();
      onDone();
    },
  });
  const hasGap = renew.error instanceof Refusal && renew.error.code === 'license_gap';
  return (
    <form onSubmit={form.onSubmit((values) => renew.mutate(values))} autoComplete="off">
      <Stack gap="sm">
        <Group grow align="flex-start">
          <TextInput
            type="date"
            label={say('console.licenses.renewFrom')}
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
          required
          {...form.getInputProps('proof')}
        />
        <PasswordInput
          label={say('console.licenses.key')}
          description={say('console.licenses.keyHint')}
          autoComplete="off"
          maxLength={500}
          {...form.getInputProps('key')}
        />
        <TextInput label={say('console.licenses.note')} maxLength={1000} {...form.getInputProps('note')} />
        <ErrorNotice error={renew.error} />
        {(hasGap || form.values.isGapAccepted) && (
          <Checkbox
            label={say('console.licenses.acceptGap')}
            {...form.getInputProps('isGapAccepted', { type: 'checkbox' })}
          />
        )}
        <Button type="submit" loading={renew.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.licenses.renew')}
        </Button>
      </Stack>
    </form>
  );
}
