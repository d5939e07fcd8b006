import { Button, Checkbox, Group, NumberInput, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type Feature, features, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient, useAccounts } from '../../session.tsx';

export function OfferForm({ account, onDone }: { account: string | undefined; onDone: () => void }) {
  const say = usePhrase();
  const accounts = useAccounts();
  const form = useForm({
    initialValues: {
      accountId: account ?? null,
      feature: 'consulting.tuning' as Feature,
      title: '',
      unitYen: '' as number | string,
      quantity: 1 as number | string,
      billing: 'once' as 'once' | 'monthly',
      startsOn: '',
      endsOn: '',
      validUntil: '',
      beyondPlan: false,
    },
  });
  const offer = useMutation({
    mutationFn: ({ accountId, startsOn, endsOn, unitYen, quantity, ...values }: typeof form.values) =>
      call(routes.createQuote, {
        params: { accountId: accountId ?? '' },
        body: {
          ...{ ...values, unitYen: Number(unitYen), quantity: Number(quantity) },
          ...(startsOn ? { startsOn } : {}),
          ...(endsOn ? { endsOn } : {}),
        },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['quote'] });
      onDone();
    },
  });
  const isMonthly = form.values.billing === 'monthly';
  return (
    <form onSubmit={form.onSubmit((values) => offer.mutate(values))}>
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
        <Select
          label={say('console.quotes.feature')}
          data={features.map((feature) => ({ value: feature, label: say(`feature.${feature}`) }))}
          allowDeselect={false}
          {...form.getInputProps('feature')}
        />
        <TextInput label={say('console.quotes.name')} required maxLength={200} {...form.getInputProps('title')} />
        <Group grow align="flex-start">
          <NumberInput
            label={say('console.quotes.yen')}
            required
            min={0}
            thousandSeparator=","
            {...form.getInputProps('unitYen')}
          />
          <NumberInput label={say('console.quotes.quantity')} required min={1} {...form.getInputProps('quantity')} />
        </Group>
        <Radio.Group label={say('console.quotes.billing')} {...form.getInputProps('billing')}>
          <Group mt={4}>
            <Radio value="once" label={say('quoteBilling.once')} />
            <Radio value="monthly" label={say('quoteBilling.monthly')} />
          </Group>
        </Radio.Group>
        {isMonthly && (
          <Group grow>
            <TextInput
              label={say('console.quotes.startsOn')}
              type="date"
              required
              {...form.getInputProps('startsOn')}
            />
            <TextInput label={say('console.quotes.endsOn')} type="date" {...form.getInputProps('endsOn')} />
          </Group>
        )}
        <TextInput
          label={say('console.quotes.validUntil')}
          type="date"
          required
          {...form.getInputProps('validUntil')}
        />
        <Checkbox
          label={say('console.quotes.beyondPlan')}
          {...form.getInputProps('beyondPlan', { type: 'checkbox' })}
        />
        <ErrorNotice error={offer.error} />
        <Button type="submit" loading={offer.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('console.quotes.offer')}
        </Button>
      </Stack>
    </form>
  );
}
